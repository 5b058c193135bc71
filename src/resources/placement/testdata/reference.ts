/**
 * The strategies as they read in a textbook: a look at every node.
 *
 * @module
 */

import type { Demand, NodeUnits } from "../placement.ts";

/** Which node a strategy has to choose; -1 for none. */
export type Reference = (nodes: NodeUnits, demand: Demand) => number;

/** Whether a node has enough of everything that is asked for. */
export function hasRoom({ free, kinds }: NodeUnits, node: number, demand: Demand): boolean {
  for (let i = 0; i < demand.length; i++) {
    if (free[node * kinds + demand.places[i]!]! < demand.units[i]!) return false;
  }
  return true;
}

/** The lowest-numbered node that has room. */
export const plainFirstFit: Reference = (nodes, demand) => {
  for (let node = 0; node < nodes.nodes; node++) if (hasRoom(nodes, node, demand)) return node;
  return -1;
};

/** Of those that have room, the one with the least left over, and of equals the lowest-numbered. */
export const plainBestFit: Reference = (nodes, demand) => extreme(nodes, demand, (score, best) => score < best);

/** Of those that have room, the one with the most left over, and of equals the lowest-numbered. */
export const plainWorstFit: Reference = (nodes, demand) => extreme(nodes, demand, (score, best) => score > best);

function extreme(nodes: NodeUnits, demand: Demand, isBetter: (score: number, best: number) => boolean): number {
  const largest = Array.from({ length: nodes.kinds }, (_, kind) => largestOf(nodes, kind));
  let chosen = -1, best = NaN;
  for (let node = 0; node < nodes.nodes; node++) {
    if (!hasRoom(nodes, node, demand)) continue;
    const score = largest.reduce((sum, most, kind) => {
      const free = nodes.free[node * nodes.kinds + kind]!;
      return free > 0 ? sum + free / most : sum;
    }, 0);
    if (chosen >= 0 && !isBetter(score, best)) continue;
    chosen = node;
    best = score;
  }
  return chosen;
}

function largestOf({ nodes, kinds, capacity }: NodeUnits, kind: number): number {
  let largest = 0;
  for (let node = 0; node < nodes; node++) largest = Math.max(largest, capacity[node * kinds + kind]!);
  return largest;
}
