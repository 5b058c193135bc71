/**
 * A limit for each key.
 *
 * @module
 */

import type { PrimitiveSnapshot, WaiterSnapshot } from "../primitive.ts";
import { ownTurnOptions, type TurnOptions } from "../turn_options.ts";
import { KeyOfLimiter } from "./key_of_limiter.ts";
import { KeyedState } from "./keyed_state.ts";
import type { RateLimiter } from "./rate_limiter.ts";
import { requireWhole } from "./rate_rule.ts";
import { type RateLimiterRecipe, ruleOf } from "./recipe.ts";

/** The recipe that holds for each key, and how many keys there may be. */
export type KeyedRateLimiterOptions = RateLimiterRecipe & {
  /**
   * How many keys may be seen within the time after which one is forgotten: a whole number from 1 to 16e6. Beyond, keys
   * that are not in use are turned down, as memory must not grow with what strangers send; they are "not now", and may
   * wait. Default 8e6, or for a sliding log as many as keep 32e6 numbers, which is 256 MB: `32e6 / (limit + 1)`, from 1 on.
   */
  readonly maxKeys?: number;
};

/** How a keyed limiter stands. */
export interface KeyedRateLimiterSnapshot extends PrimitiveSnapshot {
  /** How many cells it keeps: one for each key that is not forgotten, and at times a second one. */
  readonly cells: number;
  /** For how many keys somebody waits. */
  readonly contendedKeys: number;
}

const DEFAULT_MAX_KEYS = 8e6;
const DEFAULT_MAX_NUMBERS = 32e6;
const MOST_KEYS = 16e6; // a Map takes 2 ** 24
const TAKEN: Promise<void> = Promise.resolve();

/**
 * A rate limiter for each key, all of the same recipe: for each user, each host, each tenant.
 *
 * A key costs no object, closure or timer. Of each it keeps 8 bytes or a few more (one number for a token bucket, a
 * leaky bucket and GCRA, two for a fixed window, three for a sliding counter, `limit + 1` for a sliding log), an entry
 * of a map, and the key itself. Measured by the heap before and after, the state of a token bucket is 38 to 72 bytes a
 * key, as maps and arrays grow by doubling; a million keys of a dozen letters, text included, stay below 80 MB if they
 * come by once, and below 160 MB if all are always in use. The most that is ever kept is twice `maxKeys` cells: of a sliding
 * log, 16 bytes for each key and each token of `limit`, so that a thousand keys of a limit of a million would take 16 GB; use a
 * {@linkcode SlidingCounter}'s recipe, or few keys. What is as good as new is forgotten after between one and
 * two times the recipe's memory: the time in which an empty bucket is full again, a window, or two for a sliding
 * counter. That is done by dropping whole maps, at a call for any key, so that nothing is ever scanned; if no call
 * comes at all, {@linkcode sweep} does it.
 *
 * Each key has a line of its own, as {@linkcode RateLimiter} says, which exists while somebody waits. All methods cost
 * what those of the recipe cost, and one look into a map or two.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { KeyedRateLimiter } from "./keyed_rate_limiter.ts";
 *
 * let now = 0;
 * const perUser = new KeyedRateLimiter({ algorithm: "token_bucket", limit: 5, perMs: 1000, clock: () => now });
 * assert(perUser.tryTake("ada", 5));
 * assertEquals(perUser.retryAfterMs("ada"), 200);
 * assert(perUser.tryTake("bob"), "another key, another bucket");
 * now = 5000;
 * assert(perUser.tryTake("eve"));
 * assertEquals(perUser.snapshot().cells, 1, "the buckets of the others were full again, and are forgotten");
 * ```
 */
export class KeyedRateLimiter<Key = string> {
  readonly #state: KeyedState<Key>;

  /**
   * No key has been seen yet.
   *
   * @throws {TypeError} If there is no such `algorithm`.
   * @throws {RangeError} If an option is out of range.
   */
  constructor(options: KeyedRateLimiterOptions) {
    const rule = ruleOf(options);
    const { maxKeys = Math.max(1, Math.min(DEFAULT_MAX_KEYS, Math.floor(DEFAULT_MAX_NUMBERS / rule.stride))) } =
      options;
    requireWhole("keyed rate limiter", "maxKeys", maxKeys);
    if (maxKeys > MOST_KEYS) {
      throw new RangeError(
        `Cannot make a keyed rate limiter with maxKeys ${maxKeys}: expected at most ${MOST_KEYS}, what a Map takes; ` +
          "use several limiters",
      );
    }
    this.#state = new KeyedState(rule, maxKeys, options);
  }

  /** As {@linkcode RateLimiter.tryTake}, for a key. */
  tryTake(key: Key, n = 1): boolean {
    const state = this.#state;
    if (n !== 1) state.requireTokens(n);
    if (state.lines.size !== 0) {
      const line = state.lines.get(key);
      if (line !== undefined) return line.tryTake(n);
    }
    if (!state.take(key, n)) return false;
    state.accounts.grants++;
    return true;
  }

  /** As {@linkcode RateLimiter.take}, for a key. */
  take(key: Key, n = 1, options?: TurnOptions): Promise<void> {
    const state = this.#state;
    try {
      const own = ownTurnOptions(options);
      if (this.tryTake(key, n)) return TAKEN;
      const line = state.gateOf(key), taken = line.take(n, own);
      if (line.line.size !== 0) state.lines.set(key, line);
      return taken;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** As {@linkcode RateLimiter.retryAfterMs}, for a key; one that is not known stays so. */
  retryAfterMs(key: Key, n = 1): number {
    const state = this.#state, line = state.lines.get(key);
    if (line !== undefined) return line.retryAfterMs(n);
    state.requireTokens(n);
    return state.waitMs(key, n);
  }

  /**
   * A key as a limiter of its own, such as a member of a `CompositeRateLimiter`. It keeps nothing: the key is known and
   * forgotten as by all other calls, and two of them for one key are the same to everybody. Its snapshot counts what all
   * keys were granted. Costs an object.
   *
   * @example Ten a second for each user, and a thousand for all
   * ```ts
   * import { assert, assertEquals } from "@std/assert";
   * import { CompositeRateLimiter } from "./composite_rate_limiter.ts";
   * import { KeyedRateLimiter } from "./keyed_rate_limiter.ts";
   * import { TokenBucket } from "./token_bucket.ts";
   *
   * const clock = () => 0, perUser = new KeyedRateLimiter({ algorithm: "token_bucket", limit: 10, clock });
   * const forAll = new TokenBucket({ limit: 1000, clock });
   * const ada = new CompositeRateLimiter([perUser.forKey("ada"), forAll]);
   * assert(ada.tryTake(10) && !ada.tryTake());
   * assertEquals([perUser.retryAfterMs("ada"), forAll.snapshot().available], [100, 990]);
   * ```
   */
  forKey(key: Key): RateLimiter {
    return new KeyOfLimiter(this, this.#state, key);
  }

  /** Forgets what is as good as new: for a limiter that may fall silent, as every call for a key does the same. */
  sweep(): void {
    this.#state.cells.sweep(this.#state.clock.now());
  }

  /** How it stands: plain data. Costs a walk along all lines. */
  snapshot(): KeyedRateLimiterSnapshot {
    const { rule, name, accounts, cells, lines } = this.#state, waiters: WaiterSnapshot[] = [];
    for (const line of lines.values()) waiters.push(...line.snapshot().waiters);
    const type = `keyed_${rule.type}`, totals = accounts.totals();
    return { type, name, holders: [], waiters, totals, cells: cells.size, contendedKeys: lines.size };
  }
}
