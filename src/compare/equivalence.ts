/**
 * Two one-sided tests: a proof that a change is small, which the lack of a proof of a difference is not.
 *
 * @module
 */

import { studentT } from "../measure/statistics/student_t.ts";

/** What is known of the logarithm of a ratio. */
export interface LogRatio {
  /** The estimate: 0 for no change. */
  readonly effect: number;
  /** Its standard error; 0 or above. */
  readonly standardError: number;
  /** Degrees of freedom of the standard error; above 0, not necessarily an integer. */
  readonly degreesOfFreedom: number;
}

/**
 * The p-value of the claim that a ratio lies within a threshold of 1: between `1 / (1 + threshold)` and `1 + threshold`.
 *
 * It is the larger one of two one-sided t-tests of its logarithm, at -ln(1 + threshold) and ln(1 + threshold) (D. Schuirmann,
 * "A Comparison of the Two One-Sided Tests Procedure and the Power Approach for Assessing the Equivalence of Average
 * Bioavailability", Journal of Pharmacokinetics and Biopharmaceutics 15, 1987). Whoever claims equivalence where it is at most
 * alpha is wrong with a probability of at most alpha; no correction for the two tests is needed, since at most one of their
 * hypotheses is true.
 *
 * @param threshold Change that matters, above 0: 0.1 for 10 %.
 * @returns From 0 to 1. Without a standard error 0 inside of the threshold, 1 at it or outside.
 * @throws {RangeError} If `threshold` is not above 0.
 *
 * @example A change of 1 % that is known to 2 %, held against 10 %
 * ```ts
 * import { assert } from "@std/assert";
 * import { equivalencePValue } from "./equivalence.ts";
 *
 * assert(equivalencePValue({ effect: 0.01, standardError: 0.02, degreesOfFreedom: 14 }, 0.1) < 0.001);
 * ```
 */
export function equivalencePValue({ effect, standardError, degreesOfFreedom }: LogRatio, threshold: number): number {
  if (!(threshold > 0)) throw new RangeError(`Cannot test equivalence: threshold must be above 0, it is ${threshold}`);
  const beyond = Math.abs(effect) - Math.log1p(threshold); // the test at the nearer bound has the larger p-value
  if (standardError === 0) return beyond < 0 ? 0 : 1;
  return studentT(beyond / standardError, degreesOfFreedom);
}
