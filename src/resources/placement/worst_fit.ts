/**
 * The node that is left with the most.
 *
 * @module
 */

import type { NodeUnits, Placement } from "./placement.ts";
import { Ranking } from "./ranking.ts";

/**
 * Takes, of the nodes that have room for all kinds of a request, the one that is left with the most; what others call a worst-fit
 * or spreading allocator.
 *
 * Spreads the load, so that a node has slack for what it was not told about; large requests wait longer. What is left is counted
 * as {@linkcode bestFit} does, of equals the lowest-numbered node is taken, and the structure is the same, from the other end.
 * The roomiest node mostly has room, so that a search mostly opens one page a level: with 10,000 nodes it costs 2 to 3 times what
 * it costs with 10, and 4 to 6 times (exponent 0.2 to 0.26) in a pool that is nearly full.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { worstFit } from "./worst_fit.ts";
 *
 * const index = worstFit().open({
 *   nodes: 3,
 *   kinds: 2,
 *   capacity: new Float64Array(6).fill(8),
 *   free: new Float64Array([2, 4, 8, 1, 4, 4]), // of three nodes: CPUs, memory
 *   names: ["a", "b", "c"],
 *   kindNames: ["cpu", "memory"],
 *   perWhole: [1, 1],
 * });
 * assertEquals(index.find({ length: 1, places: [0], units: [2] }), 1);
 * assertEquals(index.find({ length: 2, places: [0, 1], units: [2, 2] }), 2);
 * ```
 */
export function worstFit(): Placement {
  return WORST_FIT;
}

const WORST_FIT: Placement = Object.freeze({ name: "worst fit", open: (nodes: NodeUnits) => new Ranking(nodes, -1) });
