/**
 * The slow course of a noisy series.
 *
 * @module
 */

import { median } from "./quantile.ts";
import { sortSamples } from "./sorted_samples.ts";

/** The median of some neighbours. */
export interface RunningMedian {
  /** Place of the neighbour in the middle. */
  readonly index: number;
  /** The median. */
  readonly value: number;
}

/**
 * The medians of windows that move along the values. A step stays a step, and wild values, as long as fewer than half of a
 * window are, do not show. Only whole windows count, so half a window at either end has no median.
 * O(`points` · `window` · log `window`).
 *
 * @param values In the order of measuring.
 * @param options `window`: neighbours in a window, an odd number of at least 1; `points`: medians at most, at least 2, spread
 * evenly, the first and the last included.
 * @returns Nothing if there are fewer values than a window has.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { runningMedian } from "./running_median.ts";
 *
 * assertEquals(runningMedian([1, 90, 1, 5, 5], { window: 3, points: 10 }), [
 *   { index: 1, value: 1 },
 *   { index: 2, value: 5 },
 *   { index: 3, value: 5 },
 * ]);
 * ```
 */
export function runningMedian(
  values: readonly number[],
  { window, points }: { readonly window: number; readonly points: number },
): RunningMedian[] {
  const windows = values.length - window + 1;
  if (windows < 1) return [];
  const count = Math.min(points, windows);
  return Array.from({ length: count }, (_, i) => {
    const from = count === 1 ? 0 : Math.round(i * (windows - 1) / (count - 1));
    return { index: from + (window - 1) / 2, value: median(sortSamples(values.slice(from, from + window))) };
  });
}
