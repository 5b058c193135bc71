/**
 * What a file of benchmarks imports: from `puffin-bench` if that runs it, from `@puffinflow/puffinflow/measure` anywhere.
 *
 * @module
 */

export * from "../definition.ts";
export { suite, type SuiteOptions } from "../suite.ts";
export { bench } from "./bench.ts";
export { BenchmarkRunner, type RunnerOptions } from "./benchmark_runner.ts";
