/**
 * What every rate limiter can do, and what it is made with.
 *
 * @module
 */

import type { PrimitiveOptions, PrimitiveSnapshot } from "../primitive.ts";
import type { TurnOptions } from "../turn_options.ts";

/**
 * Hands out tokens, no faster than its algorithm says.
 *
 * Nobody barges in: while somebody waits in `take`, `tryTake` answers `false`, whatever is available, so that a large
 * request is not starved by small ones. Time never runs backwards for a limiter: if its clock is set back, it stands
 * still for that reading and goes on from there, so that a step back gives nobody a second burst and makes nobody wait
 * for the time to be made up; a step forwards gives at most what the algorithm ever grants at once.
 */
export interface RateLimiter {
  /**
   * Takes tokens if they can be had now; `false` means "not now", and takes nothing.
   *
   * @param n Tokens: a whole number, at least 1. Default 1.
   * @throws {RangeError} If `n` is none, or more than could ever be had at once.
   */
  tryTake(n?: number): boolean;

  /**
   * Takes tokens as soon as they can be had: in order of arrival, the urgent first.
   *
   * Whoever gives up leaves its line at once and has taken nothing. Waiting is done with the timers of the runtime, one
   * for the head of the line; when it rings, the limiter's own clock decides. So a `clock` that goes slower than the
   * runtime's means more waiting, never a token too early; one that leaps ahead is noticed at the next ring or the next
   * `tryTake` or `take`.
   *
   * @param n Tokens: a whole number, at least 1. Default 1.
   * @param options How long to wait, and how urgent it is.
   * @throws {WaitTimeoutError} If they could not be had within `timeoutMs`.
   * @throws {RangeError} If `n` is out of range, at once: it would wait for ever; or `timeoutMs` is.
   * @throws {TypeError} If `priority` or `owner` is none.
   * @throws The signal's reason, once the signal is aborted.
   */
  take(n?: number, options?: TurnOptions): Promise<void>;

  /**
   * How long until `tryTake(n)` would succeed if nobody else came, in milliseconds, and 0 for now: exact up to the
   * rounding of numbers, behind everybody who waits. It takes nothing.
   *
   * @param n Tokens: a whole number, at least 1. Default 1.
   * @throws {RangeError} If `n` is none, or more than could ever be had at once.
   */
  retryAfterMs(n?: number): number;

  /** How it stands: plain data. Costs a walk along the line. */
  snapshot(): RateLimiterSnapshot;
}

/** How a rate limiter stands. Nobody holds one, so `holders` is empty; who waits `wants` tokens. */
export interface RateLimiterSnapshot extends PrimitiveSnapshot {
  /** How many tokens could be taken now, if nobody waited. */
  readonly available: number;
  /** The most tokens that can ever be taken at once. */
  readonly most: number;
}

/** A rate: `limit` tokens in every `perMs` milliseconds; at most 1e6 tokens in a millisecond. */
export interface Rate {
  /** Tokens: a whole number from 1 to 1e9. */
  readonly limit: number;
  /** In which time, in milliseconds: above 0, at most 1e12. Default 1000. */
  readonly perMs?: number;
}

/**
 * What a rate limiter is made with. Its `clock` tells milliseconds; it may be set back or forth. Default
 * `performance.now`.
 */
export type RateLimiterOptions = Rate & PrimitiveOptions;
