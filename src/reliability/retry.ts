/**
 * How long to wait before trying again.
 *
 * @module
 */

import { requireOptions } from "../coordination/require_options.ts";

/** How often and how soon something that failed is tried again, whatever it failed with. */
export interface BackoffOptions {
  /** Tries after the first; an integer of at least 0. */
  readonly maxRetries: number;
  /** Wait before the first retry, in milliseconds; at least 0. Default 100. */
  readonly initialDelayMs?: number;
  /** What each further wait is multiplied by; at least 1. Default 2. */
  readonly base?: number;
  /** Whether waits are spread at random, so that what failed together does not return together. Default true. */
  readonly jitter?: boolean;
  /** Longest wait, in milliseconds; at most, and by default, {@linkcode MAX_DELAY_MS}. */
  readonly maxDelayMs?: number;
}

/** The same with its defaults applied. */
export type RetryPolicy = Readonly<Required<BackoffOptions>>;

/** No wait is ever longer than this: one minute. */
export const MAX_DELAY_MS = 60_000;

/**
 * Checks the options and applies the defaults.
 *
 * @throws {RangeError} If a number is outside its range.
 */
export function retryPolicy(options: BackoffOptions): RetryPolicy {
  requireOptions("retry", options, "pass at least { maxRetries }");
  const { maxRetries, initialDelayMs = 100, base = 2, jitter = true, maxDelayMs = MAX_DELAY_MS } = options;
  check("maxRetries", maxRetries, Number.isInteger(maxRetries) && maxRetries >= 0, "an integer of at least 0");
  check(
    "initialDelayMs",
    initialDelayMs,
    initialDelayMs >= 0 && Number.isFinite(initialDelayMs),
    "a number of at least 0",
  );
  check("base", base, base >= 1 && Number.isFinite(base), "a number of at least 1");
  check("maxDelayMs", maxDelayMs, maxDelayMs >= 0 && maxDelayMs <= MAX_DELAY_MS, `a number from 0 to ${MAX_DELAY_MS}`);
  return { maxRetries, initialDelayMs, base, jitter, maxDelayMs };
}

/**
 * How long to wait before a retry: `initialDelayMs * base ** (retry - 1)`, capped, and with jitter between half of that and all
 * of it ("equal jitter": it spreads the load and still backs off).
 *
 * @param policy From {@linkcode retryPolicy}.
 * @param retry Which retry it is, from 1.
 * @param random Gives numbers in [0, 1), like `Math.random`.
 * @throws {RangeError} If it gives another.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { backoffDelayMs, retryPolicy } from "./retry.ts";
 *
 * const policy = retryPolicy({ maxRetries: 9, jitter: false });
 * assertEquals([1, 2, 3, 20].map((retry) => backoffDelayMs(policy, retry, Math.random)), [100, 200, 400, 60_000]);
 * ```
 */
export function backoffDelayMs(policy: RetryPolicy, retry: number, random: () => number): number {
  const delayMs = Math.min(policy.initialDelayMs * policy.base ** (retry - 1), policy.maxDelayMs);
  // 0 * Infinity, from no initial delay and a huge power, is no delay.
  if (Number.isNaN(delayMs)) return 0;
  return policy.jitter ? delayMs * (0.5 + draw(random) / 2) : delayMs;
}

/**
 * How long to wait before a retry with "decorrelated jitter": at random between `initialDelayMs` and three times the wait
 * before, capped.
 *
 * @param policy From {@linkcode retryPolicy}; its `base` and `jitter` have no part in it.
 * @param previousMs What the wait before was, in milliseconds; 0 for the first retry.
 * @param random Gives numbers in [0, 1), like `Math.random`.
 * @throws {RangeError} If it gives another.
 */
export function decorrelatedDelayMs(policy: RetryPolicy, previousMs: number, random: () => number): number {
  const { initialDelayMs, maxDelayMs } = policy;
  const mostMs = Math.max(initialDelayMs, previousMs) * 3;
  return Math.min(initialDelayMs + draw(random) * (mostMs - initialDelayMs), maxDelayMs);
}

/** For how long an error asks not to be retried, by a number `retryAfterMs`, in milliseconds; 0 if it does not. */
export function retryAfterMsOf(error: unknown): number {
  try {
    const told: unknown = typeof error === "object" && error !== null && "retryAfterMs" in error
      ? error.retryAfterMs
      : 0;
    return typeof told === "number" && told > 0 ? told : 0;
  } catch {
    return 0; // an error that throws when it is looked at
  }
}

function draw(random: () => number): number {
  const luck = random();
  if (luck >= 0 && luck < 1) return luck;
  throw new RangeError(`Cannot spread a retry's wait: wanted a random number in [0, 1), found ${luck}; mend random`);
}

function check(name: string, value: number, valid: boolean, wanted: string): void {
  // "5" compares like 5, but does not add up like it.
  if (valid && typeof value === "number") return;
  throw new RangeError(
    `Cannot use retry.${name}: wanted ${wanted}, found ${typeof value === "string" ? `"${value}"` : value}`,
  );
}
