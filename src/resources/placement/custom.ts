/**
 * Placement by a function of the user's own.
 *
 * @module
 */

import { toUnits } from "../units.ts";
import type { Demand, NodeUnits, Placement, PlacementIndex } from "./placement.ts";

/** Amounts by the kind's name, in wholes: 0.5 is half a CPU. */
export type AmountsByKind = Readonly<Record<string, number>>;

/** A node as a user's placement sees it: one object for as long as the pool lives, whose figures are kept up to date. */
export interface NodeView {
  /** What the node is called. */
  readonly name: string;
  /** What no lease holds, of every kind; below 0 on a node that was shrunk below what is in use. */
  readonly free: AmountsByKind;
  /** What there is in all, of every kind. */
  readonly capacity: AmountsByKind;
  /**
   * Whether there is room now for some amounts, such as the request that is being placed; a kind that is left out counts as 0.
   *
   * @throws {TypeError} If a kind is none of the pool's.
   * @throws {RangeError} If an amount is not in [0, Infinity].
   */
  fits(amounts: AmountsByKind): boolean;
}

/**
 * Chooses the node for a request; `undefined` means that none has room now. Must answer at once, and must not use the pool meanwhile.
 *
 * @param nodes All nodes, in the order in which the pool was given them.
 * @param request What is asked for, above 0; kinds that are not asked for are left out.
 */
export type ChooseNode = (nodes: readonly NodeView[], request: AmountsByKind) => NodeView | undefined;

/**
 * A placement that asks a function which node to take.
 *
 * The function is called for every request that is tried, also for those that wait and are tried again, so what it costs is paid
 * often; a look at all nodes makes it linear in their number, where the library's own strategies are not. Keeping the views up
 * to date costs the number of kinds for every change. An answer that is no node of this pool, or has no room for the request, is
 * an error and nothing is granted.
 *
 * @param name What it is called, for people who read a snapshot or an error.
 * @param choose Is called with all nodes and the request.
 * @throws {TypeError} From the pool, when `choose` returns something else than one of the nodes, or uses the pool.
 * @throws {RangeError} From the pool, when `choose` returns a node that has no room for the request.
 *
 * @example Keep the nodes with a GPU for those who need one
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { customPlacement } from "./custom.ts";
 *
 * const spareGpus = customPlacement("spare GPUs", (nodes, request) => {
 *   const fitting = nodes.filter((node) => node.fits(request));
 *   return fitting.find((node) => node.capacity.gpu === 0) ?? fitting[0];
 * });
 * const free = new Float64Array([4, 1, 4, 0]); // of two nodes: CPUs, GPUs
 * const index = spareGpus.open({
 *   nodes: 2,
 *   kinds: 2,
 *   capacity: free.slice(),
 *   free,
 *   names: ["a", "b"],
 *   kindNames: ["cpu", "gpu"],
 *   perWhole: [1, 1],
 * });
 * assertEquals(index.find({ length: 1, places: [0], units: [2] }), 1);
 * assertEquals(index.find({ length: 2, places: [0, 1], units: [2, 1] }), 0);
 * ```
 */
export function customPlacement(name: string, choose: ChooseNode): Placement {
  if (typeof choose !== "function") {
    throw new TypeError(
      `Cannot make placement "${name}": expected a function that chooses a node, got ${typeof choose}; pass one such as ` +
        "(nodes, request) => nodes.find((node) => node.fits(request))",
    );
  }
  return Object.freeze({ name, open: (nodes: NodeUnits) => new CustomIndex(name, choose, nodes) });
}

/** What is being placed: the request, and the same in units, which are exact. */
interface Placing {
  readonly request: AmountsByKind;
  readonly demand: Demand;
}

class CustomIndex implements PlacementIndex {
  readonly table: NodeUnits;
  readonly places: ReadonlyMap<string, number>;
  placing: Placing | undefined = undefined;
  readonly #name: string;
  readonly #choose: ChooseNode;
  readonly #views: readonly View[];

  constructor(name: string, choose: ChooseNode, table: NodeUnits) {
    this.#name = name;
    this.#choose = choose;
    this.table = table;
    this.places = new Map(table.kindNames.map((kind, place) => [kind, place]));
    this.#views = Object.freeze(table.names.map((_, node) => new View(this, node)));
  }

  find(demand: Demand): number {
    if (this.placing !== undefined) {
      throw new TypeError(
        `Cannot place a request by "${this.#name}": its function uses the pool while it chooses; let it look at the nodes only`,
      );
    }
    const request = this.#describe(demand);
    this.placing = { request, demand };
    try {
      const choice = this.#choose(this.#views, request);
      return choice === undefined ? -1 : this.#check(choice, request);
    } finally {
      this.placing = undefined;
    }
  }

  update(node: number): void {
    this.#views[node]?.refresh();
  }

  #describe({ length, places, units }: Demand): AmountsByKind {
    const { kindNames, perWhole } = this.table, amounts: Record<string, number> = {};
    for (let i = 0; i < length; i++) amounts[kindNames[places[i]!]!] = units[i]! / perWhole[places[i]!]!;
    return amounts;
  }

  /** The number of the chosen node. */
  #check(choice: unknown, request: AmountsByKind): number {
    if (!(choice instanceof View) || this.#views[choice.node] !== choice) {
      throw new TypeError(
        `Cannot place a request by "${this.#name}": its function returned ${
          nameOf(choice)
        }, which is no node of this pool; ` +
          "return one of the nodes that it is given, or undefined",
      );
    }
    if (choice.fits(request)) return choice.node;
    const short = Object.keys(request).filter((kind) => !choice.fits({ [kind]: request[kind]! }))
      .map((kind) => `${choice.free[kind]} of the ${request[kind]} ${kind}`);
    throw new RangeError(
      `Cannot place a request by "${this.#name}": its function chose node "${choice.name}", which has only ` +
        `${short.join(" and ")} that are asked for; return a node for which fits(request) is true, or undefined`,
    );
  }
}

class View implements NodeView {
  readonly name: string;
  readonly free: Record<string, number> = {};
  readonly capacity: Record<string, number> = {};
  readonly node: number;
  readonly #index: CustomIndex;

  constructor(index: CustomIndex, node: number) {
    this.name = index.table.names[node]!;
    this.node = node;
    this.#index = index;
    this.refresh();
  }

  fits(amounts: AmountsByKind): boolean {
    const { table, places, placing } = this.#index, { free, perWhole } = table, start = this.node * table.kinds;
    if (amounts === placing?.request) {
      const { length, places, units } = placing.demand;
      for (let i = 0; i < length; i++) if (free[start + places[i]!]! < units[i]!) return false;
      return true;
    }
    let fits = true;
    for (const kind of Object.keys(amounts)) {
      const place = places.get(kind), amount = amounts[kind]!;
      if (place === undefined) {
        throw new TypeError(
          `Cannot tell whether ${JSON.stringify(kind)} fits: the pool has no such resource; it has ${
            table.kindNames.join(", ")
          }`,
        );
      }
      if (!(amount >= 0)) {
        throw new RangeError(
          `Cannot tell whether ${
            String(amount)
          } of ${kind} fits: expected a number from 0 on; leave the kind out if none is needed`,
        );
      }
      if (amount > 0 && toUnits(amount, perWhole[place]!) > free[start + place]!) fits = false;
    }
    return fits;
  }

  refresh(): void {
    const { kindNames, perWhole, free, capacity, kinds } = this.#index.table, start = this.node * kinds;
    for (let place = 0; place < kinds; place++) {
      this.free[kindNames[place]!] = free[start + place]! / perWhole[place]!;
      this.capacity[kindNames[place]!] = capacity[start + place]! / perWhole[place]!;
    }
  }
}

function nameOf(value: unknown): string {
  if (value === null) return "null";
  if (value instanceof Promise) return "a promise";
  if (value instanceof View) return `node "${value.name}" of another pool`;
  return typeof value === "string" ? JSON.stringify(value) : typeof value === "object" ? "an object" : String(value);
}
