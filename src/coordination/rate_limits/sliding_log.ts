/**
 * An exact limit in any window.
 *
 * @module
 */

import { GatedRateLimiter } from "./gated_limiter.ts";
import type { RateLimiterOptions } from "./rate_limiter.ts";
import { requireRate } from "./rate_rule.ts";
import { RuleGate } from "./rule_gate.ts";
import { SlidingLogRule } from "./sliding_log_rule.ts";

const LONGEST_LOG = 10_000_000;

/**
 * At most `limit` tokens in any time of `perMs` milliseconds, wherever it begins: exact, because it remembers when each
 * was taken.
 *
 * That costs 8 bytes for each token of `limit`, from the start. `tryTake(n)` costs O(1) if it is refused and O(n)
 * otherwise, `retryAfterMs` O(1).
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { SlidingLog } from "./sliding_log.ts";
 *
 * let now = 0;
 * const limiter = new SlidingLog({ limit: 3, perMs: 1000, clock: () => now });
 * assert(limiter.tryTake());
 * now = 900;
 * assert(limiter.tryTake(2));
 * assertEquals([limiter.retryAfterMs(1), limiter.retryAfterMs(2)], [100, 1000]);
 * ```
 */
export class SlidingLog extends GatedRateLimiter {
  readonly #gate: RuleGate<SlidingLogRule>;

  /**
   * The log is empty.
   *
   * @throws {RangeError} If the rate is out of range; `limit` may be 1e7 at most.
   */
  constructor(options: RateLimiterOptions) {
    const gate = new RuleGate(slidingLogRule(options), options);
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
export function slidingLogRule(options: RateLimiterOptions): SlidingLogRule {
  const rate = requireRate("sliding log", options);
  if (rate.limit > LONGEST_LOG) {
    throw new RangeError(
      `Cannot make a sliding log with limit ${rate.limit}: expected at most ${LONGEST_LOG}, as it remembers each token; ` +
        "use a sliding counter",
    );
  }
  return new SlidingLogRule(rate);
}
