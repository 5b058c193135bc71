/**
 * The record of one run: everything that is not shared with other runs.
 *
 * @module
 */

import type { PuffinError } from "../errors.ts";
import type { DeadLetter } from "../reliability/dead_letter.ts";
import { at } from "./adjacency.ts";
import type { Announcer } from "./announcer.ts";
import type { Progress } from "./progress.ts";
import type { Settings } from "./settings.ts";
import type { AnyVariables } from "./state.ts";
import type { Step } from "./step.ts";
import { addsToArray, extendArray, preview, Updates, type Values, type Writes } from "./variables.ts";

/** How a run ended: `timed_out` and `cancelled` are about the run itself; a state that timed out makes it `failed`. */
export type RunStatus = "completed" | "failed" | "cancelled" | "timed_out";

/** What few runs have. */
interface RunDetails {
  deadLetters: DeadLetter<AnyVariables>[] | undefined;
  observerErrors: unknown[] | undefined;
  /** Keys of arrays that the run has made by reducing and that nobody has seen yet. */
  grown: Set<string> | undefined;
}

/** One run. `progress` is there once states may run side by side; until then the run is a sequence. */
export class Run {
  outputs: Values | undefined = undefined;
  /** Set when the run has ended: what is still under way may change nothing any more. */
  over = false;
  status: RunStatus = "completed";
  error: PuffinError | undefined = undefined;
  /** The step of a sequence whose promise is awaited. */
  current: Step | undefined = undefined;
  /** How many steps were begun. */
  steps = 0;
  /** The state of each step so far; `undefined` while that is the plan's own sequence. */
  trail: number[] | undefined = undefined;
  /**
   * Readings of the clock. While the run is a sequence whose states are timed: when each step began, and when the last one ended.
   * Otherwise when the run began, and when it ended.
   */
  marks: number[] | undefined = undefined;
  progress: (Progress | undefined)[] | undefined = undefined;
  details: RunDetails | undefined = undefined;
  /** Of a sequence that is observed, until it ends or the graph run takes over: a result that is kept should not keep it. */
  announcer: Announcer | undefined = undefined;

  constructor(readonly settings: Settings, public variables: Values | undefined) {}

  /** When the run began; `undefined` if it is not timed. */
  get startedAt(): number | undefined {
    return this.marks?.[0];
  }

  /** When it ended. */
  get endedAt(): number | undefined {
    const sequence = this.progress === undefined && this.settings.timing === "states";
    return this.marks?.[sequence ? this.steps : 1];
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
    if (this.details !== undefined) this.details.grown?.delete(key);
    return this.variables?.get(key);
  }

  /** What few runs have, made when first needed. */
  detailed(): RunDetails {
    return this.details ??= { deadLetters: undefined, observerErrors: undefined, grown: undefined };
  }

  /** Makes what a step wrote visible to all. Nothing in here may fail: {@linkcode reduceWrites} comes first. */
  commit(step: Step): void {
    const { writes, outputWrites } = step;
    if (writes !== undefined) this.variables = merged(this.variables, writes);
    if (outputWrites !== undefined) this.outputs = merged(this.outputs, outputWrites);
  }
}

/** The first writes of a run become its values. */
function merged(values: Values | undefined, writes: Writes): Values {
  if (values === undefined) return writes;
  for (const [key, value] of writes) values.set(key, value);
  return values;
}

/**
 * Replaces a step's updates by the values that they make. Whatever may throw comes first, so that a reducer which does leaves
 * nothing half done.
 */
export function reduceWrites(run: Run, step: Step): void {
  const { reducers } = run.settings;
  const { writes } = step;
  if (reducers === undefined || writes === undefined) return;
  const { variables } = run;
  for (const [key, value] of writes) {
    if (!(value instanceof Updates)) continue;
    const reducer = reducers.get(key)!, current = variables?.get(key);
    if (!addsToArray(current, value, reducer)) writes.set(key, preview(current, value, reducer));
  }
  for (const [key, value] of writes) {
    const current = variables?.get(key);
    if (!(value instanceof Updates) || !Array.isArray(current)) continue;
    const details = run.detailed();
    writes.set(key, extendArray(current, value, key, details.grown ??= new Set()));
  }
}
