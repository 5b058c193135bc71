/**
 * What a pool has of one kind.
 *
 * @module
 */

import { MAX_CAPACITY, toUnits, unitsPerWhole } from "./units.ts";

/** The amounts of one kind, in units; see `units.ts`. */
export class Stock<Kind extends string> {
  /** What it is called. */
  readonly kind: Kind;
  /** How much there is in all, as given. */
  readonly capacity: number;
  /** Its number among the pool's stocks. */
  readonly place: number;
  /** Units in one whole. */
  readonly perWhole: number;
  /** How much there is in all. */
  readonly units: number;
  /** What no lease holds. */
  freeUnits: number;
  /** What the first of each line asks for; see {@linkcode Ledger}. */
  setAsideUnits = 0;

  /**
   * @throws {TypeError} If the kind is not a usable name.
   * @throws {RangeError} If the capacity is not in [0, 2^53 - 1].
   */
  constructor(kind: Kind, capacity: number, place: number) {
    if (kind === "" || kind === "__proto__") {
      throw new TypeError(
        `Cannot make a pool with resource kind "${kind}": expected a name that a record can hold; call it something like "cpu"`,
      );
    }
    if (typeof capacity !== "number" || !(capacity >= 0 && capacity <= MAX_CAPACITY)) {
      throw new RangeError(
        `Cannot make a pool with a ${kind} capacity of ${
          String(capacity)
        }: expected a number in [0, 2^53 - 1]; count in a ` +
          "larger unit if it is too large",
      );
    }
    this.kind = kind;
    this.capacity = capacity;
    this.place = place;
    this.perWhole = unitsPerWhole(capacity);
    this.units = toUnits(capacity, this.perWhole);
    this.freeUnits = this.units;
  }

  /** What no lease holds; the capacity itself, to the last bit, when everything is back. */
  get available(): number {
    return this.freeUnits === this.units ? this.capacity : this.freeUnits / this.perWhole;
  }

  /** What leases hold. */
  get inUse(): number {
    return (this.units - this.freeUnits) / this.perWhole;
  }
}
