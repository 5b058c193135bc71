/** Outliers, counted and kept. @module */

import type { Statistics } from "../document.ts";
import { quantile } from "./quantile.ts";
import type { SortedSamples } from "./sorted_samples.ts";

/**
 * Counts the values beyond Tukey's fences: mild beyond 1.5, extreme beyond 3 interquartile ranges from the quartiles
 * (J. Tukey, "Exploratory Data Analysis", 1977). A value on a fence is no outlier. O(n).
 *
 * @param samples At least one value.
 */
export function tukeyOutliers(samples: SortedSamples): Statistics["outliers"] {
  const q1 = quantile(samples, 0.25);
  const q3 = quantile(samples, 0.75);
  const range = q3 - q1;
  let lowExtreme = 0, lowMild = 0, highMild = 0, highExtreme = 0;
  for (const value of samples) {
    if (value < q1 - 3 * range) lowExtreme++;
    else if (value < q1 - 1.5 * range) lowMild++;
    else if (value > q3 + 3 * range) highExtreme++;
    else if (value > q3 + 1.5 * range) highMild++;
  }
  return { lowExtreme, lowMild, highMild, highExtreme };
}
