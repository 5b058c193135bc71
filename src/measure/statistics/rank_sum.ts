/**
 * Whether one set of values tends to be larger than another.
 *
 * @module
 */

import { midranks } from "./midranks.ts";
import { studentT } from "./student_t.ts";

/**
 * The p-value of "the values of `larger` do not tend to exceed those of `smaller`", by the test of E. Brunner and U. Munzel,
 * "The Nonparametric Behrens-Fisher Problem" (Biometrical Journal 42, 2000): a rank test that, unlike that of Mann and Whitney,
 * holds its level where the spreads differ. O((n + m) log (n + m)).
 *
 * @param larger At least two values.
 * @param smaller At least two values.
 */
export function exceedanceP(larger: readonly number[], smaller: readonly number[]): number {
  const all = midranks([...larger, ...smaller]);
  const upper = placements(all.slice(0, larger.length), larger);
  const lower = placements(all.slice(larger.length), smaller);
  const [n, m] = [larger.length, smaller.length];
  const difference = upper.meanRank - lower.meanRank;
  const [upperTerm, lowerTerm] = [n * upper.variance, m * lower.variance];
  const spread = upperTerm + lowerTerm;
  if (spread === 0) return difference > 0 ? 0 : 1; // the sets do not overlap, or are all the same
  const t = n * m * difference / ((n + m) * Math.sqrt(spread));
  const freedom = spread * spread / (upperTerm * upperTerm / (n - 1) + lowerTerm * lowerTerm / (m - 1));
  return studentT(-t, freedom);
}

/** Mean rank among all values, and how much the ranks vary beyond those within the set itself. */
function placements(
  ranks: readonly number[],
  values: readonly number[],
): { readonly meanRank: number; readonly variance: number } {
  const own = midranks(values);
  const count = values.length;
  const meanRank = ranks.reduce((sum, rank) => sum + rank, 0) / count;
  const shift = meanRank - (count + 1) / 2;
  const squares = ranks.reduce((sum, rank, i) => sum + (rank - (own[i] ?? 0) - shift) ** 2, 0);
  return { meanRank, variance: squares / (count - 1) };
}
