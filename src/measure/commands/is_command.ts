/**
 * Commands among the benchmarks of a document.
 *
 * @module
 */

import type { MeasuredBenchmark, ResultDocument } from "../document.ts";

/** Whether a benchmark is a command: each of its samples is a process of its own, and its forks are blocks of them. */
export function isCommand({ forks }: Pick<MeasuredBenchmark, "forks">): boolean {
  return forks.some(({ samples }) => samples.processes !== undefined);
}

/** Whether a document is of commands, as far as they have not all failed. */
export function areCommands({ benchmarks }: Pick<ResultDocument, "benchmarks">): boolean {
  return benchmarks.some((benchmark) => benchmark.status !== "failed" && isCommand(benchmark));
}
