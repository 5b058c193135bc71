/**
 * Trust, measured: how often comparisons are wrong on this host, and what they find.
 *
 * @module
 */

export { analyse } from "./analysis.ts";
export { defaultProcedure } from "./default_procedure.ts";
export { SELFTEST_FORMAT, SELFTEST_VERSION, type SelftestResult } from "./result.ts";
export { CALIBRATION_EFFORT, EFFORT, selftest, type SelftestEvent } from "./selftest.ts";
export { selftestMarkdown, selftestTable } from "./text_formats.ts";
