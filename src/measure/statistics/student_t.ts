/**
 * Student's t: what a handful of independent values, such as one per fork, tell about their mean.
 *
 * @module
 */

import type { Estimate } from "../document.ts";
import { mean, standardDeviation } from "./moments.ts";
import { logGamma, regularizedBeta } from "./regularized_beta.ts";

/**
 * The distribution function of Student's t: the probability of a value of at most `t`. Its relation to the beta function is
 * 26.7.1 and 26.5.27 of M. Abramowitz and I. Stegun, "Handbook of Mathematical Functions" (1964).
 *
 * @param t Any number.
 * @param degreesOfFreedom Above 0, not necessarily an integer.
 */
export function studentT(t: number, degreesOfFreedom: number): number {
  const tail = regularizedBeta(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5) / 2;
  return t < 0 ? tail : 1 - tail;
}

/**
 * The quantile of Student's t, by Newton's method; correct to ten digits for the levels in use. The tail of {@linkcode studentT} is
 * convex, so that steps from within it never go too far: some six are enough.
 *
 * @param p In (0, 1).
 * @param degreesOfFreedom At least 1, not necessarily an integer.
 * @throws {RangeError} If an argument is out of its range.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { studentTQuantile } from "./student_t.ts";
 *
 * assertAlmostEquals(studentTQuantile(0.975, 4), 2.776445, 1e-6);
 * ```
 */
export function studentTQuantile(p: number, degreesOfFreedom: number): number {
  if (!(p > 0 && p < 1)) {
    throw new RangeError(`Cannot take a quantile of Student's t: p must lie between 0 and 1, it is ${p}`);
  }
  if (!(degreesOfFreedom >= 1)) {
    throw new RangeError(
      `Cannot take a quantile of Student's t: degreesOfFreedom must be at least 1, it is ${degreesOfFreedom}`,
    );
  }
  const tail = Math.min(p, 1 - p);
  let t = 0;
  for (let next = 1; studentT(-next, degreesOfFreedom) > tail; next *= 2) t = next;
  for (let step = Infinity; step > 1e-14 * t;) {
    step = (studentT(-t, degreesOfFreedom) - tail) / density(t, degreesOfFreedom);
    t += Math.max(0, step); // below 0 by rounding only
  }
  return p < 0.5 ? -t : t;
}

/** The density of Student's t. */
function density(t: number, degreesOfFreedom: number): number {
  const logOfGammas = logGamma((degreesOfFreedom + 1) / 2) - logGamma(degreesOfFreedom / 2);
  const logOfShape = -(degreesOfFreedom + 1) / 2 * Math.log1p(t * t / degreesOfFreedom);
  return Math.exp(logOfGammas + logOfShape) / Math.sqrt(Math.PI * degreesOfFreedom);
}

/**
 * The mean of independent values with Student's interval (W. S. Gosset, Biometrika 6, 1908): exact for normal values, close
 * to its level for others; it holds with as few as two.
 *
 * @param values For instance one per fork.
 * @param level Confidence level, in (0, 1).
 * @returns null with fewer than two values: one alone has no spread.
 */
export function meanInterval(values: readonly number[], level: number): Estimate | null {
  if (values.length < 2) return null;
  const point = mean(values);
  const error = standardDeviation(values) / Math.sqrt(values.length);
  const margin = studentTQuantile((1 + level) / 2, values.length - 1) * error;
  return { point, low: point - margin, high: point + margin, level };
}
