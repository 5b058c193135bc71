/**
 * A graph as two flat arrays (compressed sparse rows): linear to build, no object a node or an edge.
 *
 * @module
 */

/** The edges of node `n` are `target[start[n]]` up to, not including, `target[start[n + 1]]`. */
export interface Adjacency {
  /** Where each node's edges begin; one longer than there are nodes. */
  readonly start: readonly number[];
  /** Where each edge leads. */
  readonly target: readonly number[];
}

/** The same graph with every edge turned round; a node's new edges are in the order of the nodes they come from. */
export function reverse(edges: Adjacency): Adjacency {
  const nodes = edges.start.length - 1;
  const start: number[] = [];
  for (let node = 0; node <= nodes; node++) start.push(0);
  const target: number[] = [];
  for (let edge = 0; edge < edges.target.length; edge++) {
    start[at(edges.target, edge) + 1]! += 1;
    target.push(0);
  }
  for (let node = 0; node < nodes; node++) start[node + 1]! += at(start, node);
  const filled = start.slice();
  for (let node = 0; node < nodes; node++) {
    for (let edge = at(edges.start, node); edge < at(edges.start, node + 1); edge++) {
      target[filled[at(edges.target, edge)]!++] = node;
    }
  }
  return { start, target };
}

/** An entry that is known to exist; the assertion costs nothing at run time. */
export function at(array: readonly number[], index: number): number {
  return array[index]!;
}
