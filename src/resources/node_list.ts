/**
 * How a pool's nodes are declared.
 *
 * @module
 */

import type { ResourceAmounts } from "./request.ts";
import { MAX_CAPACITY } from "./units.ts";

/** One node of a pool. */
export interface NodeOptions<Kinds extends string> {
  /** What people call it; no two nodes share a name. Default: its number, from 0. */
  readonly name?: string;
  /** How much it has of each kind; each in [0, 2^53 - 1]. A kind that is not mentioned counts as 0. */
  readonly capacity: ResourceAmounts<Kinds>;
}

/** One or more nodes of the same size. */
export interface EqualNodes<Kinds extends string> {
  /** How much each node has of each kind; each in [0, 2^53 - 1]. */
  readonly capacity: Readonly<Record<Kinds, number>>;
  /** How many nodes there are; an integer, at least 1. Default 1. */
  readonly nodes?: number;
}

/** Nodes that are told one by one. */
export interface ListedNodes<Kinds extends string> {
  /** Each node has its own. */
  readonly capacity?: undefined;
  /** The nodes, at least one. */
  readonly nodes: readonly NodeOptions<Kinds>[];
}

/** What a pool has. */
export type NodeList<Kinds extends string> = EqualNodes<Kinds> | ListedNodes<Kinds>;

/** A declaration that was read: each node's name and amounts. */
export interface ReadNodes<Kinds extends string> {
  /** The names, each once. */
  readonly names: readonly string[];
  /** The amounts by node and kind; a kind that is missing counts as 0. */
  readonly amounts: readonly ReadonlyMap<Kinds, number>[];
  /** The amounts of all nodes together; has all kinds that occur. */
  readonly totals: ReadonlyMap<Kinds, number>;
}

/** How many nodes a pool may have. */
const MAX_NODES = 2 ** 24;

/**
 * Reads what a pool has.
 *
 * @throws {TypeError} If it is not one of the two forms, or two nodes share a name.
 * @throws {RangeError} If the number of nodes or a capacity is out of range.
 */
export function readNodes<Kinds extends string>(list: NodeList<Kinds>): ReadNodes<Kinds> {
  const { capacity, nodes = 1 } = list;
  const { names, amounts } = isListed(nodes) ? readList(nodes, capacity) : readEqual(nodes, capacity);
  const totals = new Map<Kinds, number>();
  for (const node of amounts) for (const [kind, amount] of node) totals.set(kind, (totals.get(kind) ?? 0) + amount);
  return { names, amounts, totals };
}

/**
 * Reads the amounts of one node.
 *
 * @param task What cannot be done if they make no sense, as in "make a pool".
 * @throws {RangeError} If one is not in [0, 2^53 - 1].
 */
export function readCapacity<Kinds extends string>(
  capacity: ResourceAmounts<Kinds>,
  task: string,
): ReadonlyMap<Kinds, number> {
  const amounts = new Map<Kinds, number>();
  for (const kind in capacity) {
    if (!Object.hasOwn(capacity, kind)) continue;
    const amount = capacity[kind];
    if (typeof amount !== "number" || !(amount >= 0 && amount <= MAX_CAPACITY)) {
      throw new RangeError(
        `Cannot ${task} with a ${kind} capacity of ${String(amount)}: expected a number in [0, 2^53 - 1]; count in a ` +
          "larger unit if it is too large",
      );
    }
    amounts.set(kind, amount);
  }
  return amounts;
}

type NamesAndAmounts<Kinds extends string> = Pick<ReadNodes<Kinds>, "names" | "amounts">;

function isListed<Kinds extends string>(nodes: NodeList<Kinds>["nodes"]): nodes is readonly NodeOptions<Kinds>[] {
  return Array.isArray(nodes);
}

function readEqual<Kinds extends string>(
  count: number | undefined,
  capacity: EqualNodes<Kinds>["capacity"] | undefined,
): NamesAndAmounts<Kinds> {
  if (typeof count !== "number" || !(Number.isInteger(count) && count >= 1 && count <= MAX_NODES)) {
    throw new RangeError(
      `Cannot make a pool with nodes ${String(count)}: expected an integer in [1, ${MAX_NODES}], or a list of nodes`,
    );
  }
  if (capacity === undefined) {
    throw new TypeError("Cannot make a pool: it has no capacity; pass one such as { cpu: 8 }, or a list of nodes");
  }
  const amounts = readCapacity(capacity, "make a pool");
  return {
    names: Array.from({ length: count }, (_, node) => String(node)),
    amounts: new Array<ReadonlyMap<Kinds, number>>(count).fill(amounts),
  };
}

function readList<Kinds extends string>(
  nodes: readonly NodeOptions<Kinds>[],
  capacity: unknown,
): NamesAndAmounts<Kinds> {
  if (capacity !== undefined) {
    throw new TypeError(
      "Cannot make a pool with both a capacity and a list of nodes: each node has its own; pass one of the two",
    );
  }
  if (nodes.length === 0 || nodes.length > MAX_NODES) {
    throw new RangeError(`Cannot make a pool with ${nodes.length} nodes: expected from 1 to ${MAX_NODES}`);
  }
  const names = nodes.map(({ name }, node) => name ?? String(node));
  if (new Set(names).size < names.length) {
    const twice = names.find((name, node) => names.indexOf(name) < node);
    throw new TypeError(`Cannot make a pool with two nodes named "${twice}": expected different names; rename one`);
  }
  return {
    names,
    amounts: nodes.map(({ name, capacity }, node) => readCapacity(capacity, `make node "${name ?? node}"`)),
  };
}
