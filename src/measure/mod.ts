/**
 * The measuring engine: definition, plan, samples, statistics, result document.
 *
 * @module
 */

export { PuffinError } from "../errors.ts";
export {
  type BenchmarkCode,
  type CodePermissions,
  type ExaminedFile,
  type OfferedBenchmark,
  type OfferedSuite,
} from "./code.ts";
export * from "./definition.ts";
export * from "./document.ts";
export * from "./document_environment.ts";
export { documentJsonSchema } from "./document_json_schema.ts";
export * from "./document_file.ts";
export * from "./engine.ts";
export * from "./events.ts";
export { type ForkProgram, runFork, type SuiteLoader } from "./fork/fork.ts";
export type { ForkLauncher } from "./fork_launcher.ts";
export type { HostForm } from "./host/measure_host.ts";
export { MeasureError, type MeasureErrorCode } from "./measure_error.ts";
export { examine, type ExamineOptions } from "./run/examine.ts";
export { calibrationSuite, referenceSuite } from "./reference/mod.ts";
export { DEFAULT_SETTINGS, QUICK_SETTINGS } from "./settings.ts";
export { bench } from "./authoring/bench.ts";
export { BenchmarkRunner, type RunnerOptions } from "./authoring/benchmark_runner.ts";
export { suite, type SuiteOptions } from "./suite.ts";
