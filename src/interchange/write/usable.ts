/**
 * Which benchmarks have figures that another tool may keep.
 *
 * @module
 */

import type { MeasuredBenchmark, ResultDocument } from "../../measure/document.ts";

/** The benchmarks that measured something: not those that failed, nor those that the compiler removed. */
export function usableBenchmarks({ benchmarks }: ResultDocument): MeasuredBenchmark[] {
  return benchmarks.flatMap((result) => result.status === "ok" && result.statistics.p25 > 0 ? [result] : []);
}
