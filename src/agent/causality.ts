/**
 * Whether one step follows from another: what tells a concurrent write from one that comes later.
 *
 * @module
 */

import { type Adjacency, at } from "./adjacency.ts";
import type { GraphStep } from "./graph_step.ts";
import type { Progress } from "./progress.ts";

/** The run's steps as far as they are known, and the graph that joins their states. */
export interface History {
  readonly progress: readonly (Progress | undefined)[];
  readonly parents: Adjacency;
}

/**
 * Searches backwards from `later`, through the steps that routed to it or that its state depends on.
 *
 * A step made before `earlier` cannot follow from it, so that the search stays among the steps made since. For one key these
 * stretches do not overlap, as each write becomes the `earlier` of the next: all searches together are linear.
 */
export function follows(history: History, later: GraphStep, earlier: GraphStep): boolean {
  const stack = [later], visited = new Set<GraphStep>();
  for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
    if (step === earlier) return true;
    if (step.madeTurn < earlier.madeTurn || visited.has(step)) continue;
    visited.add(step);
    if (step.router !== undefined) stack.push(step.router);
    else pushDependencies(history, step, earlier.madeTurn, stack);
  }
  return false;
}

/** A state that its dependencies started follows from all their steps that were done by then. */
function pushDependencies(history: History, step: GraphStep, since: number, stack: GraphStep[]): void {
  const { start, target } = history.parents;
  for (let edge = at(start, step.index); edge < at(start, step.index + 1); edge++) {
    let parent = history.progress[at(target, edge)]?.latest;
    while (parent !== undefined && parent.madeTurn >= since) {
      if (parent.doneTurn !== 0 && parent.doneTurn < step.madeTurn) stack.push(parent);
      parent = parent.previous;
    }
  }
}
