/**
 * What a coordinator says of itself.
 *
 * @module
 */

import type { HolderSnapshot, PrimitiveSnapshot } from "../primitive.ts";
import type { OutcomeStatus } from "./outcome.ts";

/** A run that goes on: `owner` is what runs. */
export interface RunSnapshot extends HolderSnapshot {
  /** Which of the coordinator's runs it is. */
  readonly runId: number;
  /** For how long it has gone on, in milliseconds. */
  readonly ageMs: number;
}

/** How a coordinator stands. */
export interface CoordinatorSnapshot extends PrimitiveSnapshot {
  /** What it is. */
  readonly type: "coordinator";
  /** What goes on, in the order in which it began; {@linkcode PrimitiveSnapshot.waiters} wait for all of it, or any. */
  readonly holders: readonly RunSnapshot[];
  /** What is registered, in the order in which it was. */
  readonly registered: readonly string[];
  /** How many runs were begun. */
  readonly started: number;
  /** How many ended in each way. */
  readonly ended: Readonly<Record<Exclude<OutcomeStatus, "skipped">, number>>;
  /** How long the longest of these took, in milliseconds; 0 before the first has ended. */
  readonly longestRunMs: number;
}
