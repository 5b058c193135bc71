/**
 * The formats of other tools: reads their results for a comparison. Writing them is a matter of the reports.
 *
 * @module
 */

export type { BenchmarkData, ProcessFigure, RunData } from "../compare/run_data.ts";
export { parseRun } from "./read/parse_run.ts";
export { readRun } from "./read/read_run.ts";
