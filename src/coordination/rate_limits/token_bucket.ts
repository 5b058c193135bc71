/**
 * A bucket that fills at a constant rate.
 *
 * @module
 */

import { ArrivalRule } from "./arrival_rule.ts";
import { GatedRateLimiter } from "./gated_limiter.ts";
import type { RateLimiterOptions } from "./rate_limiter.ts";
import { requireRate, requireWhole } from "./rate_rule.ts";
import { RuleGate } from "./rule_gate.ts";

/** What a {@linkcode TokenBucket} is made with. */
export type TokenBucketOptions = RateLimiterOptions & {
  /** How many tokens it holds when full, as it is at first: a whole number from 1 to 1e9. Default `limit`. */
  readonly burst?: number;
};

/**
 * Lets bursts through, and holds the average: `limit` tokens flow in every `perMs` milliseconds, and at most `burst`
 * are kept.
 *
 * In any time of `t` milliseconds it grants at most `burst + t * limit / perMs`. The one to start with. Its state is
 * one number, all its methods cost O(1), and `tryTake` costs hardly more than the reading of its clock.
 *
 * @example Two at once, then one every 100 ms
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { TokenBucket } from "./token_bucket.ts";
 *
 * let now = 0; // leave `clock` out for real time
 * const bucket = new TokenBucket({ limit: 10, perMs: 1000, burst: 2, clock: () => now });
 * assert(bucket.tryTake(2));
 * assertEquals(bucket.retryAfterMs(), 100);
 * now = 99;
 * assert(!bucket.tryTake());
 * now = 100;
 * await bucket.take(1, { timeoutMs: 5_000 }); // would wait, if it had to
 * ```
 */
export class TokenBucket extends GatedRateLimiter {
  readonly #gate: RuleGate<ArrivalRule>;

  /**
   * Starts full.
   *
   * @throws {RangeError} If the rate or `burst` is out of range.
   */
  constructor(options: TokenBucketOptions) {
    const gate = new RuleGate(tokenBucketRule(options), options);
    super(gate);
    this.#gate = gate;
  }

  /** As {@linkcode RateLimiter.tryTake}. */
  override tryTake(n = 1): boolean {
    const gate = this.#gate;
    return gate.isOpen(n) && gate.count(gate.rule.tryTake(gate.cells, 0, n, gate.clock.now()));
  }
}

/** Its arithmetic. */
export function tokenBucketRule(options: TokenBucketOptions): ArrivalRule {
  const rate = requireRate("token bucket", options), { burst = rate.limit } = options;
  requireWhole("token bucket", "burst", burst);
  return new ArrivalRule("token_bucket", rate, burst * rate.perMs, burst);
}
