/**
 * What one benchmark takes relative to another that was measured in the same forks.
 *
 * @module
 */

import type { Estimate, ForkResult } from "../document.ts";
import { quantile } from "./quantile.ts";
import { sortSamples } from "./sorted_samples.ts";
import { meanInterval } from "./student_t.ts";
import { forkValues } from "./summary.ts";

/**
 * The candidate's lower quartile over the baseline's: the geometric mean of the forks' ratios, with Student's interval of the
 * mean log ratio. Pairing them within a fork takes out what differs between processes; the forks, not the samples, are the
 * values that the interval rests on.
 *
 * @param candidate The candidate's forks.
 * @param baseline The baseline's; forks that only one of the two has do not count.
 * @param level Confidence level, in (0, 1).
 * @returns null if fewer than two forks have both, or if a lower quartile is not above 0.
 */
export function ratioToBaseline(
  candidate: readonly ForkResult[],
  baseline: readonly ForkResult[],
  level = 0.95,
): Estimate | null {
  const reference = forkP25s(baseline);
  const logRatios = [...forkP25s(candidate)].flatMap(([fork, p25]) => {
    const baselineP25 = reference.get(fork);
    return baselineP25 === undefined ? [] : [p25 > 0 && baselineP25 > 0 ? Math.log(p25 / baselineP25) : NaN];
  });
  if (logRatios.some(Number.isNaN)) return null;
  const interval = meanInterval(logRatios, level);
  if (interval === null) return null;
  return { point: Math.exp(interval.point), low: Math.exp(interval.low), high: Math.exp(interval.high), level };
}

function forkP25s(forks: readonly ForkResult[]): ReadonlyMap<number, number> {
  return new Map(forkValues(forks).map(({ fork, values }) => [fork, quantile(sortSamples(values), 0.25)]));
}
