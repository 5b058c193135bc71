/**
 * What is free, and what comes free of itself.
 *
 * @module
 */

import type { NodeUnits } from "../placement/placement.ts";

/** The nodes of a pool, and what is on its way back from leases that have to go. */
export class FreeUnits {
  readonly nodes: NodeUnits;
  /** What comes back from such leases less what is missing to claims, in units at `[node * kinds + place]`. */
  readonly surplus: Float64Array;
  /** How many such leases there are; without any, all of the surplus is 0. */
  going = 0;

  /** Nothing comes back yet. */
  constructor(nodes: NodeUnits) {
    this.nodes = nodes;
    this.surplus = new Float64Array(nodes.nodes * nodes.kinds);
  }
}
