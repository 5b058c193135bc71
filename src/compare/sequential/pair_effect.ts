/**
 * What one pair of processes says of a benchmark.
 *
 * @module
 */

import { mean, trimmedMean } from "../../measure/statistics/moments.ts";
import type { PairSample } from "../../measure/duet/paired_samples.ts";

/** Share that is cut off at each end before a mean is taken. */
const TRIMMED_SHARE = 1 / 3;

/**
 * The effect within one pair of processes: the natural logarithm of the current cost over the baseline's.
 *
 * It is the mean of two trimmed means of the samples' log ratios, one over the samples that the baseline began and one over those
 * that the current program began. The second of two runs up to 5 % slower where much is allocated; the mean of both orders is
 * free of that, however many of each count. A third is cut off at each end of an order: of six samples the two in the middle count.
 * On a shared host, where bursts that begin or end within a pair disturb one sample of it, eleven pairs of processes of equal code
 * with 26 benchmarks spread by 3.0 % so, by 3.5 % with a quarter cut off.
 *
 * @param pairs In any order; at least one of each order is needed, and 12 are good.
 * @returns null if an order is missing, or a duration is not above 0.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { pairEffect } from "./pair_effect.ts";
 *
 * const effect = pairEffect([{ aNs: 100, bNs: 112, first: "a" }, { aNs: 102, bNs: 110, first: "b" }]);
 * assertAlmostEquals(effect ?? NaN, (Math.log(112 / 100) + Math.log(110 / 102)) / 2);
 * ```
 */
export function pairEffect(pairs: readonly PairSample[]): number | null {
  if (pairs.some(({ aNs, bNs }) => !(aNs > 0 && bNs > 0))) return null;
  const orders = (["a", "b"] as const).map((order) =>
    pairs.filter(({ first }) => first === order).map(({ aNs, bNs }) => Math.log(bNs / aNs))
  );
  if (orders.some((logRatios) => logRatios.length === 0)) return null;
  return mean(orders.map((logRatios) => trimmedMean(logRatios, TRIMMED_SHARE)));
}
