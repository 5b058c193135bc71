/**
 * The strategies as they read in a textbook: a look at every node.
 *
 * @module
 */

import type { Demand, NodeUnits } from "../placement.ts";

/** Which node a strategy has to choose; -1 for none. */
export type Reference = (nodes: NodeUnits, demand: Demand) => number;

/** Whether a node has enough of everything that is asked for. */
export function hasRoom({ free, kinds }: NodeUnits, node: number, { length, places, units }: Demand): boolean {
  for (let i = 0; i < length; i++) if (free[node * kinds + places[i]!]! < units[i]!) return false;
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
  const largest = largestOfEach(nodes);
  let chosen = -1, best = NaN;
  for (let node = 0; node < nodes.nodes; node++) {
    if (!hasRoom(nodes, node, demand)) continue;
    const score = scoreOf(nodes, node, largest);
    if (chosen >= 0 && !isBetter(score, best)) continue;
    chosen = node;
    best = score;
  }
  return chosen;
}

function scoreOf({ free, kinds }: NodeUnits, node: number, largest: readonly number[]): number {
  let score = 0;
  for (let kind = 0; kind < kinds; kind++) {
    const units = free[node * kinds + kind]!;
    if (units > 0) score += units / largest[kind]!;
  }
  return score;
}

function largestOfEach({ kinds, capacity }: NodeUnits): number[] {
  const largest: number[] = new Array(kinds).fill(0);
  for (let at = 0, kind = 0; at < capacity.length; at++, kind = kind + 1 === kinds ? 0 : kind + 1) {
    if (capacity[at]! > largest[kind]!) largest[kind] = capacity[at]!;
  }
  return largest;
}
