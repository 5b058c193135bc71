/** Order statistics. @module */

import type { SortedSamples } from "./sorted_samples.ts";
import { sortSamples } from "./sorted_samples.ts";

/**
 * The `p` quantile by linear interpolation between the order statistics at `(n - 1) p`: definition 7 of Hyndman and Fan,
 * "Sample Quantiles in Statistical Packages" (The American Statistician 50, 1996), the default of R, NumPy and Excel. O(1).
 *
 * @param samples At least one value.
 * @param p In [0, 1].
 * @throws {RangeError} If there are no samples or `p` is out of range.
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
  if (samples.length === 0) throw new RangeError("Cannot take a quantile: at least one sample is needed, there are 0");
  if (!(p >= 0 && p <= 1)) throw new RangeError(`Cannot take a quantile: p must lie in [0, 1], it is ${p}`);
  const position = (samples.length - 1) * p;
  const index = Math.floor(position);
  const low = samples[index] ?? 0;
  const high = samples[index + 1] ?? low;
  return low + (position - index) * (high - low);
}

/** The middle value, or the mean of the two middle values. O(1). Throws a `RangeError` without samples. */
export function median(samples: SortedSamples): number {
  return quantile(samples, 0.5);
}

/** The median absolute deviation from the median, not scaled to a normal distribution's sigma. O(n log n). */
export function medianAbsoluteDeviation(samples: SortedSamples): number {
  const center = median(samples);
  return median(sortSamples(samples.map((value) => Math.abs(value - center))));
}
