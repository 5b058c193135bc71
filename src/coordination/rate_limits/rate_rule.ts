/**
 * The arithmetic of a rate limiter, apart from its clock, its line, and where its numbers are kept.
 *
 * @module
 */

import type { Rate } from "./rate_limiter.ts";
import { foundValue } from "../found_value.ts";
import { requireOptions } from "../require_options.ts";

/**
 * An algorithm over a *cell*: `stride` numbers of `cells` from `at` on, all 0 when nothing was ever taken. So the state
 * of a key is a few numbers in an array, and a limiter for one thing is the same code over an array for one.
 *
 * `now` is in milliseconds, at least 0, and never below what the cell has seen. What can be taken at one time can be
 * taken at any later time, if nothing is taken between.
 */
export interface RateRule {
  /** What people call it. */
  readonly type: string;
  /** How many numbers a cell has. */
  readonly stride: number;
  /** The most tokens that can ever be had at once. */
  readonly most: number;
  /** How many tokens may be waited for; Infinity for any number. */
  readonly queue: number;
  /** A cell that nothing was taken from for so long, in milliseconds, is as good as one of zeros. */
  readonly idleMs: number;
  /** Takes `n` tokens, from 1 to `most`, or nothing. */
  tryTake(cells: Float64Array, at: number, n: number, now: number): boolean;
  /** The first time, at least `now`, at which `tryTake` would succeed. */
  readyAt(cells: Float64Array, at: number, n: number, now: number): number;
  /** How many tokens can be had now. */
  available(cells: Float64Array, at: number, now: number): number;
}

/** Reads a cell's number; the index is always within the array. */
export function cellAt(cells: Float64Array, index: number): number {
  return cells[index]!;
}

/** A time that is a rounding error too early for `admits` is moved to where it is not. */
export function roundUp(time: number, admits: (time: number) => boolean): number {
  let step = Math.max(time, 1) * Number.EPSILON;
  while (!admits(time)) {
    time += step;
    step *= 2;
  }
  return time;
}

/** Checks a number of tokens; `what` asks to be told, as errors call it. */
export function requireTokens(n: number, most: number, what: string): void {
  if (!(Number.isInteger(n) && n >= 1 && n <= most)) {
    throw new RangeError(
      `Cannot take ${
        foundValue(n)
      } tokens from ${what}: expected a whole number from 1 to ${most}, the most it ever grants at once; ` +
        "take fewer at a time, or make the limiter with more",
    );
  }
}

const LARGEST_LIMIT = 1e9;
const LONGEST_PERIOD_MS = 1e12;
const HIGHEST_RATE = 1e6;

/**
 * Checks a rate, and applies its default. The highest one still differs from none after months on a clock of 53 bits.
 */
export function requireRate(type: string, rate: Rate): Required<Rate> {
  const { limit, perMs = 1000 } = requireOptions(`make a ${type}`, rate);
  requireWhole(type, "limit", limit);
  requireMs(type, "perMs", perMs);
  if (limit / perMs > HIGHEST_RATE) {
    throw new RangeError(
      `Cannot make a ${type} with limit ${limit} in perMs ${perMs}: expected at most ${HIGHEST_RATE} tokens in a millisecond, ` +
        "as times are not told apart below; raise perMs, or let a token stand for more",
    );
  }
  return { limit, perMs };
}

/** Checks an option that counts tokens. */
export function requireWhole(type: string, option: string, value: number): void {
  if (!(Number.isInteger(value) && value >= 1 && value <= LARGEST_LIMIT)) {
    throw new RangeError(
      `Cannot make a ${type} with ${option} ${
        foundValue(value)
      }: expected a whole number from 1 to ${LARGEST_LIMIT}; ` +
        "for less than one token in a period make perMs longer",
    );
  }
}

/** Checks an option that is a duration, above 0. */
export function requireMs(type: string, option: string, value: number): void {
  if (!(typeof value === "number" && value > 0 && value <= LONGEST_PERIOD_MS)) {
    throw new RangeError(
      `Cannot make a ${type} with ${option} ${
        foundValue(value)
      }: expected milliseconds above 0, at most ${LONGEST_PERIOD_MS}; ` +
        "tell how long a period is",
    );
  }
}
