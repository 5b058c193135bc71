/**
 * Why a lease was preempted.
 *
 * @module
 */

import { PuffinError } from "../../errors.ts";
import { priorityName } from "../../coordination/priority.ts";

/** Who loses what to whom. */
export interface PreemptionFacts {
  /** Whose lease has to go, if told. */
  readonly owner: string | undefined;
  /** Its priority: low 0, normal 1, high 2, critical 3, or any number. */
  readonly priority: number;
  /** For whom it has to go. */
  readonly neededBy: {
    /** Who waits, if told. */
    readonly owner: string | undefined;
    /** Its priority, which is higher. */
    readonly priority: number;
  };
  /** How long the holder has to give the lease back, in milliseconds, from when the signal was aborted. */
  readonly graceMs: number;
  /** How often this work has been preempted, this time included: pass it on as `preemptions` when asking again for the same work. */
  readonly preemptions: number;
}

/** The reason of a lease's signal when somebody of a higher priority needs what it holds. */
export class PreemptedError extends PuffinError implements PreemptionFacts {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "lease_preempted";
  /** Whose lease has to go, if told. */
  readonly owner: string | undefined;
  /** Its priority. */
  readonly priority: number;
  /** For whom it has to go. */
  readonly neededBy: PreemptionFacts["neededBy"];
  /** How long the holder has to give it back, in milliseconds from the abort on. */
  readonly graceMs: number;
  /** How often this work has been preempted, this time included; see {@linkcode HolderOptions.preemptions}. */
  readonly preemptions: number;

  /** Words the message. */
  constructor({ owner, priority, neededBy, graceMs, preemptions }: PreemptionFacts) {
    const who = neededBy.owner === undefined ? "a request" : `"${neededBy.owner}"`;
    super(
      `Cannot keep the lease${owner === undefined ? "" : ` of "${owner}"`}: ${who} of priority ` +
        `${priorityName(neededBy.priority)} needs what it holds at priority ${priorityName(priority)}; ` +
        (graceMs === 0
          ? "it has been taken back, so stop what needs it and acquire again"
          : `stop what needs it and release it within ${graceMs} ms, or it is taken back, and acquire again`),
    );
    this.owner = owner;
    this.priority = priority;
    this.neededBy = neededBy;
    this.graceMs = graceMs;
    this.preemptions = preemptions;
  }
}
