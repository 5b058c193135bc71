/** Whether a benchmark measures anything. @module */

import { mean, standardDeviation } from "./moments.ts";
import { studentTQuantile } from "./student_t.ts";

/** Options of {@linkcode isIndistinguishableFromEmpty}. */
export interface EquivalenceOptions {
  /** Differences below this do not count as work, in nanoseconds. */
  readonly marginNs?: number;
  /** Error rate of the test. */
  readonly alpha?: number;
}

/**
 * Whether an iteration cannot be told from one of the empty loop.
 *
 * @param iterationNs Nanoseconds an iteration, one value a sample, the empty loop's share still in it.
 * @param emptyNs The same of the empty loop of the same kind.
 */
export function isIndistinguishableFromEmpty(
  iterationNs: readonly number[],
  emptyNs: readonly number[],
  options: EquivalenceOptions = {},
): boolean {
  const { marginNs = 0.1, alpha = 0.05 } = options;
  if (iterationNs.length < 2 || emptyNs.length < 2) return false;
  const difference = mean(iterationNs) - mean(emptyNs);
  const variance = standardDeviation(iterationNs) ** 2 / iterationNs.length +
    standardDeviation(emptyNs) ** 2 / emptyNs.length;
  const t = studentTQuantile(1 - alpha, Math.min(iterationNs.length, emptyNs.length) - 1);
  const error = t * Math.sqrt(variance);
  return difference + error < marginNs || difference - error <= 0;
}
