/**
 * From what a state returned to the states that run next.
 *
 * @module
 */

import type { CompiledPlan } from "./plan.ts";
import { Command, Send } from "./route.ts";
import { RouteError } from "./run_error.ts";
import type { StateDefinition } from "./state.ts";
import type { Step } from "./step.ts";

/** One state to run next, by number. */
export interface Destination {
  readonly state: number;
  readonly payload: unknown;
}

const NOWHERE: readonly Destination[] = [];

/**
 * Where a step's return value leads. A command's update goes to the step's own writes.
 *
 * @throws {RouteError} If it is no route, or leads to a state that does not exist or was not declared.
 */
export function destinations(plan: CompiledPlan, step: Step, returned: unknown): readonly Destination[] {
  if (returned === undefined) return NOWHERE;
  const from = plan.definitions[step.index]!;
  if (!(returned instanceof Command)) return targets(plan, from, returned);
  if (returned.update !== undefined) {
    for (const [key, value] of Object.entries(returned.update)) step.set(key, value);
  }
  return returned.goto === undefined ? NOWHERE : targets(plan, from, returned.goto);
}

/**
 * The number of the state with that name.
 *
 * @throws {RouteError} If it does not exist, or `from` did not declare it.
 */
export function destination(plan: CompiledPlan, from: StateDefinition, name: string): number {
  const state = plan.indexOf(name);
  if (state === -1) {
    throw new RouteError(
      from.name,
      `Cannot go from state "${from.name}" to "${name}": agent "${plan.agent}" has no such state; ` +
        `define it or return one of its states`,
    );
  }
  if (from.goto !== undefined && !from.goto.has(name)) {
    throw new RouteError(
      from.name,
      `Cannot go from state "${from.name}" to "${name}": it declares ${
        Array.from(from.goto, (each) => `"${each}"`).join(", ") || "none"
      }; ` +
        `add "${name}" to its goto`,
    );
  }
  return state;
}

function targets(plan: CompiledPlan, from: StateDefinition, goto: unknown): readonly Destination[] {
  // Not goto.map(), which would leave the holes of a sparse array as they are.
  if (Array.isArray(goto)) return Array.from(goto, (target) => oneTarget(plan, from, target));
  return [oneTarget(plan, from, goto)];
}

function oneTarget(plan: CompiledPlan, from: StateDefinition, target: unknown): Destination {
  if (typeof target === "string") return { state: destination(plan, from, target), payload: undefined };
  if (target instanceof Send) return { state: destination(plan, from, target.state), payload: target.payload };
  throw new RouteError(
    from.name,
    `Cannot go on from state "${from.name}": wanted a state's name, send(), command() or an array of names and sends, found ${
      kindOf(target)
    }; return nothing if no state is to follow`,
  );
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return `${value}`;
  return typeof value === "object" ? "an object" : `the ${typeof value} ${String(value)}`;
}
