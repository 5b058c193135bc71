/**
 * On which node the cheapest set of leases is.
 *
 * @module
 */

import type { Demand } from "../placement/placement.ts";
import type { FreeUnits } from "./free_units.ts";
import type { LevelTable, LevelTables } from "./level_table.ts";
import { Search } from "./search.ts";
import type { Stake } from "./stake.ts";
import type { Claimant } from "./stake_book.ts";
import type { StakeList } from "./stake_list.ts";

/** How many leases are looked at, from the youngest of a level on, until some node would have enough. */
export const SWEEP = 64;
/** How many nodes are compared if none would. */
const CANDIDATES = 8;

/** The lists of all nodes; `undefined` where none was ever needed. */
export type StakeLists<Kinds extends string> = readonly (StakeList<Kinds> | undefined)[];

/**
 * Chooses a node by the most precious lease that would have to be taken there: no two nodes share it, so it decides which set is
 * the cheaper one.
 *
 * With a table for each level it first finds the lowest level up to which some node could be freed, in the logarithm of the nodes
 * for each level, and so never takes a lease of a higher level where lower ones would do. Then it takes the leases of
 * that level one after another in mind, the youngest first, until one node has enough: that lease is the most precious one of the
 * cheapest set of all. If that takes more than {@linkcode SWEEP} of them, it compares {@linkcode CANDIDATES} nodes of
 * those it has come across. Without tables it looks at every node.
 */
export class NodeChooser<Kinds extends string> {
  readonly #free: FreeUnits;
  readonly #lists: StakeLists<Kinds>;
  readonly #search: Search;
  // Of the sweep that is under way: what is missing on each node that was come across.
  readonly #missing: Float64Array;
  readonly #seenIn: Float64Array;
  readonly #seen: number[] = [];
  #sweeps = 0;

  /** Chooses among all nodes. */
  constructor(free: FreeUnits, lists: StakeLists<Kinds>) {
    this.#free = free;
    this.#lists = lists;
    this.#search = new Search(free.nodes.kinds);
    this.#missing = new Float64Array(free.nodes.nodes * free.nodes.kinds);
    this.#seenIn = new Float64Array(free.nodes.nodes);
  }

  /** The node, given all tables; -1 if nothing below the level is enough anywhere. What comes free is counted on. */
  chooseBy({ tables }: LevelTables<Kinds>, claimant: Claimant<Kinds>): number {
    for (let at = 0; at < tables.length; at++) {
      const table = tables[at]!;
      if (table.level >= claimant.level) return -1;
      if (at > 0 && table.count === 0) continue;
      const node = table.find(claimant.demand);
      if (node < 0) continue;
      if (at === 0) return node;
      return this.#sweep(table, tables[at - 1]!.upTo, claimant.demand) ?? this.#compare(table, claimant, node);
    }
    return -1;
  }

  /** The node, if there are too many levels for tables; costs the number of nodes. */
  chooseAmongAll(claimant: Claimant<Kinds>): number {
    let best = -1, mostPrecious: Stake<Kinds> | undefined;
    for (let node = 0; node < this.#lists.length; node++) {
      const found = this.#reach(node, claimant);
      if (found === "free") return node;
      if (found === undefined || (mostPrecious !== undefined && !found.isCheaperThan(mostPrecious))) continue;
      best = node;
      mostPrecious = found;
    }
    return best;
  }

  /** The most precious lease that has to be taken on a node; `undefined` if all are not enough. */
  #reach(node: number, { demand, level, usesSurplus }: Claimant<Kinds>): Stake<Kinds> | "free" | undefined {
    const search = this.#search, { nodes: { kinds, free }, surplus } = this.#free;
    search.begin(demand, level);
    search.add(free, node * kinds);
    if (usesSurplus) search.add(surplus, node * kinds);
    return search.isMet ? "free" : this.#lists[node]?.reach(search);
  }

  /** The first node that has enough when the leases of a level are added to what there is below it; `undefined` if it takes long. */
  #sweep(table: LevelTable<Kinds>, below: Float64Array, demand: Demand): number | undefined {
    this.#sweeps++;
    this.#seen.length = 0;
    let left = SWEEP;
    for (let stake = table.youngest; stake !== undefined && left > 0; stake = stake.older, left--) {
      if (this.#seenIn[stake.node] !== this.#sweeps) this.#beginOn(stake.node, below, demand);
      if (this.#addTo(stake, demand)) return stake.node;
    }
    return undefined;
  }

  /** The best of the nodes that the sweep has come across, and of one that is known to be possible. */
  #compare(table: LevelTable<Kinds>, claimant: Claimant<Kinds>, known: number): number {
    let best = known, mostPrecious = this.#reach(known, claimant), left = CANDIDATES;
    for (const node of this.#seen) {
      if (node === known || !hasRoom(table.upTo, node * this.#free.nodes.kinds, claimant.demand)) continue;
      if (--left === 0) break;
      const found = this.#reach(node, claimant);
      if (typeof found !== "object" || typeof mostPrecious !== "object" || !found.isCheaperThan(mostPrecious)) continue;
      best = node;
      mostPrecious = found;
    }
    return best;
  }

  #beginOn(node: number, below: Float64Array, { length, places, units }: Demand): void {
    const row = node * this.#free.nodes.kinds;
    this.#seenIn[node] = this.#sweeps;
    this.#seen.push(node);
    for (let at = 0; at < length; at++) this.#missing[row + at] = units[at]! - below[row + places[at]!]!;
  }

  /** Takes a lease in mind; returns whether its node has enough then. */
  #addTo({ node, units }: Stake<Kinds>, { length, places }: Demand): boolean {
    const missing = this.#missing, row = node * this.#free.nodes.kinds;
    let isMet = true;
    for (let at = 0; at < length; at++) if ((missing[row + at]! -= units[places[at]!]!) > 0) isMet = false;
    return isMet;
  }
}

function hasRoom(table: Float64Array, row: number, { length, places, units }: Demand): boolean {
  for (let at = 0; at < length; at++) if (table[row + places[at]!]! < units[at]!) return false;
  return true;
}
