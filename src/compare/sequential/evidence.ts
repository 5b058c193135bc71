/**
 * What the pairs of processes so far tell of one benchmark.
 *
 * @module
 */

import { mean, standardDeviation } from "../../measure/statistics/moments.ts";
import { studentT, studentTQuantile } from "../../measure/statistics/student_t.ts";
import type { Interval } from "../comparison.ts";
import { equivalencePValue, type LogRatio } from "../equivalence.ts";
import { decisionShares } from "./looks.ts";

/** The evidence of several pairs: their mean effect, with what Student's t makes of their spread. */
export interface Evidence extends LogRatio {
  /** Number of pairs; at least 2. */
  readonly pairs: number;
  /** Standard deviation between pairs. */
  readonly sd: number;
}

/** Summarises effects of pairs; null with fewer than two, since one alone has no spread. */
export function evidenceOf(effects: readonly number[]): Evidence | null {
  if (effects.length < 2) return null;
  return evidence(mean(effects), standardDeviation(effects), effects.length);
}

/** What so many pairs with this mean and this standard deviation tell. */
export function evidence(effect: number, sd: number, pairs: number): Evidence {
  return { effect, sd, pairs, standardError: sd / Math.sqrt(pairs), degreesOfFreedom: pairs - 1 };
}

/** The two-sided p-value of Student's t-test of no change, as if this had been the only look. */
export function changePValue({ effect, standardError, degreesOfFreedom }: LogRatio): number {
  if (standardError === 0) return effect === 0 ? 1 : 0;
  return Math.min(1, 2 * studentT(-Math.abs(effect) / standardError, degreesOfFreedom));
}

/** The p-value of no change that holds over all looks: a p-value over the share of its look, at most 1. */
export function sequentialChangePValue(evidence: Evidence): number {
  return overShare(changePValue(evidence), decisionShares(evidence.pairs).change);
}

/** The p-value of equivalence at a threshold that holds over all looks. */
export function sequentialEquivalencePValue(evidence: Evidence, threshold: number): number {
  return overShare(equivalencePValue(evidence, threshold), decisionShares(evidence.pairs).same);
}

function overShare(pValue: number, share: number): number {
  return share === 0 ? 1 : Math.min(1, pValue / share);
}

/**
 * The interval of the ratio, one of a sequence of intervals that all hold the true value at once with the probability 1 - alpha
 * (C. Jennison and B. Turnbull, "Interim Analyses: The Repeated Confidence Interval Approach", Journal of the Royal Statistical
 * Society B 51, 1989): it may be read at any time, and after any rule of stopping.
 *
 * @param share The look's share of alpha, above 0.
 */
export function ratioInterval(
  { effect, standardError, degreesOfFreedom }: LogRatio,
  alpha: number,
  share: number,
): Interval {
  const margin = standardError * studentTQuantile(1 - alpha * share / 2, degreesOfFreedom);
  return { low: finiteExp(effect - margin), high: finiteExp(effect + margin), level: 1 - alpha };
}

/** Two pairs may leave more open than a number can hold. */
function finiteExp(logarithm: number): number {
  return Math.exp(Math.max(-700, Math.min(700, logarithm)));
}
