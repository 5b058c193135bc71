/**
 * What attempts have to give back, however they end.
 *
 * @module
 */

import { type AbortListener, ignoreAbort, listenToAbort } from "../coordination/abort_listeners.ts";
import { type Timer, timers, type TimerTask } from "../reliability/timer_wheel.ts";
import type { GraphStep } from "./graph_step.ts";
import type { ResourceLease } from "./resource_source.ts";

/** What one attempt holds; most hold nothing and have none of these. */
export class Holding implements AbortListener, TimerTask {
  timer: Timer | undefined = undefined;
  lease: ResourceLease | undefined = undefined;
  /** When it got in line for its lease, while it stands there; NaN otherwise, or if states are not timed. */
  waitsSince = NaN;
  /** Why its lease is wanted back; `undefined` while it is not. */
  wanted: { readonly reason: unknown } | undefined = undefined;
  /** How often the step's lease has been taken back. */
  preemptions = 0;
  before: Holding | undefined = undefined;
  after: Holding | undefined = undefined;
  listed = false;
  #watched: AbortSignal | undefined = undefined;
  #grace: Timer | undefined = undefined;

  constructor(readonly step: GraphStep) {}

  /** Has the step told when its lease is wanted back. */
  watch(signal: AbortSignal): void {
    if (signal.aborted) return this.#want(signal);
    this.#watched = signal;
    listenToAbort(signal, this);
  }

  /** Stops watching, and waits for no grace to end. */
  ignore(): void {
    if (this.#watched !== undefined) ignoreAbort(this.#watched, this);
    this.#watched = undefined;
    if (this.#grace !== undefined) timers.cancel(this.#grace);
    this.#grace = undefined;
  }

  /** Called by the lease's signal. */
  handleEvent(): void {
    const signal = this.#watched;
    this.ignore();
    if (signal !== undefined) this.#want(signal);
  }

  /** The lease may be held for as long as the reason says for which it is wanted back. */
  startGrace(reason: unknown): void {
    this.wanted = { reason };
    this.#grace = timers.schedule(graceMsOf(reason), this);
  }

  /** Called by the timer of the grace. */
  fire(): void {
    this.#grace = undefined;
    this.step.graph.graceOver(this.step, this);
  }

  #want(signal: AbortSignal): void {
    this.step.graph.leaseWanted(this.step, this, signal.reason);
  }
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
    holding.ignore();
    lease?.release();
  }
}

/** How long a lease that is wanted back may still be held, in milliseconds. */
function graceMsOf(reason: unknown): number {
  const graceMs = typeof reason === "object" && reason !== null && "graceMs" in reason ? reason.graceMs : 0;
  return typeof graceMs === "number" && graceMs > 0 ? Math.min(graceMs, Number.MAX_SAFE_INTEGER) : 0;
}
