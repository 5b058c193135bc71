/**
 * What all rate limiters share: the line before them.
 *
 * @module
 */

import type { TurnOptions } from "../turn_options.ts";
import type { LimiterGate } from "./gate.ts";
import type { RateLimiter, RateLimiterSnapshot } from "./rate_limiter.ts";

const gates = new WeakMap<RateLimiter, LimiterGate>();

/** The gate behind a limiter; undefined if it is none of this library's. */
export function gateOf(limiter: RateLimiter): LimiterGate | undefined {
  return gates.get(limiter);
}

/** A rate limiter of this library; {@linkcode CompositeRateLimiter} takes any of them. */
export abstract class GatedRateLimiter implements RateLimiter {
  readonly #gate: LimiterGate;

  /** @ignore Not for users: a gate is not exported. */
  constructor(gate: LimiterGate) {
    this.#gate = gate;
    gates.set(this, gate);
  }

  /** As {@linkcode RateLimiter.tryTake}. */
  tryTake(n = 1): boolean {
    return this.#gate.tryTake(n);
  }

  /** As {@linkcode RateLimiter.take}. */
  take(n = 1, options?: TurnOptions): Promise<void> {
    return this.#gate.take(n, options);
  }

  /** As {@linkcode RateLimiter.retryAfterMs}. */
  retryAfterMs(n = 1): number {
    return this.#gate.retryAfterMs(n);
  }

  /** As {@linkcode RateLimiter.snapshot}. */
  snapshot(): RateLimiterSnapshot {
    return this.#gate.snapshot();
  }
}
