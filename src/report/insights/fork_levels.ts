/**
 * What each fork says of a benchmark.
 *
 * @module
 */

import type { MeasuredBenchmark } from "../../measure/document.ts";
import { forkValues, quantile, sortSamples } from "../../measure/statistics/mod.ts";

/** The lower quartile of each fork, by the fork's number, in nanoseconds. */
export function forkLevels({ forks }: Pick<MeasuredBenchmark, "forks">): ReadonlyMap<number, number> {
  return new Map(forkValues(forks).map(({ fork, values }) => [fork, quantile(sortSamples(values), 0.25)]));
}
