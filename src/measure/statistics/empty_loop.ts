/**
 * Whether a benchmark measures anything.
 *
 * @module
 */

import { quantile } from "./quantile.ts";
import { estimateQuantile } from "./quantile_error.ts";
import { exceedanceP } from "./rank_sum.ts";
import { sortSamples } from "./sorted_samples.ts";
import { studentTQuantile } from "./student_t.ts";

/** When two loops count as the same. */
export interface EquivalenceOptions {
  /**
   * Largest difference that is no work, in nanoseconds, above 0. By default 5 % of the empty iteration, at least 0.1 ns: by
   * less than that two empty loops differ in one process, by more a loop differs in which one instruction is left.
   */
  readonly marginNs?: number;
  /** Error rate of each of the two tests, in (0, 0.5); 0.05 by default. */
  readonly alpha?: number;
}

const LOWER_QUARTILE = 0.25;
const MARGIN_RATIO = 0.05;
const MIN_MARGIN_NS = 0.1;

/** Fewest samples of each loop for the tests. */
const MIN_SAMPLES = 3;

/**
 * Whether an iteration cannot be told from one of the empty loop: then the compiler has most likely removed what was to be
 * measured, and what is left after subtraction is noise.
 *
 * Either of two findings is enough.
 * - *They are the same*: the lower quartiles differ by less than the margin, at confidence 1 - alpha. This is the upper one of
 *   the two one-sided tests of D. Schuirmann (Journal of Pharmacokinetics and Biopharmaceutics 15, 1987), the lower one having
 *   nothing to say here: no loop does less than the empty one. Many samples make any difference significant; it is the margin
 *   that says which ones matter.
 * - *They are not different*: the iterations do not tend to take longer than empty ones, at error rate alpha (a rank test).
 *   So noise that hides a difference is not taken for one.
 *
 * With fewer than three samples of either there is no test: then it can be told only if every sample is longer than every empty
 * one, by more than the margin.
 *
 * Independence between samples is assumed; forks should be judged one by one and the majority be taken.
 *
 * @param iterationNs Nanoseconds an iteration, one value a sample, the empty loop's share still in them.
 * @param emptyNs The same of an empty loop of the same kind, measured in the same process.
 * @returns false without samples of both.
 */
export function isIndistinguishableFromEmpty(
  iterationNs: readonly number[],
  emptyNs: readonly number[],
  options: EquivalenceOptions = {},
): boolean {
  if (iterationNs.length === 0 || emptyNs.length === 0) return false;
  const { alpha = 0.05 } = options;
  const sorted = { iteration: sortSamples(iterationNs), empty: sortSamples(emptyNs) };
  const iteration = estimateQuantile(sorted.iteration, LOWER_QUARTILE);
  const empty = estimateQuantile(sorted.empty, LOWER_QUARTILE);
  const marginNs = options.marginNs ?? Math.max(MIN_MARGIN_NS, MARGIN_RATIO * empty.point);
  if (Math.min(iterationNs.length, emptyNs.length) < MIN_SAMPLES) {
    return quantile(sorted.iteration, 0) - quantile(sorted.empty, 1) < marginNs;
  }
  const error = Math.hypot(iteration.standardError, empty.standardError);
  const t = studentTQuantile(1 - alpha, Math.min(iterationNs.length, emptyNs.length) - 1);
  const isSame = iteration.point - empty.point + t * error < marginNs;
  return isSame || exceedanceP(iterationNs, emptyNs) > alpha;
}
