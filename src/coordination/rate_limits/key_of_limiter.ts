/**
 * One key of a keyed limiter as a limiter of its own.
 *
 * @module
 */

import type { Accounts } from "../primitive.ts";
import type { TurnOptions } from "../turn_options.ts";
import { WaitLine } from "../wait_line.ts";
import type { Entrant, Forecast, LimiterGate } from "./gate.ts";
import { GatedRateLimiter } from "./gated_limiter.ts";
import type { KeyedRateLimiter } from "./keyed_rate_limiter.ts";
import type { KeyedState } from "./keyed_state.ts";
import type { RateLimiterSnapshot } from "./rate_limiter.ts";

/** Made by `KeyedRateLimiter.forKey`. */
export class KeyOfLimiter<Key> extends GatedRateLimiter {
  /** Knows the limiter, and what its keys share. */
  constructor(limiter: KeyedRateLimiter<Key>, state: KeyedState<Key>, key: Key) {
    super(new KeyFace(limiter, state, key));
  }
}

const NOBODY = new WaitLine<Entrant>();

/**
 * The gate of a key, for as long as anybody looks: the key's real one exists only while somebody waits, and may be another
 * each time.
 */
class KeyFace<Key> implements LimiterGate {
  readonly #limiter: KeyedRateLimiter<Key>;
  readonly #state: KeyedState<Key>;
  readonly #key: Key;

  constructor(limiter: KeyedRateLimiter<Key>, state: KeyedState<Key>, key: Key) {
    this.#limiter = limiter;
    this.#state = state;
    this.#key = key;
  }

  /** All keys: of two that are both new, there may be room for one only. */
  get source(): object {
    return this.#state;
  }

  get line(): WaitLine<Entrant> {
    return this.#state.lines.get(this.#key)?.line ?? NOBODY;
  }

  get accounts(): Accounts {
    return this.#state.accounts;
  }

  get most(): number {
    return this.#state.rule.most;
  }

  get called(): string {
    return this.#state.gateOf(this.#key).called;
  }

  admits(n: number): boolean {
    return this.#state.waitMs(this.#key, n) === 0;
  }

  takeNow(n: number): boolean {
    return this.#state.take(this.#key, n);
  }

  available(): number {
    return this.#state.gateOf(this.#key).available();
  }

  forecast(except?: Entrant): Forecast {
    return this.#state.gateOf(this.#key).forecast(except);
  }

  join(entrant: Entrant): void {
    const gate = this.#state.gateOf(this.#key);
    gate.join(entrant);
    this.#state.lines.set(this.#key, gate);
  }

  part(entrant: Entrant): void {
    this.#state.lines.get(this.#key)?.part(entrant);
  }

  serve(): void {
    this.#state.lines.get(this.#key)?.serve();
  }

  tryTake(n: number): boolean {
    return this.#limiter.tryTake(this.#key, n);
  }

  take(n: number, options: TurnOptions | undefined): Promise<void> {
    return this.#limiter.take(this.#key, n, options);
  }

  retryAfterMs(n: number): number {
    return this.#limiter.retryAfterMs(this.#key, n);
  }

  snapshot(): RateLimiterSnapshot {
    return this.#state.gateOf(this.#key).snapshot();
  }
}
