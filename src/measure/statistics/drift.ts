/**
 * Whether samples drifted while they were taken.
 *
 * @module
 */

import { midranks } from "./midranks.ts";

/**
 * What a test's statistic must exceed: quantiles of the standard normal distribution. Each of the two tests takes chance for
 * drift in 0.5 % of the cases, one of them on either side.
 */
const EITHER_SIDE_Z = 2.807;
const ONE_SIDE_Z = 2.576;

/** Fewest values: with fewer, the normal approximation of the tests is not good enough. */
const MIN_VALUES = 12;

/**
 * Tells whether the order of the values means something: whether they rise or fall on the whole, or neighbours resemble each
 * other more than the rest, as in a slow wave.
 *
 * Two rank tests, so that neither the noise's distribution nor a few wild values matter: the rank correlation with time of
 * H. E. Daniels ("Rank Correlation and Population Models", Journal of the Royal Statistical Society B 12, 1950), and the rank
 * version of von Neumann's ratio by R. Bartels (Journal of the American Statistical Association 77, 1982). Of series without
 * drift, whose noise is independent from value to value, at most 1 % are told to drift; a step is a drift too. O(n log n).
 *
 * @param values In the order of measuring; fewer than 12 never drift.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { hasDrift } from "./drift.ts";
 *
 * const noise = [3, -2, 1, -3, 2, -1, 0, 3, -1, 2, -3, 1, -2, 0, 1, -1];
 * assertEquals(hasDrift(noise.map((value) => 100 + value)), false);
 * assertEquals(hasDrift(noise.map((value, i) => 100 + value + i)), true);
 * ```
 */
export function hasDrift(values: readonly number[]): boolean {
  const count = values.length;
  if (count < MIN_VALUES) return false;
  const middle = (count + 1) / 2;
  const ranks = midranks(values).map((rank) => rank - middle);
  const spread = sumOf(ranks, (rank) => rank * rank);
  if (spread === 0) return false; // all values are equal
  const timeSpread = count * (count * count - 1) / 12;
  const correlation = sumOf(ranks, (rank, index) => rank * (index + 1 - middle)) / Math.sqrt(spread * timeSpread);
  if (Math.abs(correlation) * Math.sqrt(count - 1) > EITHER_SIDE_Z) return true;
  const ratio = sumOf(ranks, (rank, index) => index === 0 ? 0 : (rank - (ranks[index - 1] ?? 0)) ** 2) / spread;
  const deviation = Math.sqrt(
    4 * (count - 2) * (5 * count * count - 2 * count - 9) / (5 * count * (count + 1) * (count - 1) ** 2),
  );
  return 2 - ratio > ONE_SIDE_Z * deviation;
}

function sumOf(values: readonly number[], term: (value: number, index: number) => number): number {
  return values.reduce((sum, value, index) => sum + term(value, index), 0);
}
