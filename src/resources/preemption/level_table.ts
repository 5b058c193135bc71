/**
 * What could be freed on each node by taking the leases up to a level.
 *
 * @module
 */

import { firstFit } from "../placement/first_fit.ts";
import type { Demand, NodeUnits, PlacementIndex } from "../placement/placement.ts";
import type { FreeUnits } from "./free_units.ts";
import type { Stake } from "./stake.ts";

/** The leases of one level in a pool of several nodes, and what every node would have without them and those below. */
export class LevelTable<Kinds extends string> {
  readonly level: number;
  /** How many leases of this level there are. */
  count = 0;
  /** The last one that was granted: the first of a list through all nodes. */
  youngest: Stake<Kinds> | undefined = undefined;
  /** What leases of this level hold, in units at `[node * kinds + place]`. */
  readonly own: Float64Array;
  /** What is free or comes free, and what leases of this level and of lower ones hold; up to date after a {@linkcode LevelTables.sync}. */
  readonly upTo: Float64Array;
  readonly #index: PlacementIndex;

  /** Makes the table of a level; `upTo` is that of the next lower level. */
  constructor(level: number, nodes: NodeUnits, upTo: Float64Array) {
    const { kinds, capacity, names, kindNames, perWhole } = nodes;
    this.level = level;
    this.own = new Float64Array(upTo.length);
    this.upTo = upTo.slice();
    this.#index = firstFit().open({ nodes: nodes.nodes, kinds, capacity, free: this.upTo, names, kindNames, perWhole });
  }

  /** A node on which this level and those below are enough for a demand; -1 if there is none. */
  find(demand: Demand): number {
    return this.#index.find(demand);
  }

  /** Takes note of what a node would have. */
  update(node: number): void {
    this.#index.update(node);
  }

  /** Takes in a lease; the younger it is, the cheaper that is. */
  add(stake: Stake<Kinds>, kinds: number): void {
    this.count++;
    let younger: Stake<Kinds> | undefined, older = this.youngest;
    while (older !== undefined && older.number > stake.number) [younger, older] = [older, older.older];
    [stake.younger, stake.older] = [younger, older];
    if (older !== undefined) older.younger = stake;
    if (younger === undefined) this.youngest = stake;
    else younger.older = stake;
    this.#count(stake, { kinds, sign: 1 });
  }

  /** Lets a lease go. */
  remove(stake: Stake<Kinds>, kinds: number): void {
    this.count--;
    const { younger, older } = stake;
    if (younger === undefined) this.youngest = older;
    else younger.older = older;
    if (older !== undefined) older.younger = younger;
    stake.younger = stake.older = undefined;
    this.#count(stake, { kinds, sign: -1 });
  }

  #count({ node, units }: Stake<Kinds>, { kinds, sign }: { readonly kinds: number; readonly sign: 1 | -1 }): void {
    const row = node * kinds;
    for (let place = 0; place < kinds; place++) this.own[row + place]! += units[place]! * sign;
  }
}

/**
 * The tables of all levels in use, the lowest first, and below them one without leases, for what is free or comes free. A change
 * of a node is noted in O(1), and worked in, in O(log nodes) for each level, only when somebody looks for a node.
 */
export class LevelTables<Kinds extends string> {
  /** The tables; those above the first may be empty. */
  readonly tables: LevelTable<Kinds>[];
  readonly #free: FreeUnits;
  readonly #isOutdated: Uint8Array;
  readonly #outdated: number[] = [];

  /** Makes the one without leases. */
  constructor(free: FreeUnits) {
    this.#free = free;
    this.#isOutdated = new Uint8Array(free.nodes.nodes);
    this.tables = [new LevelTable(-Infinity, free.nodes, free.nodes.free)];
    for (let node = 0; node < free.nodes.nodes; node++) this.note(node);
  }

  /** Takes in a lease; returns false if there are `most` levels already, and it is of none. */
  add(stake: Stake<Kinds>, most: number): boolean {
    const table = this.#tableOf(stake.level) ?? this.#open(stake.level, most);
    if (table === undefined) return false;
    table.add(stake, this.#free.nodes.kinds);
    this.note(stake.node);
    return true;
  }

  /** Lets a lease go. */
  remove(stake: Stake<Kinds>): void {
    this.#tableOf(stake.level)?.remove(stake, this.#free.nodes.kinds);
    this.note(stake.node);
  }

  /** A lease holds other amounts now: `more` than before, or less. */
  change({ level, node }: Stake<Kinds>, more: Float64Array): void {
    const own = this.#tableOf(level)?.own, row = node * more.length;
    if (own === undefined) return;
    for (let place = 0; place < more.length; place++) own[row + place]! += more[place]!;
    this.note(node);
  }

  /** Notes that a node may have another amount free, or coming free, or held by these leases. */
  note(node: number): void {
    if (this.#isOutdated[node] === 1) return;
    this.#isOutdated[node] = 1;
    this.#outdated.push(node);
  }

  /** Works in what was noted. */
  sync(): void {
    for (let node = this.#outdated.pop(); node !== undefined; node = this.#outdated.pop()) this.#work(node);
  }

  #work(node: number): void {
    const { nodes: { kinds, free }, surplus } = this.#free, row = node * kinds;
    this.#isOutdated[node] = 0;
    let below: Float64Array | undefined;
    for (const table of this.tables) {
      for (let at = row; at < row + kinds; at++) {
        table.upTo[at] = (below === undefined ? free[at]! + surplus[at]! : below[at]!) + table.own[at]!;
      }
      table.update(node);
      below = table.upTo;
    }
  }

  #tableOf(level: number): LevelTable<Kinds> | undefined {
    for (const table of this.tables) if (table.level === level) return table;
    return undefined;
  }

  /** A new table, if need be in place of those that are empty. */
  #open(level: number, most: number): LevelTable<Kinds> | undefined {
    const { tables } = this;
    if (tables.length > most) {
      const used = tables.filter(({ count }, at) => at === 0 || count > 0);
      if (used.length > most) return undefined;
      tables.splice(0, tables.length, ...used);
    }
    this.sync();
    let at = 1;
    while (at < tables.length && tables[at]!.level < level) at++;
    const table = new LevelTable<Kinds>(level, this.#free.nodes, tables[at - 1]!.upTo);
    tables.splice(at, 0, table);
    return table;
  }
}
