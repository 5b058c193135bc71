/**
 * What still has to be freed for somebody.
 *
 * @module
 */

import type { Demand } from "../placement/placement.ts";

/**
 * How much of each kind is still missing while leases are added to a set one by one, and, once nothing is, how much of it could be
 * spared. Made once for each pool and used again, so that a plan allocates nothing.
 */
export class Search {
  /** Only leases below this level may be taken. */
  level = 0;
  #length = 0;
  readonly #places: Int32Array;
  /** Above 0: missing; below: to spare. */
  readonly #missing: Float64Array;

  /** Makes room for so many kinds. */
  constructor(kinds: number) {
    this.#places = new Int32Array(kinds);
    this.#missing = new Float64Array(kinds);
  }

  /** Begins anew: all of a demand is missing. */
  begin({ length, places, units }: Demand, level: number): void {
    this.level = level;
    this.#length = length;
    for (let at = 0; at < length; at++) {
      this.#places[at] = places[at]!;
      this.#missing[at] = units[at]!;
    }
  }

  /** Whether nothing is missing. */
  get isMet(): boolean {
    for (let at = 0; at < this.#length; at++) if (this.#missing[at]! > 0) return false;
    return true;
  }

  /** Adds what a table has from `row` on; returns whether nothing is missing then. */
  add(table: Float64Array, row = 0): boolean {
    let isMet = true;
    for (let at = 0; at < this.#length; at++) {
      if ((this.#missing[at]! -= table[row + this.#places[at]!]!) > 0) isMet = false;
    }
    return isMet;
  }

  /** Whether nothing would be missing with these units. */
  wouldBeMetBy(units: Float64Array): boolean {
    for (let at = 0; at < this.#length; at++) {
      if (this.#missing[at]! > units[this.#places[at]!]!) return false;
    }
    return true;
  }

  /** Takes these units out again if nothing is missing without them; returns whether it did. */
  spare(units: Float64Array): boolean {
    for (let at = 0; at < this.#length; at++) {
      if (this.#missing[at]! + units[this.#places[at]!]! > 0) return false;
    }
    for (let at = 0; at < this.#length; at++) this.#missing[at]! += units[this.#places[at]!]!;
    return true;
  }
}
