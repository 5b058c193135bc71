/**
 * The formats of other tools: reads their results for a comparison. Writing them is a matter of the reports.
 *
 * @module
 */

export { parseRun } from "./read/parse_run.ts";
