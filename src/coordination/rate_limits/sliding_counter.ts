/**
 * Nearly a sliding window, from two counts.
 *
 * @module
 */

import { GatedRateLimiter } from "./gated_limiter.ts";
import type { RateLimiterOptions } from "./rate_limiter.ts";
import { requireRate } from "./rate_rule.ts";
import { RuleGate } from "./rule_gate.ts";
import { SlidingCounterRule } from "./sliding_counter_rule.ts";

/**
 * About `limit` tokens in any time of `perMs` milliseconds: it counts those of this window, and of the one before the
 * share that the time still covers, as if they had been taken evenly.
 *
 * The error of that: in a time of `perMs` of which the share `f` lies in the later window, at most `f` times what was
 * taken in the earlier one is granted beyond the limit, so that it stays below `2 * limit`; that happens if all of it
 * was taken at the window's end, and nothing is wrong if it was taken evenly. If it was taken early, up to as much is
 * refused that an exact log would grant. Within a window of its own, which follow one another from when it was made,
 * the limit is never passed. Three numbers of state, however large the limit; all methods but `snapshot` cost O(1).
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { SlidingCounter } from "./sliding_counter.ts";
 *
 * let now = 0;
 * const limiter = new SlidingCounter({ limit: 4, perMs: 1000, clock: () => now });
 * assert(limiter.tryTake(4));
 * now = 1000;
 * assertEquals(limiter.retryAfterMs(), 250, "then three quarters of the four still count");
 * ```
 */
export class SlidingCounter extends GatedRateLimiter {
  readonly #gate: RuleGate<SlidingCounterRule>;

  /**
   * Both counts are 0.
   *
   * @throws {RangeError} If the rate is out of range.
   */
  constructor(options: RateLimiterOptions) {
    const gate = new RuleGate(slidingCounterRule(options), options);
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
export function slidingCounterRule(options: RateLimiterOptions): SlidingCounterRule {
  return new SlidingCounterRule(requireRate("sliding counter", options));
}
