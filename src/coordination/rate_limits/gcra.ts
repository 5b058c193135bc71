/**
 * The generic cell rate algorithm.
 *
 * @module
 */

import { ArrivalRule } from "./arrival_rule.ts";
import { GatedRateLimiter } from "./gated_limiter.ts";
import type { RateLimiterOptions } from "./rate_limiter.ts";
import { requireRate } from "./rate_rule.ts";
import { RuleGate } from "./rule_gate.ts";
import { foundValue } from "../found_value.ts";

/** What a {@linkcode Gcra} is made with. */
export type GcraOptions = RateLimiterOptions & {
  /** How much too early a token may be taken, in milliseconds: from 0 to 1e12. Default 0. */
  readonly toleranceMs?: number;
};

/**
 * The generic cell rate algorithm, GCRA(T, τ) of ITU-T I.371, as a virtual scheduler: tokens are due every
 * `T = perMs / limit` milliseconds, and one may be taken up to `τ = toleranceMs` before it is due.
 *
 * With a tolerance of 0 no two tokens are taken within `T` of each other. In general at most `floor(τ / T) + 1` can be
 * had at once, and in any time of `t` milliseconds at most `floor((τ + t) / T) + 1`. It is a token bucket told by its
 * jitter and not by its depth: `burst` tokens are a tolerance of `(burst - 1) * T`. Its state is one number, and all
 * its methods cost O(1).
 *
 * @example A token every 100 ms, or up to 20 ms before
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { Gcra } from "./gcra.ts";
 *
 * let now = 0;
 * const limiter = new Gcra({ limit: 10, perMs: 1000, toleranceMs: 20, clock: () => now });
 * assert(limiter.tryTake());
 * assertEquals(limiter.retryAfterMs(), 80);
 * now = 80;
 * assert(limiter.tryTake());
 * assertEquals(limiter.retryAfterMs(), 100, "the next is due at 200");
 * ```
 */
export class Gcra extends GatedRateLimiter {
  readonly #gate: RuleGate<ArrivalRule>;

  /**
   * Nothing is due yet: the first token can be had at once.
   *
   * @throws {RangeError} If the rate or `toleranceMs` is out of range.
   */
  constructor(options: GcraOptions) {
    const gate = new RuleGate(gcraRule(options), options);
    super(gate);
    this.#gate = gate;
  }

  /** As {@linkcode RateLimiter.tryTake}. */
  override tryTake(n = 1): boolean {
    const gate = this.#gate;
    return gate.isOpen(n) && gate.count(gate.rule.tryTake(gate.cells, 0, n, gate.clock.now()));
  }
}

/** Its arithmetic: `n` tokens at once are the `n`th at most τ before it is due. */
export function gcraRule(options: GcraOptions): ArrivalRule {
  const rate = requireRate("gcra", options), tolerance = requireTolerance("gcra", options.toleranceMs) * rate.limit;
  return new ArrivalRule("gcra", rate, tolerance + rate.perMs, Math.floor(tolerance / rate.perMs) + 1);
}

/** Checks a tolerance, and applies its default. */
export function requireTolerance(type: string, toleranceMs = 0): number {
  if (!(typeof toleranceMs === "number" && toleranceMs >= 0 && toleranceMs <= 1e12)) {
    throw new RangeError(
      `Cannot make a ${type} with toleranceMs ${foundValue(toleranceMs)}: expected milliseconds from 0 to 1e12; ` +
        "leave it out for none",
    );
  }
  return toleranceMs;
}
