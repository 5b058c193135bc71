/**
 * How the time grows with a parameter.
 *
 * @module
 */

/** One measured point. */
export interface PowerLawPoint {
  /** The parameter's value. */
  readonly value: number;
  /** The lower quartile of the time at this value, in nanoseconds. */
  readonly p25: number;
}

/** The law `p25 = coefficient * value ^ exponent`. */
export interface PowerLaw {
  /** The time at the value 1, in nanoseconds. */
  readonly coefficient: number;
  /** 0 constant, 1 linear, 2 quadratic. */
  readonly exponent: number;
  /** Coefficient of determination on log scales, from 0 to 1; 1 if all times are equal: a constant explains them wholly. */
  readonly rSquared: number;
}

/**
 * Fits a power law by least squares on the logarithms of both.
 *
 * @param points Points whose value or time is not above 0 have no logarithm and are left out.
 * @returns null if fewer than two different values are left.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { fitPowerLaw } from "./power_law.ts";
 *
 * const law = fitPowerLaw([{ value: 1, p25: 50 }, { value: 10, p25: 5_000 }]);
 * assertAlmostEquals(law?.exponent ?? 0, 2);
 * ```
 */
export function fitPowerLaw(points: readonly PowerLawPoint[]): PowerLaw | null {
  const logs = points.filter(({ value, p25 }) => value > 0 && p25 > 0)
    .map(({ value, p25 }) => ({ x: Math.log(value), y: Math.log(p25) }));
  const centerX = logs.reduce((sum, { x }) => sum + x, 0) / logs.length;
  const centerY = logs.reduce((sum, { y }) => sum + y, 0) / logs.length;
  let [xx, xy, yy] = [0, 0, 0];
  for (const { x, y } of logs) {
    xx += (x - centerX) ** 2;
    xy += (x - centerX) * (y - centerY);
    yy += (y - centerY) ** 2;
  }
  if (new Set(logs.map(({ x }) => x)).size < 2) return null;
  const exponent = xy / xx;
  const coefficient = Math.exp(centerY - exponent * centerX);
  return { coefficient, exponent, rSquared: yy === 0 ? 1 : Math.min(1, exponent * xy / yy) };
}
