/**
 * A bucket from which work leaks at a constant rate.
 *
 * @module
 */

import { requireTolerance } from "./gcra.ts";
import { GatedRateLimiter } from "./gated_limiter.ts";
import type { Rate, RateLimiterOptions } from "./rate_limiter.ts";
import { cellAt, type RateRule, requireRate, requireWhole, roundUp } from "./rate_rule.ts";
import { RuleGate } from "./rule_gate.ts";

/** What a {@linkcode LeakyBucket} is made with. */
export type LeakyBucketOptions = RateLimiterOptions & {
  /** How many tokens may wait: a whole number from 1 to 1e9. Default `limit`. */
  readonly queue?: number;
  /**
   * How much too early work may leave, in milliseconds: from 0 to 1e12. Default 0. A timer rings up to a millisecond or
   * two late; with a tolerance of as much that is made up for, so that the rate is reached however high it is.
   */
  readonly toleranceMs?: number;
};

/**
 * Shapes traffic: whoever comes waits in a line of at most `queue` tokens, from which they leave one every
 * `perMs / limit` milliseconds, and never in a burst.
 *
 * `n` tokens leave together, and then nothing does for `n` times as long: between two departures there is always the
 * time for the first one, less `toleranceMs`. `tryTake` succeeds if work could leave now. `take` waits, or rejects at
 * once if the line is full; more than `queue` tokens at once are a wrong argument. As the outlet never hurries, a wait
 * that the timer ends late is not made up for, unless by `toleranceMs`.
 *
 * @example A request every 100 ms, ten may wait
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { LeakyBucket } from "./leaky_bucket.ts";
 *
 * let now = 0;
 * const bucket = new LeakyBucket({ limit: 10, perMs: 1000, queue: 10, clock: () => now });
 * assert(bucket.tryTake(3), "the outlet was free");
 * assertEquals(bucket.retryAfterMs(1), 300);
 * ```
 */
export class LeakyBucket extends GatedRateLimiter {
  readonly #gate: RuleGate<LeakyRule>;

  /**
   * Nobody waits.
   *
   * @throws {RangeError} If the rate, `queue` or `toleranceMs` is out of range.
   */
  constructor(options: LeakyBucketOptions) {
    const gate = new RuleGate(leakyBucketRule(options), options);
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
export function leakyBucketRule(options: LeakyBucketOptions): LeakyRule {
  const rate = requireRate("leaky bucket", options), { queue = rate.limit } = options;
  requireWhole("leaky bucket", "queue", queue);
  return new LeakyRule(rate, queue, requireTolerance("leaky bucket", options.toleranceMs));
}

/** A cell holds when the outlet is free, in milliseconds times `limit`, for the reasons that `ArrivalRule` has. */
export class LeakyRule implements RateRule {
  readonly type = "leaky_bucket";
  readonly stride = 1;
  readonly most: number;
  readonly idleMs: number;
  readonly #limit: number;
  readonly #perMs: number;
  readonly #tolerance: number;

  /** All has been checked. */
  constructor({ limit, perMs }: Required<Rate>, readonly queue: number, toleranceMs: number) {
    this.most = queue;
    this.#limit = limit;
    this.#perMs = perMs;
    this.#tolerance = toleranceMs * limit;
    this.idleMs = queue * perMs / limit + toleranceMs;
  }

  tryTake(cells: Float64Array, at: number, n: number, now: number): boolean {
    const present = now * this.#limit, free = cellAt(cells, at);
    if (free - this.#tolerance > present) return false;
    cells[at] = (free > present ? free : present) + n * this.#perMs;
    return true;
  }

  readyAt(cells: Float64Array, at: number, _n: number, now: number): number {
    const limit = this.#limit, ready = cellAt(cells, at) - this.#tolerance;
    return ready <= now * limit ? now : roundUp(ready / limit, (time) => ready <= time * limit);
  }

  available(cells: Float64Array, at: number, now: number): number {
    return this.readyAt(cells, at, 1, now) === now ? this.most : 0;
  }
}
