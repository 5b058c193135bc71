/** Ratios within a group. @module */

import type { Estimate, ForkResult } from "../document.ts";
import { quantile } from "./quantile.ts";
import { sortSamples } from "./sorted_samples.ts";
import { meanInterval } from "./student_t.ts";
import { forkValues } from "./summary.ts";

/**
 * What a benchmark takes relative to a baseline measured in the same forks: the geometric mean of the ratios of their lower
 * quartiles, with Student's interval of the mean log ratio over the forks.
 *
 * @returns null if fewer than two forks have both, or if a lower quartile is not above 0.
 */
export function ratioToBaseline(
  candidate: readonly ForkResult[],
  baseline: readonly ForkResult[],
  level = 0.95,
): Estimate | null {
  const baselineP25 = forkP25s(baseline);
  const logRatios: number[] = [];
  for (const [fork, p25] of forkP25s(candidate)) {
    const reference = baselineP25.get(fork);
    if (reference !== undefined) logRatios.push(Math.log(p25 / reference));
  }
  if (!logRatios.every(Number.isFinite)) return null;
  const interval = meanInterval(logRatios, level);
  if (interval === null) return null;
  return { point: Math.exp(interval.point), low: Math.exp(interval.low), high: Math.exp(interval.high), level };
}

function forkP25s(forks: readonly ForkResult[]): Map<number, number> {
  return new Map(forkValues(forks).map(({ fork, values }) => [fork, quantile(sortSamples(values), 0.25)]));
}
