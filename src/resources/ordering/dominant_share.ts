/**
 * How much of a pool something is, when it has several kinds.
 *
 * @module
 */

import type { Demand } from "../placement/placement.ts";

/**
 * The largest share that a demand has of any kind's capacity: what it is charged with where only one figure can be. A request for
 * one of two GPUs and 1 % of the memory keeps others from half of the pool.
 *
 * @param capacity The pool's total units by kind's place.
 * @returns In [0, 1]; at most 1 even if the pool has become smaller than the demand.
 */
export function dominantShareOf(demand: Demand, capacity: Float64Array): number {
  let largest = 0;
  for (let at = 0; at < demand.length; at++) {
    const share = (demand.units[at] ?? 0) / (capacity[demand.places[at] ?? 0] ?? 0);
    if (share > largest) largest = share;
  }
  return Math.min(largest, 1);
}
