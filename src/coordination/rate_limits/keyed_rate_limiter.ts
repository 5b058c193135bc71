/**
 * A limit for each key.
 *
 * @module
 */

import { Accounts, nameOf, type PrimitiveSnapshot, type WaiterSnapshot } from "../primitive.ts";
import type { SteadyClock } from "../steady_clock.ts";
import { requireTurnOptions, type TurnOptions } from "../turn_options.ts";
import type { Forecast } from "./gate.ts";
import { KeyCells } from "./key_cells.ts";
import { type RateRule, requireTokens, requireWhole } from "./rate_rule.ts";
import { type RateLimiterRecipe, ruleOf } from "./recipe.ts";
import { msUntil, RuleForecast, steadyClock, TimedGate } from "./rule_gate.ts";

/** The recipe that holds for each key, and how many keys there may be. */
export type KeyedRateLimiterOptions = RateLimiterRecipe & {
  /**
   * How many keys may be seen within the time after which one is forgotten: a whole number from 1 to 16e6. Beyond, keys
   * that are not in use are turned down, as memory must not grow with what strangers send; they are "not now", and may
   * wait. Default 8e6.
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
const MOST_KEYS = 16e6; // a Map takes 2 ** 24
const TAKEN: Promise<void> = Promise.resolve();

/**
 * A rate limiter for each key, all of the same recipe: for each user, each host, each tenant.
 *
 * A key costs no object, closure or timer. Of each it keeps 8 bytes or a few more (one number for a token bucket, a
 * leaky bucket and GCRA, two for a fixed window, three for a sliding counter, `limit + 1` for a sliding log), an entry
 * of a map, and the key itself. Measured by the heap before and after, the state of a token bucket is 38 to 72 bytes a
 * key, as maps and arrays grow by doubling; a million keys of a dozen letters, text included, stay below 80 MB if they
 * come by once, and below 160 MB if all are always in use. What is as good as new is forgotten after between one and
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
    const { maxKeys = DEFAULT_MAX_KEYS } = options;
    requireWhole("keyed rate limiter", "maxKeys", maxKeys);
    if (maxKeys > MOST_KEYS) {
      throw new RangeError(
        `Cannot make a keyed rate limiter with maxKeys ${maxKeys}: expected at most ${MOST_KEYS}, what a Map takes; ` +
          "use several limiters",
      );
    }
    this.#state = new KeyedState(ruleOf(options), maxKeys, options);
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
      if (options !== undefined) requireTurnOptions(options);
      if (this.tryTake(key, n)) return TAKEN;
    } catch (error) {
      return Promise.reject(error);
    }
    const line = state.lines.get(key) ?? new KeyGate(state, key);
    const taken = line.take(n, options);
    if (line.line.size !== 0) state.lines.set(key, line);
    return taken;
  }

  /** As {@linkcode RateLimiter.retryAfterMs}, for a key; one that is not known stays so. */
  retryAfterMs(key: Key, n = 1): number {
    const state = this.#state, line = state.lines.get(key);
    if (line !== undefined) return line.retryAfterMs(n);
    state.requireTokens(n);
    return state.waitMs(key, n);
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

/** What all keys share. */
class KeyedState<Key> {
  readonly name: string | undefined;
  readonly accounts: Accounts;
  readonly clock: SteadyClock;
  readonly cells: KeyCells<Key>;
  /** The keys for which somebody waits. */
  readonly lines = new Map<Key, KeyGate<Key>>();

  constructor(readonly rule: RateRule, maxKeys: number, options: KeyedRateLimiterOptions) {
    this.name = options.name;
    this.accounts = new Accounts(options);
    this.clock = steadyClock(options);
    this.cells = new KeyCells(rule, maxKeys, this.clock.now());
  }

  take(key: Key, n: number): boolean {
    const now = this.clock.now(), place = this.cells.placeOf(key, now);
    return place !== -1 && this.rule.tryTake(this.cells.cells, place, n, now);
  }

  waitMs(key: Key, n: number): number {
    const now = this.clock.now(), place = this.cells.find(key, now);
    if (place === -1 || (place === undefined && this.cells.isFull)) return msUntil(this.cells.turnsAt, now);
    return place === undefined ? 0 : msUntil(this.rule.readyAt(this.cells.cells, place, n, now), now);
  }

  /** A copy of the key's cell. */
  cellOf(key: Key, now: number): Float64Array {
    const { stride } = this.rule, place = this.cells.find(key, now);
    return place === undefined || place === -1
      ? new Float64Array(stride)
      : this.cells.cells.slice(place, place + stride);
  }

  requireTokens(n: number): void {
    requireTokens(n, this.rule.most, nameOf(`keyed ${this.rule.type.replaceAll("_", " ")}`, this.name));
  }
}

/** The line of a key. */
class KeyGate<Key> extends TimedGate {
  override readonly most: number;
  override readonly queue: number;
  readonly #state: KeyedState<Key>;
  readonly #key: Key;

  constructor(state: KeyedState<Key>, key: Key) {
    super(`keyed_${state.rule.type}`, state.name, state.accounts);
    this.most = state.rule.most;
    this.queue = state.rule.queue;
    this.#state = state;
    this.#key = key;
  }

  override takeNow(n: number): boolean {
    return this.#state.take(this.#key, n);
  }

  override waitMs(n: number): number {
    return this.#state.waitMs(this.#key, n);
  }

  override available(): number {
    const { rule, clock } = this.#state, now = clock.now();
    return rule.available(this.#state.cellOf(this.#key, now), 0, now);
  }

  protected override fork(): Forecast {
    const { rule, clock } = this.#state, now = clock.now();
    return new RuleForecast(rule, this.#state.cellOf(this.#key, now), now);
  }

  protected override emptied(): void {
    this.#state.lines.delete(this.#key);
  }
}
