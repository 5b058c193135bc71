/**
 * How much more values differ than the errors of each explain.
 *
 * @module
 */

import { median } from "../measure/statistics/quantile.ts";
import { sortSamples } from "../measure/statistics/sorted_samples.ts";

/** The deviation of a value from where it is expected. */
export interface Deviation {
  /** Its square; 0 or above. */
  readonly squared: number;
  /** What its own error contributes to that on average; 0 or above. */
  readonly sampling: number;
  /** How often the excess variance is in it; above 0. */
  readonly share: number;
}

/**
 * The variance that makes the deviations, each over its own expectation, 1 on average: the method of R. Paule and J. Mandel
 * ("Consensus Values and Weighting Factors", Journal of Research of the National Bureau of Standards 87, 1982), with which
 * meta-analyses find how much studies differ. Values with large errors of their own count for little.
 *
 * @returns 0 or above; 0 without deviations, or if their errors explain them.
 */
export function excessVariance(deviations: readonly Deviation[]): number {
  return solve(deviations, (ratios) => ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length, 1);
}

/**
 * The same for deviations of which fewer than half are of another kind, such as changes among noise: the variance that makes
 * the median what it is for noise alone, 0.4549 (the median of chi-squared with one degree of freedom). The bulk tells how wide
 * noise is: B. Efron, "Large-Scale Simultaneous Hypothesis Testing: The Choice of a Null Hypothesis" (Journal of the American
 * Statistical Association 99, 2004).
 *
 * @returns 0 or above; 0 without deviations, or if their errors explain them.
 */
export function bulkExcessVariance(deviations: readonly Deviation[]): number {
  return solve(deviations, (ratios) => median(sortSamples(ratios)), MEDIAN_OF_CHI_SQUARED);
}

const MEDIAN_OF_CHI_SQUARED = 0.454936423119572;

/** Stands for a ratio to an expectation of 0. */
const HUGE = 1e200;

/** Finds by bisection where `summary` of the ratios, which fall as the variance grows, comes down to `expected`. */
function solve(
  deviations: readonly Deviation[],
  summary: (ratios: readonly number[]) => number,
  expected: number,
): number {
  if (deviations.length === 0) return 0;
  const excess = (variance: number) =>
    summary(deviations.map(({ squared, sampling, share }) => {
      const expectation = variance * share + sampling;
      return squared === 0 ? 0 : Math.min(HUGE, squared / expectation);
    })) - expected;
  if (!(excess(0) > 0)) return 0;
  let low = 0;
  let high = Math.max(...deviations.map(({ squared, share }) => squared / share)) / expected;
  while (high - low > 1e-9 * high) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (excess(middle) > 0) low = middle;
    else high = middle;
  }
  return high;
}
