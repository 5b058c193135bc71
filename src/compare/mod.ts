/**
 * Comparing: two sets of results -> verdicts with their evidence.
 *
 * @module
 */

export { PuffinError } from "../errors.ts";
export type { ExpectedPerformance, Parameters, ParameterValue } from "../measure/definition.ts";
export type * from "../measure/document.ts";
export type { Sides } from "./circumstances.ts";
export { type CompareOptions, compareRuns } from "./compare.ts";
export { CompareError, type CompareErrorCode } from "./compare_error.ts";
export * from "./comparison.ts";
export * from "./comparison_file.ts";
export { comparisonJsonSchema } from "./comparison_json_schema.ts";
export { fromDocument } from "./document_run.ts";
export { equivalencePValue, type LogRatio } from "./equivalence.ts";
export { benjaminiHochberg, holm } from "./multiplicity.ts";
export type { BenchmarkData, ProcessFigure, RunData } from "./run_data.ts";
