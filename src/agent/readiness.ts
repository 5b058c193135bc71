/**
 * Which states become ready as others complete.
 *
 * @module
 */

import { type Adjacency, at } from "./adjacency.ts";

/** Marks a state as done: counting down from here never comes to 0. */
const DONE = -1;

/** The part of a compiled plan that decides readiness. */
interface Graph {
  readonly children: Adjacency;
  readonly indegree: readonly number[];
  readonly entryStates: readonly number[];
}

/**
 * Follows a graph from its entries to its end by counting down what each state waits for: every dependency is looked at once.
 * States are numbers here, their places in `plan.states`: in a large graph, looking names up would take most of the time.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Agent } from "./mod.ts";
 *
 * const agent = new Agent("join")
 *   .state("a", () => {})
 *   .state("b", () => {})
 *   .state("c", { dependsOn: ["a", "b"] }, () => {});
 * const resolver = agent.plan.resolver();
 * assertEquals(resolver.entries, [0, 1]);
 * assertEquals(resolver.complete(0), []);
 * assertEquals(resolver.complete(1).map((state) => agent.plan.states[state]), ["c"]);
 * ```
 */
export class ReadinessResolver {
  readonly #graph: Graph;
  /** How many dependencies of each state are open; below 0 once the state is done. */
  readonly #pending: number[];

  /** Use `plan.resolver()`. */
  constructor(graph: Graph) {
    this.#graph = graph;
    this.#pending = graph.indegree.slice();
  }

  /** The states that are ready at the start. */
  get entries(): number[] {
    return this.#graph.entryStates.slice();
  }

  /**
   * Marks a state as completed and returns the states that this made ready; marking it again changes nothing.
   *
   * @throws {RangeError} If there is no such state.
   */
  complete(state: number): number[] {
    const pending = this.#pending[state];
    if (pending === undefined) {
      throw new RangeError(
        `Cannot complete state ${state}: wanted an integer from 0 to ${
          this.#pending.length - 1
        }; use its place in plan.states`,
      );
    }
    if (pending < 0) return [];
    this.#pending[state] = DONE;
    let ready: number[] | undefined; // made with its first element: a push to an empty list makes room for 17
    const { start, target } = this.#graph.children;
    for (let edge = at(start, state); edge < at(start, state + 1); edge++) {
      const child = at(target, edge);
      if (--this.#pending[child]! !== 0) continue;
      if (ready === undefined) ready = [child];
      else ready.push(child);
    }
    return ready ?? [];
  }
}
