/**
 * Finds one cycle in a graph known to have some, to name it in an error.
 *
 * @module
 */

import type { Adjacency } from "./adjacency.ts";

/**
 * The nodes of one cycle among those that `alive` marks, each followed by one it leads to, the first repeated at the end.
 *
 * Every alive node must lead to another alive one, as what Kahn's algorithm leaves over does when seen from children to parents:
 * then a walk cannot end, and must meet itself within as many steps as there are nodes.
 */
export function findCycle(edges: Adjacency, alive: (node: number) => boolean, start: number): number[] {
  const seenAt = new Map<number, number>();
  const walk: number[] = [];
  let node = start;
  while (!seenAt.has(node)) {
    seenAt.set(node, walk.push(node) - 1);
    node = nextAlive(edges, alive, node);
  }
  return [...walk.slice(seenAt.get(node)), node];
}

function nextAlive(edges: Adjacency, alive: (node: number) => boolean, node: number): number {
  const end = edges.start[node + 1] ?? 0;
  for (let edge = edges.start[node] ?? 0; edge < end; edge++) {
    const target = edges.target[edge];
    if (target !== undefined && alive(target)) return target;
  }
  throw new Error(`Cannot follow a cycle: node ${node} leads to none of its nodes`);
}
