/**
 * What attempts have to give back, however they end.
 *
 * @module
 */

import { type Timer, timers } from "../reliability/timer_wheel.ts";
import type { GraphStep } from "./graph_step.ts";
import type { ResourceLease } from "./resource_source.ts";

/** What one attempt holds; most hold nothing and have none of these. */
export class Holding {
  timer: Timer | undefined = undefined;
  lease: ResourceLease | undefined = undefined;
  before: Holding | undefined = undefined;
  after: Holding | undefined = undefined;
  listed = false;

  constructor(readonly step: GraphStep) {}
}

/** The holdings of one run's attempts: adding and giving back are O(1), and the list is as long as what is held now. */
export class Holdings {
  first: Holding | undefined = undefined;

  /** The step's holding, on the list: also of a retry that has given back the timer of its wait. */
  of(step: GraphStep): Holding {
    const holding = step.holding ??= new Holding(step);
    if (holding.listed) return holding;
    holding.listed = true;
    holding.after = this.first;
    if (this.first !== undefined) this.first.before = holding;
    this.first = holding;
    return holding;
  }

  /** Cancels the timer, releases the lease, and takes it off the list; a second call changes nothing. */
  giveBack(holding: Holding): void {
    if (!holding.listed) return;
    holding.listed = false;
    const { before, after, timer, lease } = holding;
    if (before === undefined) this.first = after;
    else before.after = after;
    if (after !== undefined) after.before = before;
    holding.before = holding.after = undefined;
    holding.timer = holding.lease = undefined;
    if (timer !== undefined) timers.cancel(timer);
    lease?.release();
  }
}
