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

/** Shares of the error that a test after some number of pairs may use up, from 0 to 1. */
export interface LookShares {
  /** Of finding a change. */
  readonly change: number;
  /** Of proving that there is none. */
  readonly same: number;
}

/**
 * Shares of the planned looks, in thousandths. Those of a change come late: a handful of pairs whose spread is small by luck is
 * what most false alarms are made of, and the few benchmarks that look changed can be measured again at little cost. Those of
 * sameness come early, since it is the many unchanged benchmarks that cost the time, but with little for four pairs.
 */
const CHANGE = [2, 9, 85, 130, 160, 185, 175, 115, 70, 34];
const SAME = [3, 40, 165, 215, 175, 130, 85, 60, 45, 42];

const NONE: LookShares = { change: 0, same: 0 };

const SHARES: readonly LookShares[] = shares();

/** What the planned looks leave is spread over all other numbers of pairs. */
function shares(): LookShares[] {
  const unplanned = MAX_PAIRS - 1 - LOOKS.length; // from 2 on
  const rest = (planned: readonly number[]) => (1_000 - planned.reduce((sum, share) => sum + share, 0)) / unplanned;
  const [restOfChange, restOfSame] = [rest(CHANGE), rest(SAME)];
  return Array.from({ length: MAX_PAIRS + 1 }, (_, pairs) => {
    if (pairs < 2) return NONE;
    const look = LOOKS.indexOf(pairs);
    return { change: (CHANGE[look] ?? restOfChange) / 1_000, same: (SAME[look] ?? restOfSame) / 1_000 };
  });
}

/**
 * The shares of the accepted error that tests after so many pairs may use up. Over all numbers of pairs each adds up to 1: a
 * caller may look after every pair, or whenever the time is over, and what a look costs has been set aside beforehand.
 *
 * @param pairs Number of pairs of processes, an integer; 0 for fewer than 2 or more than {@linkcode MAX_PAIRS}.
 */
export function lookShares(pairs: number): LookShares {
  return SHARES[pairs] ?? NONE;
}

/**
 * The same for tests that decide: none before the first planned look. Two or three effects agree by chance too often where a
 * clock's step leaves few values to choose from.
 */
export function decisionShares(pairs: number): LookShares {
  return pairs < FIRST_LOOK ? NONE : lookShares(pairs);
}

const FIRST_LOOK = Math.min(...LOOKS);

/** The next planned look after so many pairs; null if there is none. */
export function nextLook(pairs: number): number | null {
  return LOOKS.find((look) => look > pairs) ?? null;
}

/** The last planned look that so many pairs have reached; 0 if none. */
export function lastLook(pairs: number): number {
  return LOOKS.findLast((look) => look <= pairs) ?? 0;
}

/** The planned look that is nearest to so many pairs. */
export function nearestLook(pairs: number): number {
  return LOOKS.reduce((best, look) => Math.abs(look - pairs) < Math.abs(best - pairs) ? look : best);
}
