/**
 * How far one state has come in one run.
 *
 * @module
 */

import type { GraphStep } from "./graph_step.ts";

/** How a state's latest step ended; `undefined` while none has. */
export type EndStatus = "completed" | "failed" | "timed_out";

/** What became of a state's requests for resources. */
export class ResourceProgress {
  /** How long its steps stood in line. */
  waitedMs = 0;
  /** How often what they had was taken back. */
  preemptions = 0;
}

/** One state's part of a run's record; made when the run first touches the state. */
export class Progress {
  status: EndStatus | undefined = undefined;
  error: unknown = undefined;
  /** Steps begun. */
  steps = 0;
  attempts = 0;
  /** When its first attempt began; NaN if it did not, or is not timed. A number with a fraction from birth: V8 keeps one shape. */
  startedAt = NaN;
  /** The ends of its steps minus their starts: how long they took, once none is open; NaN as above. */
  spentMs = NaN;
  /** What came of its requests for resources; `undefined` while there is nothing to tell. */
  resources: ResourceProgress | undefined = undefined;
  /** Steps that are queued, running or waiting for a retry. */
  active = 0;
  /** Steps begun and not ended. */
  open = 0;
  /** When it last completed and when its dependencies last started it, in turns of the run's own counter; 0 for never. */
  doneTurn = 0;
  firedTurn = 0;
  /** Its latest step, which leads to the earlier ones; kept once states run side by side, to tell who follows whom. */
  latest: GraphStep | undefined = undefined;

  /** `pending` is how many of its dependencies have yet to complete. */
  constructor(public pending: number) {}

  /** What became of its requests for resources, to be added to. */
  ofResources(): ResourceProgress {
    return this.resources ??= new ResourceProgress();
  }
}
