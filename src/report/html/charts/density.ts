/**
 * A smooth picture of a distribution.
 *
 * @module
 */

/** Where the density is this high. */
export interface DensityPoint {
  /** The value. */
  readonly value: number;
  /** Probability in one unit of the value. */
  readonly density: number;
}

/**
 * The Gaussian kernel density estimate of the values at `points` places from `low` to `high`.
 *
 * The bandwidth is Silverman's, 0.9 min(s, IQR / 1.34) n^(-1/5) (Density Estimation, 1986, equation 3.31), and at least a
 * hundredth of the picture, so that equal values make a peak and no division by 0.
 *
 * @param values At least one value.
 * @param range Where the picture begins and ends, in the unit of the values.
 * @param points Places, at least 2.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { densityOf } from "./density.ts";
 *
 * const [left, middle, right] = densityOf([9, 10, 10, 11], { low: 8, high: 12 }, 3);
 * assert((middle?.density ?? 0) > (left?.density ?? 0) && (middle?.density ?? 0) > (right?.density ?? 0));
 * ```
 */
export function densityOf(
  values: readonly number[],
  { low, high }: { readonly low: number; readonly high: number },
  points: number,
): DensityPoint[] {
  const bandwidth = Math.max(bandwidthOf(values), (high - low) / 100);
  const scale = 1 / (values.length * bandwidth * Math.sqrt(2 * Math.PI));
  return Array.from({ length: points }, (_, i) => {
    const value = low + (high - low) * i / (points - 1);
    const sum = values.reduce((total, sample) => total + Math.exp(-0.5 * ((value - sample) / bandwidth) ** 2), 0);
    return { value, density: scale * sum };
  });
}

function bandwidthOf(values: readonly number[]): number {
  const n = values.length;
  if (n < 2) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  const sorted = values.toSorted((a, b) => a - b);
  const quartile = (share: number) => sorted[Math.round(share * (n - 1))] ?? 0;
  const spread = (quartile(0.75) - quartile(0.25)) / 1.34;
  return 0.9 * Math.min(deviation, spread > 0 ? spread : deviation) * n ** -0.2;
}
