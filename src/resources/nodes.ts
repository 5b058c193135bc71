/**
 * What the nodes of a pool have, and what of it is free.
 *
 * @module
 */

import type { PoolDemand } from "./demand.ts";
import { KindTable } from "./kind_table.ts";
import type { ReadNodes } from "./node_list.ts";
import type { NodeUnits, Placement, PlacementIndex } from "./placement/placement.ts";

/** What is kept on a node for somebody who waits. */
interface SetAside {
  readonly node: number;
  readonly place: number;
  readonly units: number;
}

/**
 * The tables of all nodes, and the strategy's index of them.
 *
 * `free` is what can be granted now: what no lease holds, less what is set aside for those who wait. Units are integers that add
 * up to less than 2^53, and never more is set aside than there is, so that all sums are exact in any order.
 */
export class Nodes<Kinds extends string> implements NodeUnits {
  readonly table: KindTable<Kinds>;
  readonly nodes: number;
  readonly kinds: number;
  readonly capacity: Float64Array;
  readonly free: Float64Array;
  readonly names: readonly string[];
  readonly kindNames: readonly string[];
  readonly perWhole: readonly number[];
  /** What all nodes have together, in units by place. */
  readonly total: Float64Array;
  /** What leases hold, in units by place. */
  readonly inUse: Float64Array;
  /** The most that leases ever held at once, in units by place. */
  readonly mostInUse: Float64Array;
  /** The largest amount that a node has, by place. */
  readonly largest: Float64Array;
  /** The amounts as they were given, at `[node * kinds + place]`. */
  readonly #amounts: Float64Array;
  readonly #index: PlacementIndex | undefined;
  readonly #setAside: SetAside[] = [];
  /** Called with each node whose free units or capacity have changed, if anybody wants to know. */
  onChanged: ((node: number) => void) | undefined = undefined;
  /** What is kept for those for whom leases are being taken back, at `[node * kinds + place]`; `undefined` if there never was any. */
  #kept: Float64Array | undefined = undefined;
  /** Whether a node was ever made smaller than what it had lent. */
  #wasOverdrawn = false;

  /**
   * Fills the tables; all is free.
   *
   * @param placement The strategy; `undefined` for a pool of one node, which needs none.
   * @throws {TypeError} If there is no kind, or one whose name a record cannot hold.
   * @throws {RangeError} If there is more of a kind than can be counted.
   */
  constructor(declared: ReadNodes<Kinds>, placement: Placement | undefined) {
    const table = this.table = new KindTable(declared.totals);
    this.nodes = declared.names.length;
    this.names = declared.names;
    const kinds = this.kinds = table.names.length;
    this.kindNames = table.names;
    this.perWhole = table.perWhole;
    this.capacity = new Float64Array(this.nodes * kinds);
    this.#amounts = new Float64Array(this.nodes * kinds);
    this.total = new Float64Array(kinds);
    this.inUse = new Float64Array(kinds);
    this.mostInUse = new Float64Array(kinds);
    this.largest = new Float64Array(kinds);
    this.free = this.capacity.slice();
    declared.amounts.forEach((amounts, node) => this.#fill(node, amounts));
    this.#measure();
    this.#index = placement?.open(this);
  }

  /** Whether there is but one node, and no strategy to ask. */
  get isSingle(): boolean {
    return this.#index === undefined;
  }

  /** The node on which a demand can be granted now, or -1. */
  find(demand: PoolDemand<Kinds>): number {
    if (this.#index !== undefined) return this.#index.find(demand);
    return this.hasRoom(0, demand) ? 0 : -1;
  }

  /** Whether a node has room for a demand now. */
  hasRoom(node: number, demand: PoolDemand<Kinds>): boolean {
    const { length, places, units } = demand, { free } = this, row = node * this.kinds;
    for (let at = 0; at < length; at++) {
      if (free[row + places[at]!]! < units[at]!) return false;
    }
    return true;
  }

  /** Whether a node would have room for a demand if nothing were lent. */
  couldFit(node: number, demand: PoolDemand<Kinds>): boolean {
    const { length, places, units } = demand, { capacity } = this, row = node * this.kinds;
    for (let at = 0; at < length; at++) {
      if (capacity[row + places[at]!]! < units[at]!) return false;
    }
    return true;
  }

  /** Whether any node would have room for a demand if nothing were lent; costs the number of nodes that would not. */
  couldEverFit(demand: PoolDemand<Kinds>): boolean {
    for (let node = 0; node < this.nodes; node++) if (this.couldFit(node, demand)) return true;
    return false;
  }

  /** Takes what a demand needs from a node that has room. */
  take(node: number, demand: PoolDemand<Kinds>): void {
    const { length, places, units } = demand, { free, inUse, mostInUse } = this, row = node * this.kinds;
    for (let at = 0; at < length; at++) {
      const place = places[at]!, needed = units[at]!;
      free[row + place]! -= needed;
      const used = inUse[place]! + needed;
      inUse[place] = used;
      if (used > mostInUse[place]!) mostInUse[place] = used;
    }
    this.#noteChanged(node);
  }

  /** Takes back what so many leases of a demand held. */
  giveBack(node: number, demand: PoolDemand<Kinds>, leases = 1): void {
    const { length, places, units } = demand, { free, inUse } = this, row = node * this.kinds;
    for (let at = 0; at < length; at++) {
      const place = places[at]!, returned = units[at]! * leases;
      free[row + place]! += returned;
      inUse[place]! -= returned;
    }
    this.#noteChanged(node);
  }

  /** Keeps what is free of a demand's kinds on a node, up to what it needs, until {@linkcode dropSetAside}. */
  setAside(node: number, demand: PoolDemand<Kinds>): void {
    const { length, places, units } = demand, row = node * this.kinds;
    for (let at = 0; at < length; at++) {
      const place = places[at]!, free = this.free[row + place]!;
      if (free <= 0) continue;
      const kept = Math.min(free, units[at]!);
      this.free[row + place] = free - kept;
      this.#setAside.push({ node, place, units: kept });
    }
    this.#noteChanged(node);
  }

  /** Sets nothing aside any more; calls `noteNode` with each node that has more to grant now. */
  dropSetAside(noteNode?: (node: number) => void): void {
    for (let kept = this.#setAside.pop(); kept !== undefined; kept = this.#setAside.pop()) {
      this.free[kept.node * this.kinds + kept.place]! += kept.units;
      if (this.#setAside.at(-1)?.node === kept.node) continue; // its index is brought up to date once
      this.#noteChanged(kept.node);
      noteNode?.(kept.node);
    }
  }

  /** Keeps some of what is free on a node, `units` for each entry of a demand, until {@linkcode unkeep}. */
  keep(node: number, demand: PoolDemand<Kinds>, units: ArrayLike<number>): void {
    this.#kept ??= new Float64Array(this.free.length);
    for (let at = 0; at < demand.length; at++) {
      const cell = node * this.kinds + demand.places[at]!;
      this.free[cell]! -= units[at]!;
      this.#kept[cell]! += units[at]!;
    }
    this.#noteChanged(node);
  }

  /** Keeps so much less. */
  unkeep(node: number, demand: PoolDemand<Kinds>, units: ArrayLike<number>): void {
    if (this.#kept === undefined) return;
    for (let at = 0; at < demand.length; at++) {
      const cell = node * this.kinds + demand.places[at]!;
      this.free[cell]! += units[at]!;
      this.#kept[cell]! -= units[at]!;
    }
    this.#noteChanged(node);
  }

  /**
   * The number of a node, which is given or told by name.
   *
   * @throws {TypeError} If there is none.
   */
  numberOf(node: number | string): number {
    const number = typeof node === "string" ? this.names.indexOf(node) : node;
    if (Number.isInteger(number) && number >= 0 && number < this.nodes) return number;
    const shown = typeof node === "string" ? `"${node}"` : String(node);
    throw new TypeError(
      `Cannot find node ${shown}: the pool has ${this.nodes}, from 0 ("${this.names[0]}") to ${this.nodes - 1} ` +
        `("${this.names.at(-1)}"); pass a number or a name`,
    );
  }

  /**
   * Checks that all nodes together can be counted if some get other amounts.
   *
   * @throws {RangeError} If they cannot.
   */
  requireCountable(nodes: readonly number[], amounts: ReadonlyMap<Kinds, number>): void {
    for (const [kind, amount] of amounts) {
      const place = this.table.placeOf(kind, "resize"), units = amount * this.perWhole[place]!;
      let total = this.total[place]!;
      for (const node of nodes) total += units - this.capacity[node * this.kinds + place]!;
      if (total <= Number.MAX_SAFE_INTEGER) continue;
      throw new RangeError(
        `Cannot resize a pool to ${amount} ${kind}: it counts in steps of ${
          1 / this.perWhole[place]!
        }, and so at most ` +
          `${Number.MAX_SAFE_INTEGER / this.perWhole[place]!} in all; make a new pool, which counts in larger steps`,
      );
    }
  }

  /** Gives a node other amounts; nothing may be set aside. */
  resize(node: number, amounts: ReadonlyMap<Kinds, number>): void {
    this.#fill(node, amounts);
    this.#measure();
    this.#noteChanged(node);
  }

  /** The amount of a kind that a node has, or all nodes together; as it was given, if it was given. */
  capacityOf(place: number, node?: number): number {
    if (node === undefined && this.nodes > 1) return this.table.amountOf(this.total[place]!, place);
    return this.#amounts[(node ?? 0) * this.kinds + place]!;
  }

  /** The amounts that a node has. */
  amountsOf(node: number): Readonly<Record<Kinds, number>> {
    return this.table.record((place) => this.capacityOf(place, node));
  }

  /** What leases hold of a kind, on a node or on all together. */
  inUseOf(place: number, node?: number): number {
    if (node === undefined) return this.table.amountOf(this.inUse[place]!, place);
    return this.table.amountOf(this.capacity[node * this.kinds + place]! - this.#unlent(place, node), place);
  }

  /**
   * What no lease holds of a kind, on a node or on all together: the capacity to the last bit if nothing is lent. A node that
   * has lent more than it has counts as 0. O(1), unless such a node is possible: then it costs the number of nodes.
   */
  availableOf(place: number, node?: number): number {
    if (node !== undefined || this.nodes === 1) {
      const unlent = this.#unlent(place, node ?? 0);
      return unlent === this.capacity[(node ?? 0) * this.kinds + place]
        ? this.capacityOf(place, node)
        : this.table.amountOf(Math.max(0, unlent), place);
    }
    if (!this.#wasOverdrawn) return this.table.amountOf(this.total[place]! - this.inUse[place]!, place);
    let unlent = 0;
    for (let each = 0; each < this.nodes; each++) unlent += Math.max(0, this.#unlent(place, each));
    return this.table.amountOf(unlent, place);
  }

  /** What no lease holds on a node, in units; below 0 if more is lent than there is. */
  #unlent(place: number, node: number): number {
    let units = this.free[node * this.kinds + place]! + (this.#kept?.[node * this.kinds + place] ?? 0);
    for (const kept of this.#setAside) if (kept.node === node && kept.place === place) units += kept.units;
    return units;
  }

  #noteChanged(node: number): void {
    this.#index?.update(node);
    this.onChanged?.(node);
  }

  #fill(node: number, amounts: ReadonlyMap<Kinds, number>): void {
    for (const [kind, amount] of amounts) {
      const place = this.table.find(kind);
      if (place === undefined) continue;
      const at = node * this.kinds + place, units = this.table.unitsOf(amount, place);
      this.free[at]! += units - this.capacity[at]!;
      this.capacity[at] = units;
      this.#amounts[at] = amount;
      if (this.free[at]! < 0) this.#wasOverdrawn = true;
    }
  }

  /** Sums up what all nodes have. */
  #measure(): void {
    this.total.fill(0);
    this.largest.fill(0);
    for (let at = 0; at < this.capacity.length; at++) {
      const place = at % this.kinds;
      this.total[place]! += this.capacity[at]!;
      this.largest[place] = Math.max(this.largest[place]!, this.#amounts[at]!);
    }
  }
}
