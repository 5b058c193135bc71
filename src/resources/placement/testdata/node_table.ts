/**
 * Nodes for tests, with the books that a pool would keep.
 *
 * @module
 */

import { createRandom } from "../../../measure/random.ts";
import type { Demand, NodeUnits, PlacementIndex } from "../placement.ts";

/** A demand and the node it was placed on. */
export interface Placed {
  readonly node: number;
  readonly demand: Demand;
}

/** A table of nodes, all free at first, that tells indexes what changes. */
export class NodeTable implements NodeUnits {
  readonly nodes: number;
  readonly kinds: number;
  readonly capacity: Float64Array;
  readonly free: Float64Array;
  readonly names: readonly string[];
  readonly kindNames: readonly string[];
  readonly perWhole: readonly number[];
  readonly leases: Placed[] = [];
  readonly indexes: PlacementIndex[] = [];

  /** @param capacity Of node 0 in kind 0, kind 1 …, then of node 1; repeated as often as needed. */
  constructor(nodes: number, kinds: number, capacity: readonly number[]) {
    this.nodes = nodes;
    this.kinds = kinds;
    this.capacity = Float64Array.from({ length: nodes * kinds }, (_, i) => capacity[i % capacity.length]!);
    this.free = this.capacity.slice();
    this.names = Array.from({ length: nodes }, (_, node) => `node-${node}`);
    this.kindNames = Array.from({ length: kinds }, (_, kind) => `kind-${kind}`);
    this.perWhole = Array.from({ length: kinds }, () => 1);
  }

  /** Places a demand on a node. */
  take(node: number, demand: Demand): void {
    this.leases.push({ node, demand });
    this.#add(node, demand, -1);
  }

  /** Gives back the `i`th of the leases that are held. */
  give(i: number): void {
    const lease = this.leases[i]!, last = this.leases.pop()!;
    if (last !== lease) this.leases[i] = last;
    this.#add(lease.node, lease.demand, 1);
  }

  /** Changes what a node has of a kind; what is in use stays in use. */
  resize(node: number, kind: number, capacity: number): void {
    const at = node * this.kinds + kind;
    this.free[at]! += capacity - this.capacity[at]!;
    this.capacity[at] = capacity;
    this.#tell(node);
  }

  #add(node: number, { length, places, units }: Demand, sign: 1 | -1): void {
    for (let i = 0; i < length; i++) this.free[node * this.kinds + places[i]!]! += sign * units[i]!;
    this.#tell(node);
  }

  #tell(node: number): void {
    for (const index of this.indexes) index.update(node);
  }
}

/** Units by kind as a demand; kinds with 0 are left out. */
export function demandOf(...unitsByKind: readonly number[]): Demand {
  const places: number[] = [], units: number[] = [];
  unitsByKind.forEach((amount, kind) => {
    if (amount > 0) places.push(kind), units.push(amount);
  });
  return { length: places.length, places, units };
}

/** Random integers from 0 to `bound` - 1, the same for the same seed. */
export function integers(seed: number): (bound: number) => number {
  const random = createRandom(seed >>> 0);
  return (bound) => random.nextInt(bound);
}
