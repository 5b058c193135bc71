/**
 * Trust, measured: how often comparisons are wrong on this host, and what they find.
 *
 * @module
 */

export { analyse, type Analysis, type AnalysisOptions, type Effort } from "./analysis.ts";
export type { Dilution } from "./dilution.ts";
export type { FalseAlarms } from "./false_alarms.ts";
export {
  type Condition,
  CONDITIONS,
  type MaterialBenchmark,
  type MaterialPair,
  materialPairSchema,
} from "./material.ts";
export { defaultProcedure } from "./default_procedure.ts";
export type { PairMeasuring } from "./measure_pairs.ts";
export type { Changed, Power } from "./power.ts";
export type { Procedure } from "./replay.ts";
export type { MaterialDocument } from "./stored_documents.ts";
export {
  type DuetTrust,
  type Recommendation,
  SELFTEST_FORMAT,
  SELFTEST_VERSION,
  type SelftestResult,
  type StoredTrust,
} from "./result.ts";
export { CALIBRATION_EFFORT, EFFORT, selftest, type SelftestEvent, type SelftestOptions } from "./selftest.ts";
export type { StoredResults } from "./stored_results.ts";
export { selftestMarkdown, selftestTable } from "./text_formats.ts";
