/**
 * Which node is kept for a request that none has room for.
 *
 * @module
 */

import type { ChangedNodes } from "./changed_nodes.ts";
import type { PoolDemand } from "./demand.ts";
import type { Nodes } from "./nodes.ts";

/** How many nodes are looked at for a request that has none yet. */
const SAMPLE = 64;

/**
 * Chooses the node that lacks least of what a request needs, of those looked at: the one that is kept for it already, those that
 * have changed, and for a new request {@linkcode SAMPLE} others, which begin elsewhere each time. So a choice costs the same
 * in a pool of any size, and gets better with every lease that is given back; only a request for which few nodes are large
 * enough may cost a look at all of them, once.
 */
export class Reservations<Kinds extends string> {
  readonly #nodes: Nodes<Kinds>;
  #start = 0;

  /** Chooses among these nodes. */
  constructor(nodes: Nodes<Kinds>) {
    this.#nodes = nodes;
  }

  /** The node to keep for a demand, given the one that is kept for it now, or -1. */
  choose(demand: PoolDemand<Kinds>, kept: number, changed: ChangedNodes): number {
    let best = kept, bestShare = kept < 0 ? -1 : this.#share(kept, demand);
    const consider = (node: number) => {
      const share = this.#share(node, demand);
      if (share <= bestShare) return;
      best = node;
      bestShare = share;
    };
    if (!changed.isLong) { for (const node of changed.nodes) consider(node); }
    if (bestShare >= 0 && kept >= 0) return best;
    const { nodes } = this.#nodes, start = this.#start;
    this.#start = (start + SAMPLE) % nodes;
    for (let offset = 0; offset < nodes && (offset < SAMPLE || bestShare < 0); offset++) {
      consider((start + offset) % nodes);
    }
    return best;
  }

  /** Which part of what it lacks most is free on a node: above or at 0, or -1 if the node is too small for it. */
  #share(node: number, demand: PoolDemand<Kinds>): number {
    if (!this.#nodes.couldFit(node, demand)) return -1;
    const { length, places, units } = demand, { free, kinds } = this.#nodes;
    let least = Infinity;
    for (let at = 0; at < length; at++) {
      least = Math.min(least, Math.max(0, free[node * kinds + places[at]!]!) / units[at]!);
    }
    return least;
  }
}
