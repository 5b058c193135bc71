/** Bootstrap interval of the median. @module */

import type { Estimate } from "../document.ts";
import { createRandom } from "../random.ts";
import { median, quantile } from "./quantile.ts";
import { sortSamples } from "./sorted_samples.ts";

/** How the median is resampled. */
export interface BootstrapOptions {
  /** Seed of the resampling. */
  readonly seed: number;
  /** Confidence level in (0, 1). */
  readonly level?: number;
  /** Resamples. */
  readonly resamples?: number;
}

/**
 * Interval of the median over all forks.
 *
 * @param forks The values of each fork.
 * @returns null with fewer than 3 values in all.
 */
export function medianInterval(forks: readonly (readonly number[])[], options: BootstrapOptions): Estimate | null {
  const { seed, level = 0.95, resamples = 2_000 } = options;
  const groups = forks.filter((fork) => fork.length > 0);
  const values = groups.flat();
  if (values.length < 3) return null;
  const random = createRandom(seed);
  const medians = Array.from({ length: resamples }, () => {
    const drawn = groups.flatMap(() => {
      const fork = groups[random.nextInt(groups.length)] ?? [];
      return fork.map(() => fork[random.nextInt(fork.length)] ?? 0);
    });
    return median(sortSamples(drawn));
  });
  const sorted = sortSamples(medians);
  const point = median(sortSamples(values));
  return {
    point,
    low: Math.min(point, quantile(sorted, (1 - level) / 2)),
    high: Math.max(point, quantile(sorted, (1 + level) / 2)),
    level,
  };
}
