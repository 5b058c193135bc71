/**
 * What a coordinator tells.
 *
 * @module
 */

import type { RunOutcome } from "./outcome.ts";
import type { RunnableStateEvent } from "./runnable.ts";

/** Something that happened to a coordinator's runs; which fields there are goes by `kind`. */
export type CoordinatorEvent =
  | { readonly kind: "registered" | "unregistered"; readonly name: string }
  | { readonly kind: "started"; readonly name: string; readonly runId: number }
  | StateChangedEvent
  | { readonly kind: "ended"; readonly name: string; readonly runId: number; readonly outcome: RunOutcome };

/** A state of a run began or ended. */
export interface StateChangedEvent extends RunnableStateEvent {
  /** What happened. */
  readonly kind: "state_started" | "state_ended";
  /** What runs. */
  readonly name: string;
  /** Which run of it. */
  readonly runId: number;
}
