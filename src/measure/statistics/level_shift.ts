/**
 * Whether samples changed their level while they were taken.
 *
 * @module
 */

import { midranks } from "./midranks.ts";
import { quantile } from "./quantile.ts";
import { sortSamples } from "./sorted_samples.ts";

/** A lasting change of level. */
export interface LevelShift {
  /** Place of the first value of the new level; at least 1. */
  readonly index: number;
  /** The new level over the old one, as a ratio of lower quartiles. */
  readonly ratio: number;
}

/** Probability of taking one level for two, whatever the noise. */
const ALPHA = 0.01;

/** The smallest change that is told, as a share of the lower level. */
const MIN_CHANGE = 0.1;

/**
 * Finds the one change of level that divides a series best: what a compiler does that finishes, or gives up, in the midst of
 * measuring.
 *
 * It is the rank test of A. Pettitt, "A Non-Parametric Approach to the Change-Point Problem" (Applied Statistics 28, 1979),
 * whose error rate of 1 % holds for any noise that is independent from value to value; noise that comes in long bursts is a
 * level in its own right, and found. Near either end a change has too few values beyond it to be told from chance: of 24 values
 * there must be seven, and among fewer than 15 none is ever found. A change of the lower quartile by less than 10 % is not told.
 * O(n log n).
 *
 * @param values In the order of measuring.
 * @returns null if there is none, or if a value is not above 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { findLevelShift } from "./level_shift.ts";
 *
 * const durations = [...Array(8).fill(1_250), ...Array(16).fill(300)];
 * assertEquals(findLevelShift(durations), { index: 8, ratio: 0.24 });
 * ```
 */
export function findLevelShift(values: readonly number[]): LevelShift | null {
  if (!values.every((value) => value > 0)) return null;
  const count = values.length;
  const ranks = midranks(values);
  let index = 0;
  let strongest = 0;
  let dominance = 0; // how many pairs across the split have the larger value first, less those that have it second
  for (let split = 1; split < count; split++) {
    dominance += 2 * (ranks[split - 1] ?? 0) - count - 1; // the moved value's pairs with all others
    if (Math.abs(dominance) > strongest) [index, strongest] = [split, Math.abs(dominance)];
  }
  const p = 2 * Math.exp(-6 * strongest * strongest / (count ** 3 + count ** 2));
  if (index === 0 || p > ALPHA) return null;
  const ratio = lowerQuartile(values.slice(index)) / lowerQuartile(values.slice(0, index));
  return Math.abs(Math.log(ratio)) >= Math.log1p(MIN_CHANGE) ? { index, ratio } : null;
}

function lowerQuartile(values: readonly number[]): number {
  return quantile(sortSamples(values), 0.25);
}
