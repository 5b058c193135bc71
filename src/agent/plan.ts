/**
 * A definition compiled once into flat arrays, checked, and shared by all runs.
 *
 * @module
 */

import { type Adjacency, at, reverse } from "./adjacency.ts";
import { findCycle } from "./cycle.ts";
import { GraphError } from "./graph_error.ts";
import { ReadinessResolver } from "./readiness.ts";
import type { StateDefinition } from "./state.ts";

/**
 * Which states start a run besides those that say so themselves with `entry`.
 *
 * - `parallel`: every state that depends on nothing, except those that another state declares in `goto`. The first such state
 *   of the definition always does, so that a loop has a beginning.
 * - `sequential`: only the first state that depends on nothing; all others are reached through dependencies or routes.
 */
export type EntryMode = "parallel" | "sequential";

/** An agent's compiled, immutable graph. */
export interface AgentPlan {
  /** The states' names, in the order of definition. */
  readonly states: readonly string[];
  /** The states that start a run, in the order of definition. */
  readonly entries: readonly string[];
  /** How many dependencies there are between states. */
  readonly dependencies: number;
  /** The states that a state waits for; throws a `GraphError` for an unknown name. */
  dependenciesOf(state: string): string[];
  /** The states that wait for a state; throws a `GraphError` for an unknown name. */
  dependentsOf(state: string): string[];
  /** The states that a state may go to, as it declares with `goto`; throws a `GraphError` for an unknown name. */
  routesOf(state: string): string[];
  /** The states that could run now by their dependencies: not in `completed` while all they wait for is. O(states + dependencies). */
  readyStates(completed: ReadonlySet<string>): string[];
  /** Starts following which states become ready as others complete: O(states + dependencies) for all of it together. */
  resolver(): ReadinessResolver;
}

/** In {@linkcode CompiledPlan.next}: the run ends after this state unless it routes. */
export const LAST = -1;
/** In {@linkcode CompiledPlan.next}: several states, or a join, come after this one. */
export const BRANCH = -2;

/** More than this a sequence adds when it comes to it. */
const LONGEST_MARKS = 32;

/** Up to this many states, names are compared one by one: quicker to set up, and no slower to search, than a map. */
const SMALL = 8;

/** The plan as the engine uses it: states are numbers, in the order of definition. */
export class CompiledPlan implements AgentPlan {
  readonly parents: Adjacency;
  readonly children: Adjacency;
  /** How many states each waits for; a run copies it. */
  readonly indegree: readonly number[];
  readonly entryStates: readonly number[];
  /** The one state that follows when each has run, {@linkcode LAST} or {@linkcode BRANCH}. */
  readonly next: readonly number[];
  /** What a run copies for its readings of the clock: of the right length for a sequence, within bounds, and made of doubles. */
  readonly blankMarks: readonly number[];
  /** An empty place for each state, for a run to copy. */
  readonly blankProgress: readonly undefined[];
  /** The first state that needs resources, if any does. */
  readonly needy: string | undefined;
  readonly #byName: ReadonlyMap<string, number> | undefined;
  #states: readonly string[] | undefined;

  /**
   * Checks and compiles the states.
   *
   * @throws {GraphError} If they do not form a graph that can run.
   */
  constructor(readonly agent: string, readonly definitions: readonly StateDefinition[], mode: EntryMode) {
    if (definitions.length === 0) {
      throw new GraphError("no_states", `Cannot compile agent "${agent}": it has no states`, []);
    }
    this.#byName = indexNames(agent, definitions);
    const ordered = { forward: true };
    this.parents = this.#resolveDependencies(ordered);
    this.children = reverse(this.parents);
    this.indegree = degrees(this.parents);
    // Whoever depends only on states defined before it cannot be in a cycle: then there is nothing to search.
    if (!ordered.forward) this.#refuseCycle();
    this.entryStates = this.#findEntries(mode);
    this.next = this.#findNext();
    this.blankMarks = this.#blankMarks();
    this.blankProgress = this.indegree.map(() => undefined);
    this.needy = definitions.find(({ resources }) => resources !== undefined)?.name;
  }

  /** The number of a state, or -1. */
  indexOf(name: string): number {
    if (this.#byName !== undefined) return this.#byName.get(name) ?? -1;
    const definitions = this.definitions;
    for (let state = 0; state < definitions.length; state++) if (definitions[state]!.name === name) return state;
    return -1;
  }

  get states(): readonly string[] {
    return this.#states ??= Object.freeze(this.definitions.map((definition) => definition.name));
  }

  get entries(): string[] {
    return this.#names(this.entryStates);
  }

  get dependencies(): number {
    return this.parents.target.length;
  }

  dependenciesOf(state: string): string[] {
    return this.#neighbours(this.parents, state);
  }

  dependentsOf(state: string): string[] {
    return this.#neighbours(this.children, state);
  }

  routesOf(state: string): string[] {
    return [...this.definitions[this.#requireIndex(state)]!.goto ?? []];
  }

  readyStates(completed: ReadonlySet<string>): string[] {
    const { definitions, parents: { start, target } } = this;
    const done = definitions.map((definition) => completed.has(definition.name));
    const entry = this.#entryMarks();
    const ready: string[] = [];
    for (let state = 0; state < definitions.length; state++) {
      if (done[state]) continue;
      const end = at(start, state + 1);
      let edge = at(start, state);
      if (edge === end && !entry.has(state)) continue;
      while (edge < end && done[at(target, edge)]) edge++;
      if (edge === end) ready.push(definitions[state]!.name);
    }
    return ready;
  }

  resolver(): ReadinessResolver {
    return new ReadinessResolver(this);
  }

  #entryMarks(): ReadonlySet<number> {
    return new Set(this.entryStates);
  }

  #names(states: readonly number[]): string[] {
    return states.map((state) => this.definitions[state]!.name);
  }

  #neighbours(edges: Adjacency, name: string): string[] {
    const state = this.#requireIndex(name);
    return this.#names(edges.target.slice(at(edges.start, state), at(edges.start, state + 1)));
  }

  #requireIndex(name: string): number {
    const state = this.indexOf(name);
    if (state !== -1) return state;
    throw new GraphError(
      "unknown_dependency",
      `Cannot find state "${name}": agent "${this.agent}" has no such state`,
      [name],
    );
  }

  #resolveDependencies(ordered: { forward: boolean }): Adjacency {
    const start = [0], target: number[] = [];
    const definitions = this.definitions;
    for (let state = 0; state < definitions.length; state++) {
      const { name, dependsOn } = definitions[state]!;
      for (let i = 0; i < dependsOn.length; i++) {
        const parent = this.indexOf(dependsOn[i]!);
        if (parent === -1) {
          throw new GraphError(
            "unknown_dependency",
            `Cannot compile agent "${this.agent}": state "${name}" depends on "${
              dependsOn[i]
            }", which does not exist; ` +
              `define it or correct dependsOn`,
            [name, dependsOn[i]!],
          );
        }
        if (parent >= state) ordered.forward = false;
        target.push(parent);
      }
      start.push(target.length);
    }
    return { start, target };
  }

  /** Kahn's algorithm, without recursion; what it cannot reach is in a cycle or behind one. */
  #refuseCycle(): void {
    const pending = this.indegree.slice();
    const { start, target } = this.children;
    const queue: number[] = [];
    for (let state = 0; state < pending.length; state++) if (pending[state] === 0) queue.push(state);
    for (let head = 0; head < queue.length; head++) {
      const state = at(queue, head);
      for (let edge = at(start, state); edge < at(start, state + 1); edge++) {
        if (--pending[at(target, edge)]! === 0) queue.push(at(target, edge));
      }
    }
    if (queue.length === pending.length) return;
    const alive = (state: number) => at(pending, state) > 0;
    const path = this.#names(findCycle(this.parents, alive, pending.findIndex((count) => count > 0)).reverse());
    throw new GraphError(
      "dependency_cycle",
      `Cannot compile agent "${this.agent}": states wait for each other: ${path.join(" -> ")}; ` +
        `remove one of these dependencies, or make it a goto`,
      path,
    );
  }

  #findEntries(mode: EntryMode): number[] {
    const routed = this.#routedStates();
    const entries: number[] = [];
    let first = true;
    for (let state = 0; state < this.definitions.length; state++) {
      const { entry } = this.definitions[state]!;
      const free = this.indegree[state] === 0;
      const byMode = free && (first || (mode === "parallel" && !routed?.has(state)));
      if (free) first = false;
      if (entry ?? byMode) entries.push(state);
    }
    if (entries.length > 0) return entries;
    throw new GraphError(
      "no_entry",
      `Cannot compile agent "${this.agent}": no state may start a run; set entry: true on one, or remove entry: false`,
      [],
    );
  }

  /** The states that others declare in `goto`; `undefined` if nobody declares any. */
  #routedStates(): Set<number> | undefined {
    let routed: Set<number> | undefined;
    for (let state = 0; state < this.definitions.length; state++) {
      const { name, goto } = this.definitions[state]!;
      if (goto === undefined) continue;
      routed ??= new Set();
      for (const target of goto) {
        const index = this.indexOf(target);
        if (index === -1) {
          throw new GraphError(
            "dead_goto",
            `Cannot compile agent "${this.agent}": state "${name}" may go to "${target}", which does not exist; ` +
              `define it or correct goto`,
            [name, target],
          );
        }
        if (index !== state) routed.add(index);
      }
    }
    return routed;
  }

  #blankMarks(): number[] {
    const marks = [NaN, NaN];
    let state = at(this.entryStates, 0);
    while (at(this.next, state) >= 0 && marks.length < LONGEST_MARKS) marks.push(NaN), state = at(this.next, state);
    return marks;
  }

  #findNext(): number[] {
    const { start, target } = this.children;
    const next: number[] = [];
    for (let state = 0; state < this.indegree.length; state++) {
      const edge = at(start, state), count = at(start, state + 1) - edge;
      if (count === 0) next.push(LAST);
      else next.push(count === 1 && this.indegree[at(target, edge)] === 1 ? at(target, edge) : BRANCH);
    }
    return next;
  }
}

function indexNames(agent: string, definitions: readonly StateDefinition[]): Map<string, number> | undefined {
  const count = definitions.length;
  if (count <= SMALL) {
    for (let later = 1; later < count; later++) {
      const { name } = definitions[later]!;
      for (let state = 0; state < later; state++) if (definitions[state]!.name === name) throw duplicate(agent, name);
    }
    return undefined;
  }
  const byName = new Map<string, number>();
  for (let state = 0; state < count; state++) {
    const { name } = definitions[state]!;
    if (byName.has(name)) throw duplicate(agent, name);
    byName.set(name, state);
  }
  return byName;
}

function duplicate(agent: string, name: string): GraphError {
  return new GraphError(
    "duplicate_state",
    `Cannot compile agent "${agent}": two states are called "${name}"; rename one`,
    [name],
  );
}

function degrees(edges: Adjacency): number[] {
  const counts: number[] = [];
  for (let node = 1; node < edges.start.length; node++) counts.push(at(edges.start, node) - at(edges.start, node - 1));
  return counts;
}
