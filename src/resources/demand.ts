/**
 * A request as the pool counts it.
 *
 * @module
 */

import type { KindSet } from "./kind_set.ts";
import type { Demand } from "./placement/placement.ts";
import type { ResourceAmounts } from "./request.ts";

/** What a request needs, in units; immutable, so that all requests for the same amounts can share one. */
export class PoolDemand<Kinds extends string> implements Demand {
  /** Of how many kinds it needs something. */
  readonly length: number;
  /** The places of these kinds, ascending. */
  readonly places: readonly number[];
  /** How much it needs of each, above 0. */
  readonly units: readonly number[];
  /** The set of these kinds. */
  readonly set: KindSet<Kinds>;
  /** The node on which it was granted; 0 before. */
  readonly node: number;
  #amounts: ResourceAmounts<Kinds> | undefined = undefined;

  /** Joins the two; `units` has one entry for each place of the set. */
  constructor(set: KindSet<Kinds>, units: readonly number[], node = 0) {
    this.length = units.length;
    this.places = set.places;
    this.units = units;
    this.set = set;
    this.node = node;
  }

  /** The same, granted on a node: never the same object. */
  on(node: number): PoolDemand<Kinds> {
    return new PoolDemand(this.set, this.units, node);
  }

  /** How much it needs, by kind; frozen, and made once. */
  get amounts(): ResourceAmounts<Kinds> {
    return this.#amounts ??= Object.freeze(this.#inWholes());
  }

  #inWholes(): ResourceAmounts<Kinds> {
    const amounts: { [Kind in Kinds]?: number } = {};
    for (let at = 0; at < this.length; at++) {
      const place = this.places[at]!, kind = this.set.table.names[place];
      if (kind !== undefined) amounts[kind] = this.set.table.amountOf(this.units[at]!, place);
    }
    return amounts;
  }

  /** How much it needs of a kind; 0 if none. */
  unitsAt(place: number): number {
    return this.units[this.places.indexOf(place)] ?? 0;
  }

  /** Whether it needs at least as much of everything as another one of the same kinds. */
  covers(other: PoolDemand<Kinds>): boolean {
    if (other === this) return true;
    for (let at = 0; at < this.length; at++) {
      if (this.units[at]! < other.units[at]!) return false;
    }
    return true;
  }
}

/** The demand for some units of some kinds, which are named in any order, each once. `empty` is the pool's empty set of kinds. */
export function demandOf<Kinds extends string>(
  empty: KindSet<Kinds>,
  places: number[],
  units: number[],
  node = 0,
): PoolDemand<Kinds> {
  sortTogether(places, units);
  let set = empty;
  for (const place of places) set = set.with(place);
  return new PoolDemand(set, units, node);
}

/** Sorts two short lists by the first; most are of one entry, or in order already. */
function sortTogether(keys: number[], values: number[]): void {
  for (let from = 1; from < keys.length; from++) {
    const key = keys[from]!, value = values[from]!;
    let at = from;
    for (; at > 0 && keys[at - 1]! > key; at--) {
      keys[at] = keys[at - 1]!;
      values[at] = values[at - 1]!;
    }
    keys[at] = key;
    values[at] = value;
  }
}
