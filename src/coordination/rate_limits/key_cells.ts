/**
 * Where the numbers of many keys are kept, and how they are forgotten.
 *
 * @module
 */

import type { RateRule } from "./rate_rule.ts";

const FIRST_KEYS = 8;

/** Keys seen within one span of time: where each one's cell is, and the cells one behind the other. */
class Generation<Key> {
  readonly places = new Map<Key, number>();
  cells: Float64Array;

  constructor(readonly stride: number, readonly maxKeys: number) {
    this.cells = new Float64Array(Math.min(FIRST_KEYS, maxKeys) * stride);
  }

  /** A cell of zeros for a new key, of which there are less than `maxKeys`. */
  add(key: Key): number {
    const place = this.places.size * this.stride;
    if (place === this.cells.length) {
      const { cells } = this;
      this.cells = new Float64Array(Math.min(2 * cells.length, this.maxKeys * this.stride));
      this.cells.set(cells);
    }
    this.places.set(key, place);
    return place;
  }
}

/**
 * A cell for each key, in two generations.
 *
 * A key that is seen joins the younger one, with its cell. Once the younger one has lasted for the rule's `idleMs` it
 * becomes the older one, and what was the older one is dropped whole: whatever is only in there was seen `idleMs` ago
 * and more, so that its cell is as good as new. Nothing is lost, no key has a timer, and no call looks at any key but
 * its own. A key is forgotten after between one and two `idleMs`, at the next call for any key.
 */
export class KeyCells<Key> {
  readonly #rule: RateRule;
  readonly #maxKeys: number;
  #young: Generation<Key>;
  #old: Generation<Key>;
  /** When the younger generation began. */
  #since: number;

  /** No key has been seen yet. */
  constructor(rule: RateRule, maxKeys: number, now: number) {
    this.#rule = rule;
    this.#maxKeys = maxKeys;
    this.#young = this.#newGeneration();
    this.#old = this.#newGeneration();
    this.#since = now;
  }

  /** Where the cells are among which `placeOf` and `find` have last answered. */
  get cells(): Float64Array {
    return this.#young.cells;
  }

  /** How many cells are kept: as many as there are keys, and another for each that is in both generations. */
  get size(): number {
    return this.#young.places.size + this.#old.places.size;
  }

  /** Until when the younger generation takes no key if it is full. */
  get turnsAt(): number {
    return this.#since + this.#rule.idleMs;
  }

  /** Where the key's cell is, which is made if there is none; -1 if there are too many keys. */
  placeOf(key: Key, now: number): number {
    const place = this.find(key, now);
    if (place !== undefined) return place;
    return this.isFull ? -1 : this.#young.add(key);
  }

  /**
   * Where the key's cell is; -1 if it is kept but there are too many keys to use it, undefined if it is as good as new.
   */
  find(key: Key, now: number): number | undefined {
    if (now >= this.turnsAt) this.sweep(now);
    const young = this.#young.places.get(key);
    if (young !== undefined || this.#old.places.size === 0) return young;
    const old = this.#old.places.get(key);
    if (old === undefined) return undefined;
    if (this.isFull) return -1;
    const { stride } = this.#rule, place = this.#young.add(key);
    this.#young.cells.set(this.#old.cells.subarray(old, old + stride), place);
    return place;
  }

  /** Whether the younger generation has as many keys as it may. */
  get isFull(): boolean {
    return this.#young.places.size >= this.#maxKeys;
  }

  /** Drops what can be dropped. */
  sweep(now: number): void {
    const { idleMs } = this.#rule, age = now - this.#since;
    if (age < idleMs) return;
    this.#old = age < 2 * idleMs ? this.#young : this.#newGeneration();
    this.#young = this.#newGeneration();
    this.#since = now;
  }

  #newGeneration(): Generation<Key> {
    return new Generation(this.#rule.stride, this.#maxKeys);
  }
}
