/**
 * The record of one run: everything that is not shared with other runs.
 *
 * @module
 */

import type { PuffinError } from "../errors.ts";
import type { DeadLetter } from "../reliability/dead_letter.ts";
import { at } from "./adjacency.ts";
import type { Progress } from "./progress.ts";
import type { Settings } from "./settings.ts";
import type { AnyVariables } from "./state.ts";
import type { Step } from "./step.ts";
import { addsToArray, extendArray, preview, Store, Updates } from "./variables.ts";

/** How a run ended: `timed_out` and `cancelled` are about the run itself; a state that timed out makes it `failed`. */
export type RunStatus = "completed" | "failed" | "cancelled" | "timed_out";

/** Stands for a moment that was not measured. */
export const UNTIMED = -1;

/**
 * One run. Most runs are a sequence of plain states and need only its first half; `progress` is there once states may run side
 * by side.
 */
export class Run {
  variables: AnyVariables | undefined;
  outputs: AnyVariables | undefined = undefined;
  /** Set when the run has ended: what is still under way may change nothing any more. */
  over = false;
  status: RunStatus = "completed";
  error: PuffinError | undefined = undefined;
  /** How many steps were begun. */
  steps = 0;
  /** The state of each step so far, as long as they form a sequence; `undefined` while that is the plan's own sequence. */
  trail: number[] | undefined = undefined;
  /** When each step of the sequence began, and when the last one ended; `undefined` unless states are timed. */
  marks: number[] | undefined = undefined;
  startedAt = UNTIMED;
  endedAt = UNTIMED;
  deadLetters: DeadLetter<AnyVariables>[] | undefined = undefined;
  progress: (Progress | undefined)[] | undefined = undefined;
  observerErrors: unknown[] | undefined = undefined;
  /** Keys of arrays that the run has made by reducing and that nobody has seen yet. */
  grown: Set<string> | undefined = undefined;
  readonly settings: Settings;

  constructor(settings: Settings, variables: AnyVariables | undefined) {
    this.settings = settings;
    this.variables = variables;
  }

  /** The states of the sequence so far; there may be one more, which was not begun. */
  sequence(): number[] {
    if (this.trail !== undefined) return this.trail;
    const { entryStates, next } = this.settings.plan;
    const states: number[] = [];
    for (let state = at(entryStates, 0), i = 0; i < this.steps; i++, state = next[state]!) states.push(state);
    return states;
  }

  /** The committed value of a variable, which from now on somebody may hold. */
  read(key: string): unknown {
    this.grown?.delete(key);
    return this.variables?.[key];
  }

  /** Makes what a step wrote visible to all. Nothing in here may fail: {@linkcode reduceWrites} comes first. */
  commit(step: Step): void {
    const { writes, outputWrites } = step;
    if (writes !== undefined) {
      const variables = this.variables ??= new Store();
      for (const [key, value] of writes) variables[key] = value;
    }
    if (outputWrites !== undefined) {
      const outputs = this.outputs ??= new Store();
      for (const [key, value] of outputWrites) outputs[key] = value;
    }
  }
}

/**
 * Replaces a step's updates by the values that they make. Whatever may throw comes first, so that a reducer which does leaves
 * nothing half done.
 */
export function reduceWrites(run: Run, step: Step): void {
  const { reducers } = run.settings;
  const { writes } = step;
  if (reducers === undefined || writes === undefined) return;
  const variables = run.variables ??= new Store();
  for (const [key, value] of writes) {
    if (!(value instanceof Updates)) continue;
    const reducer = reducers.get(key)!, current = variables[key];
    if (!addsToArray(current, value, reducer)) writes.set(key, preview(current, value, reducer));
  }
  const grown = run.grown ??= new Set();
  for (const [key, value] of writes) {
    const current = variables[key];
    if (value instanceof Updates && Array.isArray(current)) writes.set(key, extendArray(current, value, key, grown));
  }
}
