/**
 * What the keys of a limiter share, and the line that each has while somebody waits for it.
 *
 * @module
 */

import { Accounts, nameOf, type PrimitiveOptions } from "../primitive.ts";
import type { SteadyClock } from "../steady_clock.ts";
import type { Forecast } from "./gate.ts";
import { KeyCells } from "./key_cells.ts";
import { type RateRule, requireTokens } from "./rate_rule.ts";
import { msUntil, RuleForecast, steadyClock, TimedGate } from "./rule_gate.ts";

/** What all keys share. */
export class KeyedState<Key> {
  /** What people call them. */
  readonly name: string | undefined;
  /** What is counted of all of them. */
  readonly accounts: Accounts;
  /** Never goes back. */
  readonly clock: SteadyClock;
  /** What is kept of each. */
  readonly cells: KeyCells<Key>;
  /** The keys for which somebody waits. */
  readonly lines = new Map<Key, KeyGate<Key>>();

  /** No key has been seen yet. */
  constructor(readonly rule: RateRule, maxKeys: number, options: PrimitiveOptions) {
    this.name = options.name;
    this.accounts = new Accounts(options);
    this.clock = steadyClock(options);
    this.cells = new KeyCells(rule, maxKeys, this.clock.now());
  }

  /** The line of a key; it is one of {@linkcode lines} only while somebody waits. */
  gateOf(key: Key): KeyGate<Key> {
    return this.lines.get(key) ?? new KeyGate(this, key);
  }

  /** Takes from a key's cell, whoever waits. */
  take(key: Key, n: number): boolean {
    const now = this.clock.now(), place = this.cells.placeOf(key, now);
    return place !== -1 && this.rule.tryTake(this.cells.cells, place, n, now);
  }

  /** How long until so many can be taken, in milliseconds, whoever waits; 0 for now. */
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

  /** Checks a number of tokens. */
  requireTokens(n: number): void {
    requireTokens(n, this.rule.most, nameOf(`keyed ${this.rule.type.replaceAll("_", " ")}`, this.name));
  }
}

/** The line of a key. */
export class KeyGate<Key> extends TimedGate {
  override readonly most: number;
  override readonly queue: number;
  readonly #state: KeyedState<Key>;
  readonly #key: Key;

  /** Nobody waits yet. */
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
    const { lines } = this.#state;
    if (lines.get(this.#key) === this) lines.delete(this.#key); // somebody may have come anew while it emptied
  }
}
