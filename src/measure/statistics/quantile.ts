/**
 * Order statistics.
 *
 * @module
 */

import { type SortedSamples, sortSamples } from "./sorted_samples.ts";

/**
 * The `p` quantile, by linear interpolation between the order statistics around position (n - 1) p: definition 7 of
 * R. Hyndman and Y. Fan, "Sample Quantiles in Statistical Packages" (The American Statistician 50, 1996), which R, NumPy and
 * spreadsheets use; O(1).
 *
 * @param samples At least one value.
 * @param p From 0 to 1.
 * @throws {RangeError} If there are no samples or `p` is out of its range.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { quantile } from "./quantile.ts";
 * import { sortSamples } from "./sorted_samples.ts";
 *
 * assertEquals(quantile(sortSamples([40, 10, 30, 20]), 0.25), 17.5);
 * ```
 */
export function quantile(samples: SortedSamples, p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`Cannot take a quantile: p must lie in [0, 1], it is ${p}`);
  const position = (samples.length - 1) * p;
  const index = Math.floor(position);
  const low = samples[index];
  if (low === undefined) throw new RangeError("Cannot take a quantile: at least one sample is needed, there are 0");
  const high = samples[index + 1] ?? low;
  return low + (position - index) * (high - low);
}

/** The middle value, or the mean of the two in the middle; O(1). Throws a `RangeError` without samples. */
export function median(samples: SortedSamples): number {
  return quantile(samples, 0.5);
}

/**
 * The median absolute deviation from the median, not scaled to a normal distribution's standard deviation; O(n log n). Throws
 * a `RangeError` without samples.
 */
export function medianAbsoluteDeviation(samples: SortedSamples): number {
  const center = median(samples);
  return median(sortSamples(samples.map((value) => Math.abs(value - center))));
}
