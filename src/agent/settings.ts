/**
 * What all runs of an agent share besides its plan, defaults applied.
 *
 * @module
 */

import type { CompiledPlan } from "./plan.ts";
import type { AnyReducer } from "./reducer.ts";
import type { AnyVariables } from "./state.ts";
import type { RunObserver, WatchRun } from "./observer.ts";
import type { ResourceSource, RunScope } from "./resource_source.ts";

/**
 * What is timed: every state, only the run as a whole, or nothing.
 *
 * A clock reading costs some 45 ns, about as much as awaiting an empty function. `states` takes one at each boundary between
 * states, shared between one's end and the next one's start where nothing can come between. A run that is watched, see
 * `Agent.observeRuns`, is timed as by `states`.
 */
export type Timing = "states" | "run" | "off";

/** The compiled options of an agent. */
export interface Settings {
  readonly agent: string;
  readonly plan: CompiledPlan;
  readonly reducers: ReadonlyMap<string, AnyReducer> | undefined;
  readonly timing: Timing;
  readonly maxSteps: number;
  readonly maxConcurrency: number;
  readonly random: () => number;
}

/** What a single run adds. */
export interface RunContext {
  readonly signal: AbortSignal | undefined;
  /** 0 stands for none. */
  readonly timeoutMs: number;
  readonly resources: ResourceSource | undefined;
  readonly owner: string | undefined;
  /** Whether the owner is nobody else's, so that it ends with the run. */
  readonly ownerEnds: boolean;
  readonly scope: RunScope | undefined;
  readonly observer: RunObserver<AnyVariables> | undefined;
  /** Who watches all runs of the agent; `undefined` if nobody does. */
  readonly watches: readonly WatchRun[] | undefined;
}

/** A run that is given nothing. */
export const NO_CONTEXT: RunContext = {
  signal: undefined,
  timeoutMs: 0,
  resources: undefined,
  owner: undefined,
  ownerEnds: false,
  scope: undefined,
  observer: undefined,
  watches: undefined,
};

/** Whether anybody watches it. Most runs are given nothing: of them no more is looked at. */
export function isObserved(context: RunContext): boolean {
  return context !== NO_CONTEXT && (context.observer !== undefined || context.watches !== undefined);
}
