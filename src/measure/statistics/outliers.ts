/**
 * Outliers: counted and named, never dropped.
 *
 * @module
 */

import type { Statistics } from "../document.ts";
import { quantile } from "./quantile.ts";
import type { SortedSamples } from "./sorted_samples.ts";

/** Interquartile ranges from a quartile to its inner and outer fence: J. Tukey, "Exploratory Data Analysis" (1977). */
const [INNER, OUTER] = [1.5, 3];

/**
 * Counts the values beyond Tukey's fences: mild beyond the inner, extreme beyond the outer ones; a value on a fence is within
 * it. O(n).
 *
 * @param samples At least one value; fewer than four never have an outlier.
 */
export function tukeyOutliers(samples: SortedSamples): Statistics["outliers"] {
  const q1 = quantile(samples, 0.25);
  const q3 = quantile(samples, 0.75);
  const range = q3 - q1;
  const outliers = { lowExtreme: 0, lowMild: 0, highMild: 0, highExtreme: 0 };
  for (const value of samples) {
    if (value < q1 - OUTER * range) outliers.lowExtreme++;
    else if (value < q1 - INNER * range) outliers.lowMild++;
    else if (value > q3 + OUTER * range) outliers.highExtreme++;
    else if (value > q3 + INNER * range) outliers.highMild++;
  }
  return outliers;
}
