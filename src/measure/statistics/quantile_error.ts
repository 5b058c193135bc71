/**
 * How sure a quantile of independent values is.
 *
 * @module
 */

import { regularizedBeta } from "./regularized_beta.ts";
import type { SortedSamples } from "./sorted_samples.ts";

/** A quantile with its standard error. */
export interface QuantileEstimate {
  /** The quantile. */
  readonly point: number;
  /** Its standard error. */
  readonly standardError: number;
}

/**
 * Estimates a quantile and its standard error from the moments of the order statistic that stands for it: J. Maritz and
 * R. Jarrett, "A Note on Estimating the Variance of the Sample Median" (Journal of the American Statistical Association 73,
 * 1978), for any quantile as in R. Wilcox, "Introduction to Robust Estimation and Hypothesis Testing". Values far from the
 * quantile have no weight, however wild. O(n).
 *
 * @param samples At least two values.
 * @param p In (0, 1).
 */
export function estimateQuantile(samples: SortedSamples, p: number): QuantileEstimate {
  const n = samples.length;
  const place = Math.min(n, Math.max(1, Math.floor(p * n + 0.5)));
  let below = 0;
  let first = 0;
  let second = 0;
  const origin = samples[place - 1] ?? 0; // moments around it: around 0 their difference would lose digits
  for (let i = 0; i < n; i++) {
    const upTo = regularizedBeta((i + 1) / n, place, n - place + 1);
    const weight = upTo - below;
    below = upTo;
    const offset = (samples[i] ?? 0) - origin;
    first += weight * offset;
    second += weight * offset * offset;
  }
  return { point: origin + first, standardError: Math.sqrt(Math.max(0, second - first * first)) };
}
