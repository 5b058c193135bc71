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
  readonly definitions: readonly { readonly name: string }[];
  readonly children: Adjacency;
  readonly indegree: readonly number[];
  readonly entryStates: readonly number[];
  indexOf(name: string): number;
}

/**
 * Follows a graph from its entries to its end by counting down what each state waits for: every dependency is looked at once.
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
 * assertEquals(resolver.entries, ["a", "b"]);
 * assertEquals(resolver.complete("a"), []);
 * assertEquals(resolver.complete("b"), ["c"]);
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
  get entries(): string[] {
    return this.#graph.entryStates.map((state) => this.#graph.definitions[state]!.name);
  }

  /**
   * Marks a state as completed and returns the states that this made ready; marking it again changes nothing.
   *
   * @throws {RangeError} If there is no such state.
   */
  complete(name: string): string[] {
    const state = this.#graph.indexOf(name);
    if (state === -1) throw new RangeError(`Cannot complete state "${name}": the plan has no such state`);
    if (this.#pending[state]! < 0) return [];
    this.#pending[state] = DONE;
    let ready: string[] | undefined; // made with its first element: a push to an empty list makes room for 17
    const { start, target } = this.#graph.children;
    for (let edge = at(start, state); edge < at(start, state + 1); edge++) {
      const child = at(target, edge);
      if (--this.#pending[child]! !== 0) continue;
      const { name } = this.#graph.definitions[child]!;
      if (ready === undefined) ready = [name];
      else ready.push(name);
    }
    return ready ?? [];
  }
}
