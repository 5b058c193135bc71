/**
 * Amounts as integers, so that what is taken and given back adds up.
 *
 * A pool counts in millionths. Sums of binary fractions drift (0.1 + 0.2 - 0.2 is not 0.1), and exact binary sums would
 * surprise: ten times 0.1 is a little more than 1, so the tenth request would not fit. Integers below 2^53 add and subtract
 * without error in any order, and whoever thinks in decimals gets what was meant.
 *
 * @module
 */

const MILLIONTHS = 1_000_000;

/** The largest capacity that can be counted at all, in wholes. */
export const MAX_CAPACITY = Number.MAX_SAFE_INTEGER;

/** How many units one whole has: a million, or 1 where a capacity in millionths would not be a safe integer. */
export function unitsPerWhole(capacity: number): number {
  return capacity <= MAX_CAPACITY / MILLIONTHS ? MILLIONTHS : 1;
}

/**
 * An amount in units, rounded down, so that n shares of 1/n always fit; larger amounts never give fewer units.
 *
 * @param amount Not negative and finite, at most the capacity that chose `perWhole`.
 * @param perWhole Units in one whole.
 */
export function toUnits(amount: number, perWhole: number): number {
  const product = amount * perWhole;
  const below = Math.floor(product);
  if (below === product) return below;
  // 0.29 * 1e6 is 289999.99999999994: the amount and the product are each off by up to half a step of a double.
  const nearest = Math.round(product);
  return Math.abs(product - nearest) <= 2 * Number.EPSILON * nearest ? nearest : below;
}
