/**
 * A count that starts anew in every window.
 *
 * @module
 */

import { FixedWindowRule } from "./fixed_window_rule.ts";
import { GatedRateLimiter } from "./gated_limiter.ts";
import type { RateLimiterOptions } from "./rate_limiter.ts";
import { requireRate } from "./rate_rule.ts";
import { RuleGate } from "./rule_gate.ts";

/**
 * At most `limit` tokens in each window of `perMs` milliseconds; windows follow one another from when it was made.
 *
 * Easy to explain, and what many services do; but at the border of two windows up to `2 * limit` tokens can be had in
 * one time of `perMs`. {@linkcode SlidingLog} never does that. All its methods cost O(1).
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { FixedWindow } from "./fixed_window.ts";
 *
 * let now = 0;
 * const limiter = new FixedWindow({ limit: 3, perMs: 1000, clock: () => now });
 * now = 900;
 * assert(limiter.tryTake(3));
 * assertEquals(limiter.retryAfterMs(), 100, "a new window begins");
 * ```
 */
export class FixedWindow extends GatedRateLimiter {
  readonly #gate: RuleGate<FixedWindowRule>;

  /**
   * The first window begins.
   *
   * @throws {RangeError} If the rate is out of range.
   */
  constructor(options: RateLimiterOptions) {
    const gate = new RuleGate(fixedWindowRule(options), options);
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
export function fixedWindowRule(options: RateLimiterOptions): FixedWindowRule {
  return new FixedWindowRule(requireRate("fixed window", options));
}
