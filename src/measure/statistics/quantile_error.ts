/**
 * How sure a quantile of independent values is.
 *
 * @module
 */

import { quantile } from "./quantile.ts";
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
 * A quantile, and its standard error from the moments of the order statistic that stands for it: J. Maritz and R. Jarrett, "A
 * Note on Estimating the Variance of the Sample Median" (Journal of the American Statistical Association 73, 1978), whose
 * formula holds for any quantile. Values far from it have next to no weight. With few values it is on the safe side: for the
 * lower quartile of 24 skewed ones it is a fifth above the true error. O(n).
 *
 * @param samples At least two values.
 * @param p In (0, 1).
 */
export function estimateQuantile(samples: SortedSamples, p: number): QuantileEstimate {
  const point = quantile(samples, p);
  const count = samples.length;
  const place = Math.min(count, Math.max(1, Math.floor(p * count + 0.5)));
  let below = 0;
  let first = 0;
  let second = 0;
  for (let i = 0; i < count; i++) {
    const upTo = regularizedBeta((i + 1) / count, place, count - place + 1);
    const weight = upTo - below;
    below = upTo;
    const offset = (samples[i] ?? 0) - point; // moments around 0 would lose their digits in the difference
    first += weight * offset;
    second += weight * offset * offset;
  }
  return { point, standardError: Math.sqrt(Math.max(0, second - first * first)) };
}
