/**
 * Which node of a pool a request is placed on: the interface between a pool and a strategy.
 *
 * @module
 */

/** What a request needs: units by kind's place; most requests need few kinds. */
export interface Demand {
  /** How many entries are valid. */
  readonly length: number;
  /** The place of each kind that is needed, each at most once. */
  readonly places: ArrayLike<number>;
  /** How much of it is needed: an integer above 0. */
  readonly units: ArrayLike<number>;
}

/**
 * All nodes' free units as one table, which the pool writes and an index reads: a node's entry for a kind is at
 * `node * kinds + place`. Nodes and kinds are numbered from 0.
 */
export interface NodeUnits {
  /** How many nodes there are; at least 1, and fixed. */
  readonly nodes: number;
  /** How many kinds there are; at least 1, and fixed. */
  readonly kinds: number;
  /** What a node has in all: integers from 0, in units; 0 if it has nothing of that kind. May change. */
  readonly capacity: Float64Array;
  /** What no lease holds, in units: integers; below 0 on a node that was shrunk below what is in use. */
  readonly free: Float64Array;
  /** The nodes' names. */
  readonly names: readonly string[];
  /** The kinds' names, by place. */
  readonly kindNames: readonly string[];
  /** Units in one whole, by place: whoever shows amounts to people divides by it. */
  readonly perWhole: ArrayLike<number>;
}

/** What a strategy knows about one pool. */
export interface PlacementIndex {
  /**
   * The node on which a demand is to be placed, or -1 if none has room now. A node has room if, for every kind of the demand, as
   * much is free; kinds that the demand leaves out do not matter, not even if less than nothing of them is free.
   *
   * @param demand At least one entry. It is not kept.
   */
  find(demand: Demand): number;
  /** The free units or the capacity of a node have changed; to be called before the next `find`. */
  update(node: number): void;
}

/** A strategy that chooses nodes: what it is called, and how it looks at a pool. */
export interface Placement {
  /** For people who read a snapshot or a guide. */
  readonly name: string;
  /** Makes the index of one pool, from its nodes as they are now. One strategy can serve many pools. */
  open(nodes: NodeUnits): PlacementIndex;
}
