/** Student's t distribution. @module */

import type { Estimate } from "../document.ts";
import { mean, standardDeviation } from "./moments.ts";

/**
 * The distribution function of Student's t: the probability of a value up to `t`.
 *
 * @param t Any number.
 * @param degreesOfFreedom Above 0, need not be an integer.
 */
export function studentT(t: number, degreesOfFreedom: number): number {
  const tail = 0.5 * regularizedBeta(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5);
  return t < 0 ? tail : 1 - tail;
}

/**
 * The quantile of Student's t, correct to about 12 digits, for the usual levels.
 *
 * @param p In (0, 1).
 * @param degreesOfFreedom Above 0, need not be an integer.
 * @throws {RangeError} If an argument is out of range.
 */
export function studentTQuantile(p: number, degreesOfFreedom: number): number {
  if (!(p > 0 && p < 1)) {
    throw new RangeError(`Cannot take a quantile of Student's t: p must lie in (0, 1), it is ${p}`);
  }
  if (!(degreesOfFreedom > 0)) {
    throw new RangeError(
      `Cannot take a quantile of Student's t: degreesOfFreedom must be above 0, it is ${degreesOfFreedom}`,
    );
  }
  if (p === 0.5) return 0;
  const tail = Math.min(p, 1 - p);
  let low = 0;
  let high = 1;
  while (studentT(-high, degreesOfFreedom) > tail && high < 1e150) high *= 2;
  for (let i = 0; i < 200 && high - low > 1e-14 * high; i++) {
    const middle = (low + high) / 2;
    if (studentT(-middle, degreesOfFreedom) > tail) low = middle;
    else high = middle;
  }
  const magnitude = (low + high) / 2;
  return p < 0.5 ? -magnitude : magnitude;
}

/**
 * The mean of independent values with Student's interval.
 *
 * @param values For instance one per fork.
 * @param level Confidence level in (0, 1).
 * @returns null with fewer than two values, which have no spread to tell.
 */
export function meanInterval(values: readonly number[], level: number): Estimate | null {
  if (values.length < 2) return null;
  const point = mean(values);
  const error = standardDeviation(values) / Math.sqrt(values.length);
  const margin = studentTQuantile((1 + level) / 2, values.length - 1) * error;
  return { point, low: point - margin, high: point + margin, level };
}

/** The regularized incomplete beta function I_x(a, b), by the continued fraction of DLMF 8.17.22 with Lentz's method. */
function regularizedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - regularizedBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  const tiny = 1e-300;
  let c = 1;
  let d = 1 - (a + b) * x / (a + 1);
  d = 1 / (Math.abs(d) < tiny ? tiny : d);
  let fraction = d;
  for (let m = 1; m <= 10_000; m++) {
    const even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 + even * d;
    d = 1 / (Math.abs(d) < tiny ? tiny : d);
    c = 1 + even / c;
    if (Math.abs(c) < tiny) c = tiny;
    fraction *= d * c;
    const odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 + odd * d;
    d = 1 / (Math.abs(d) < tiny ? tiny : d);
    c = 1 + odd / c;
    if (Math.abs(c) < tiny) c = tiny;
    const change = d * c;
    fraction *= change;
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return front * fraction;
}

/** ln of the gamma function for x > 0: C. Lanczos' approximation with g = 7 and nine terms, about 15 digits. */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  let series = LANCZOS[0] ?? 0;
  for (let i = 1; i < LANCZOS.length; i++) series += (LANCZOS[i] ?? 0) / (x - 1 + i);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(series);
}

const LANCZOS = [
  0.99999999999980993,
  676.5203681218851,
  -1259.1392167224028,
  771.32342877765313,
  -176.61502916214059,
  12.507343278686905,
  -0.13857109526572012,
  9.9843695780195716e-6,
  1.5056327351493116e-7,
];
