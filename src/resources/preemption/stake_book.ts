/**
 * The leases that may be preempted, and which of them would make room for somebody.
 *
 * @module
 */

import type { PoolDemand } from "../demand.ts";
import type { FreeUnits } from "./free_units.ts";
import { LevelTables } from "./level_table.ts";
import { NodeChooser } from "./node_chooser.ts";
import { Search } from "./search.ts";
import type { Stake } from "./stake.ts";
import { StakeList } from "./stake_list.ts";

/** How many levels can have a table each, in a pool of several nodes. */
const MOST_LEVELS = 16;

/** The cheapest set, and where it is. */
export interface CheapestSet<Kinds extends string> {
  readonly node: number;
  /** The most precious first. */
  readonly stakes: Stake<Kinds>[];
}

/** For whom room is wanted. */
export interface Claimant<Kinds extends string> {
  /** What is needed. */
  readonly demand: PoolDemand<Kinds>;
  /** Only leases below this level may go. */
  readonly level: number;
  /** Whether what comes free of itself may be counted on: if nobody waits ahead for the same. */
  readonly usesSurplus: boolean;
}

/**
 * All preemptible leases of a pool that have not been chosen yet.
 *
 * Which of two sets is *cheaper* is decided by the most precious lease that is in one of them and not in the other: the set that has
 * it is the dearer one. More precious is the higher priority, and of equal priorities the lease that was granted first. So leases of a
 * lower priority go first, then the youngest, and no more than needed: without any one of them the set would not be enough.
 */
export class StakeBook<Kinds extends string> {
  /** How many there are. */
  size = 0;
  readonly #free: FreeUnits;
  readonly #lists: (StakeList<Kinds> | undefined)[];
  readonly #chooser: NodeChooser<Kinds>;
  readonly #search: Search;
  /** What helps to choose among several nodes; `undefined` for a single one, or if there are too many levels. */
  #tables: LevelTables<Kinds> | undefined;
  // The units that were spread last, which most leases have in common:
  #lastUnits: readonly number[] = [];
  #lastSpread = new Float64Array();

  /** Makes an empty book. */
  constructor(free: FreeUnits) {
    this.#free = free;
    this.#lists = new Array(free.nodes.nodes).fill(undefined);
    this.#chooser = new NodeChooser(free, this.#lists);
    this.#search = new Search(free.nodes.kinds);
    this.#tables = this.#makeTables();
  }

  /** Takes in a lease: one that has just been granted, or one that was let go. */
  add(stake: Stake<Kinds>): void {
    if (this.size++ === 0) this.#tables ??= this.#makeTables();
    (this.#lists[stake.node] ??= new StakeList(this.#free.nodes.kinds)).add(stake);
    if (this.#tables?.add(stake, MOST_LEVELS) === false) this.#tables = undefined;
  }

  /** Lets a lease go, which is in. */
  remove(stake: Stake<Kinds>): void {
    this.size--;
    this.#lists[stake.node]?.remove(stake);
    this.#tables?.remove(stake);
  }

  /** A lease, which is in, holds another amount now. */
  change(stake: Stake<Kinds>, units: Float64Array): void {
    this.#tables?.change(stake, units.map((after, place) => after - (stake.units[place] ?? 0)));
    this.#lists[stake.node]?.change(stake, units);
  }

  /** Notes that another amount is free on a node, or comes free. */
  note(node: number): void {
    this.#tables?.note(node);
  }

  /** Whether there may be any below a level. */
  hasBelow(level: number): boolean {
    if (this.size === 0) return false;
    if (this.#tables !== undefined) return this.#tables.tables.some((table) => table.count > 0 && table.level < level);
    const cheapest = this.#lists.length === 1 ? this.#lists[0]?.cheapest : undefined;
    return cheapest === undefined || cheapest.level < level;
  }

  /**
   * The cheapest set on one node without which somebody could not be served there; `undefined` if none is enough, and an empty one
   * if nothing has to go. Costs, on a node, a step for each page of leases that is not enough and for each lease of a few; see
   * {@linkcode NodeChooser} for what it costs to choose the node.
   */
  plan(claimant: Claimant<Kinds>): CheapestSet<Kinds> | undefined {
    const node = this.#choose(claimant);
    if (node < 0) return undefined;
    const search = this.#search, { nodes: { kinds, free }, surplus } = this.#free;
    search.begin(claimant.demand, claimant.level);
    search.add(free, node * kinds);
    if (claimant.usesSurplus) search.add(surplus, node * kinds);
    if (search.isMet) return { node, stakes: [] };
    const list = this.#lists[node];
    return list?.reach(search) === undefined ? undefined : { node, stakes: list.takeReached(search) };
  }

  /** What a demand needs of each kind, by place; to be read only. */
  unitsOf(demand: PoolDemand<Kinds>): Float64Array {
    if (demand.units === this.#lastUnits) return this.#lastSpread;
    const spread = new Float64Array(this.#free.nodes.kinds);
    for (let at = 0; at < demand.length; at++) spread[demand.places[at]!] = demand.units[at]!;
    this.#lastUnits = demand.units;
    return this.#lastSpread = spread;
  }

  #choose(claimant: Claimant<Kinds>): number {
    if (this.#lists.length === 1) return 0;
    const tables = this.#tables;
    // The tables count on what comes free.
    if (tables === undefined || !(claimant.usesSurplus || this.#free.going === 0)) {
      return this.#chooser.chooseAmongAll(claimant);
    }
    tables.sync();
    return this.#chooser.chooseBy(tables, claimant);
  }

  #makeTables(): LevelTables<Kinds> | undefined {
    return this.#lists.length === 1 ? undefined : new LevelTables(this.#free);
  }
}
