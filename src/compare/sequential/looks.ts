/**
 * When a sequence of pairs is looked at, and what share of the error each look may make.
 *
 * @module
 */

/**
 * Numbers of pairs of processes at which a benchmark is best looked at, ascending: each about a third more than the last, which is
 * as often as it pays.
 */
export const LOOKS: readonly number[] = [4, 6, 8, 11, 15, 20, 27, 36, 48, 64];

/** More pairs than this are not measured, and decide nothing. */
export const MAX_PAIRS = 64;

/** Shares of the planned looks, in thousandths: small where a handful of pairs could hardly decide. */
const PLANNED_SHARES = [60, 110, 130, 130, 120, 110, 90, 60, 50, 40];

/** What the looks at all other numbers of pairs, from 2 on, have together, in thousandths. */
const UNPLANNED_SHARE = 100;

const SHARES: readonly number[] = shares();

function shares(): number[] {
  const unplanned = MAX_PAIRS - 1 - LOOKS.length;
  return Array.from({ length: MAX_PAIRS + 1 }, (_, pairs) => {
    if (pairs < 2) return 0;
    const planned = PLANNED_SHARES[LOOKS.indexOf(pairs)];
    return (planned ?? UNPLANNED_SHARE / unplanned) / 1_000;
  });
}

/**
 * The share of the accepted error that a test after so many pairs may use up. Over all numbers of pairs they add up to 1, so that
 * a caller may look after every pair, or whenever the time is over: what a look costs is set aside beforehand.
 *
 * @param pairs Number of pairs of processes, an integer.
 * @returns From 0 (too few pairs, or too many) to 1.
 */
export function lookShare(pairs: number): number {
  return SHARES[pairs] ?? 0;
}

/** The next planned look after so many pairs; null if there is none. */
export function nextLook(pairs: number): number | null {
  return LOOKS.find((look) => look > pairs) ?? null;
}
