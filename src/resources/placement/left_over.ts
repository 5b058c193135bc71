/**
 * How much a node has left, over all kinds.
 *
 * @module
 */

import type { Demand, NodeUnits } from "./placement.ts";

/** Sums of a few products are off by less than this share, whatever the order of the terms. */
const ROUNDING = 2 ** -40;

/**
 * Scores nodes: the sum over all kinds of what is free, each divided by what the largest node has in all of that kind; a kind of
 * which less than nothing is free counts as 0, as does one that no node has. In [0, kinds].
 *
 * What a demand takes lowers every node's score by the same, so the order of the nodes before a placement is their order after
 * it, whatever is placed and however unequal they are: that is why they can be kept sorted. Dividing by each node's own capacity
 * would not do (the order would depend on the demand), and would call a small empty node roomier than a large one half empty.
 */
export class LeftOver {
  readonly #nodes: NodeUnits;
  /** The capacities as last seen. */
  readonly #capacity: Float64Array;
  /** By kind: what the largest node has, and how many have as much. */
  readonly #largest: Float64Array;
  readonly #holders: Int32Array;

  /** Reads the nodes' capacities. */
  constructor(nodes: NodeUnits) {
    this.#nodes = nodes;
    this.#capacity = nodes.capacity.slice();
    this.#largest = new Float64Array(nodes.kinds);
    this.#holders = new Int32Array(nodes.kinds);
    this.weigh();
  }

  /** A node's score; costs the number of kinds. */
  of(node: number): number {
    const { free, kinds } = this.#nodes, start = node * kinds, largest = this.#largest;
    let score = 0;
    for (let kind = 0; kind < kinds; kind++) {
      const units = free[start + kind]!;
      if (units > 0) score += units / largest[kind]!;
    }
    return score;
  }

  /** No node with a lower score has room for a demand. */
  least({ length, places, units }: Demand): number {
    let score = 0;
    for (let i = 0; i < length; i++) score += units[i]! / this.#largest[places[i]!]!;
    return score * (1 - ROUNDING);
  }

  /**
   * Takes note of a node's capacity; costs the number of kinds.
   *
   * @returns Whether the largest node of some kind may be another size now: then all scores change with the next {@linkcode weigh}.
   */
  resize(node: number): boolean {
    const { capacity, kinds } = this.#nodes, seen = this.#capacity, largest = this.#largest;
    let changed = false;
    for (let kind = 0, at = node * kinds; kind < kinds; kind++, at++) {
      const before = seen[at]!, after = capacity[at]!;
      if (before === after) continue;
      seen[at] = after;
      if (after === largest[kind]) this.#holders[kind]!++;
      if (before === largest[kind]) this.#holders[kind]!--;
      if (after > largest[kind]! || this.#holders[kind] === 0) changed = true;
    }
    return changed;
  }

  /** Reads all capacities, and weighs the kinds by them; costs the number of nodes. */
  weigh(): void {
    const { capacity, kinds } = this.#nodes, largest = this.#largest.fill(0), holders = this.#holders.fill(0);
    this.#capacity.set(capacity);
    for (let at = 0, kind = 0; at < capacity.length; at++, kind = kind + 1 === kinds ? 0 : kind + 1) {
      const units = capacity[at]!;
      if (units > largest[kind]!) {
        largest[kind] = units;
        holders[kind] = 0;
      }
      if (units === largest[kind]) holders[kind]!++;
    }
  }
}
