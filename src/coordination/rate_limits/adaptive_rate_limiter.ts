/**
 * A rate that finds its own limit.
 *
 * @module
 */

import type { PrimitiveOptions } from "../primitive.ts";
import { AdaptiveRule } from "./adaptive_rule.ts";
import { GatedRateLimiter } from "./gated_limiter.ts";
import type { RateLimiterSnapshot } from "./rate_limiter.ts";
import { requireMs, requireWhole } from "./rate_rule.ts";
import { RuleGate } from "./rule_gate.ts";
import { foundValue } from "../found_value.ts";
import { requireOptions } from "../require_options.ts";

/** What an {@linkcode AdaptiveRateLimiter} is made with. */
export type AdaptiveRateLimiterOptions = PrimitiveOptions & {
  /** The lowest limit, in tokens per `perMs`: a whole number from 1 to 1e9. Default 1. */
  readonly min?: number;
  /** The highest limit, in tokens per `perMs`: a whole number from `min` to 1e9. */
  readonly max: number;
  /** The limit at first: from `min` to `max`. Default `min`. */
  readonly start?: number;
  /**
   * The period of limits, and how often the limit changes at most, in milliseconds: above 0, at most 1e12. Default
   * 1000.
   */
  readonly perMs?: number;
  /** How many tokens are kept for a burst: a whole number from 1 to 1e9. Default `min`. */
  readonly burst?: number;
  /** What is added after a good period, in tokens per `perMs`: above 0, finite. Default 1. */
  readonly increase?: number;
  /** What the limit is multiplied with after a bad period: above 0, below 1. Default 0.5. */
  readonly decrease?: number;
  /**
   * A call that took longer is as bad as one that failed, in milliseconds: above 0, at most 1e12. By default none is.
   */
  readonly slowMs?: number;
  /** A period is bad if a larger share of its calls was: from 0, below 1. Default 0: one bad call is enough. */
  readonly badRatio?: number;
};

/** How an adaptive limiter stands. */
export interface AdaptiveRateLimiterSnapshot extends RateLimiterSnapshot {
  /** The limit at present, in tokens per `perMs`. */
  readonly limit: number;
}

/**
 * A token bucket whose rate follows what callers report: additive increase, multiplicative decrease.
 *
 * At the first report after each `perMs`: if more than `badRatio` of the calls reported in the period failed or were
 * slow, the limit is multiplied with `decrease`; if not, and the limit was felt because somebody had to wait or was
 * refused, `increase` is added. A period without reports changes nothing, and a limit that nobody reaches does not
 * grow: it has not been tried (RFC 7661). That a binary signal with these two steps leads to the capacity and to equal
 * shares, and that other linear ones do not, is shown in D.-M. Chiu and R. Jain, "Analysis of the increase and decrease
 * algorithms for congestion avoidance in computer networks" (1989).
 *
 * In any time of `t` milliseconds it grants at most `burst + t * max / perMs`. All its methods cost O(1).
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { AdaptiveRateLimiter } from "./adaptive_rate_limiter.ts";
 *
 * let now = 0;
 * const limiter = new AdaptiveRateLimiter({ min: 1, max: 100, start: 40, perMs: 1000, slowMs: 250, clock: () => now });
 * assert(limiter.tryTake());
 * limiter.succeeded(30); // its call took 30 ms
 * limiter.succeeded(400); // too slow: the period is bad
 * now = 1000;
 * limiter.failed(); // the first report of the next period
 * assertEquals(limiter.limit, 20);
 * ```
 */
export class AdaptiveRateLimiter extends GatedRateLimiter {
  readonly #gate: AdaptiveGate;
  readonly #slowMs: number;

  /**
   * Starts full, at the limit `start`.
   *
   * @throws {RangeError} If an option is out of range.
   */
  constructor(options: AdaptiveRateLimiterOptions) {
    const policy = requirePolicy(options);
    const gate = new AdaptiveGate(policy, options);
    super(gate);
    this.#gate = gate;
    this.#slowMs = policy.slowMs;
  }

  /** The limit at present, in tokens per `perMs`. */
  get limit(): number {
    return this.#gate.limit;
  }

  /**
   * Reports a call that went well.
   *
   * @param latencyMs How long it took, in milliseconds, at least 0. Default 0.
   * @throws {RangeError} If `latencyMs` is out of range.
   */
  succeeded(latencyMs = 0): void {
    if (!(latencyMs >= 0)) {
      throw new RangeError(
        `Cannot report a latencyMs of ${
          foundValue(latencyMs)
        }: expected milliseconds, at least 0; leave it out if it is unknown`,
      );
    }
    this.#gate.report(latencyMs > this.#slowMs);
  }

  /** Reports a call that failed because of load: an error, a timeout, a refusal of the other side. */
  failed(): void {
    this.#gate.report(true);
  }

  /** As {@linkcode RateLimiter.snapshot}, with the limit at present. */
  override snapshot(): AdaptiveRateLimiterSnapshot {
    return { ...super.snapshot(), limit: this.limit };
  }
}

type Policy = Required<Omit<AdaptiveRateLimiterOptions, keyof PrimitiveOptions>>;

function requirePolicy(options: AdaptiveRateLimiterOptions): Policy {
  requireOptions("make an adaptive rate limiter", options);
  const { min = 1, max, perMs = 1000, increase = 1, decrease = 0.5, slowMs = Infinity, badRatio = 0 } = options;
  const { start = min, burst = min } = options, type = "adaptive rate limiter";
  for (const [option, value] of Object.entries({ min, max, burst })) requireWhole(type, option, value);
  requireMs(type, "perMs", perMs);
  if (slowMs !== Infinity) requireMs(type, "slowMs", slowMs);
  requireWithin("max", max, max >= min, `at least min, which is ${min}`);
  requireWithin("start", start, start >= min && start <= max, `a number from min to max, which are ${min} and ${max}`);
  requireWithin("increase", increase, increase > 0 && increase < Infinity, "a finite number above 0");
  requireWithin("decrease", decrease, decrease > 0 && decrease < 1, "a factor above 0 and below 1");
  requireWithin("badRatio", badRatio, badRatio >= 0 && badRatio < 1, "a share from 0 to below 1");
  return { min, max, start, perMs, burst, increase, decrease, slowMs, badRatio };
}

function requireWithin(option: string, value: unknown, isWithin: boolean, wanted: string): void {
  if (typeof value === "number" && isWithin) return;
  throw new RangeError(
    `Cannot make an adaptive rate limiter with ${option} ${
      foundValue(value)
    }: expected ${wanted}; see AdaptiveRateLimiterOptions`,
  );
}

/** Counts what is reported, and moves the limit of its rule. */
class AdaptiveGate extends RuleGate<AdaptiveRule> {
  readonly #policy: Policy;
  #periodEnd: number;
  #reports = 0;
  #bad = 0;
  /** Whether somebody was refused, or had to wait, in this period. */
  #felt = false;

  constructor(policy: Policy, options: PrimitiveOptions) {
    super(new AdaptiveRule(policy.start, policy.perMs, policy.burst), options);
    this.#policy = policy;
    this.#periodEnd = this.clock.now() + policy.perMs;
  }

  get limit(): number {
    return this.rule.limit;
  }

  override takeNow(n: number): boolean {
    const isTaken = super.takeNow(n);
    if (!isTaken) this.#felt = true;
    return isTaken;
  }

  override admits(n: number): boolean {
    const isAdmitted = super.admits(n);
    if (!isAdmitted) this.#felt = true;
    return isAdmitted;
  }

  report(isBad: boolean): void {
    const now = this.clock.now();
    if (now >= this.#periodEnd) this.#endPeriod(now);
    this.#reports++;
    if (isBad) this.#bad++;
  }

  #endPeriod(now: number): void {
    const { min, max, perMs, increase, decrease, badRatio } = this.#policy, { limit } = this;
    if (this.#bad > badRatio * this.#reports) this.#move(Math.max(min, limit * decrease));
    else if (this.#felt && this.#reports > 0) this.#move(Math.min(max, limit + increase));
    this.#periodEnd = now + perMs;
    this.#reports = 0;
    this.#bad = 0;
    this.#felt = this.line.size !== 0;
  }

  #move(limit: number): void {
    super.takeNow(0); // what has come back so far came at the old rate
    this.rule.limit = limit;
    this.newFirst();
  }
}
