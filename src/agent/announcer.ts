/**
 * Tells observers what happens in a run, and keeps their errors from the run.
 *
 * @module
 */

import type { DeadLetter } from "../reliability/dead_letter.ts";
import type { GraphStep } from "./graph_step.ts";
import type { AnyStateFunction } from "./guarded.ts";
import type { RunObserver, RunWatcher, StateEndEvent, StateStartEvent } from "./observer.ts";
import type { RunResult } from "./result.ts";
import { isThenable } from "../thenable.ts";
import type { Run } from "./run.ts";
import { NumberedRun } from "./run_number.ts";
import type { RunContext } from "./settings.ts";
import type { AnyVariables } from "./state.ts";
import type { Step } from "./step.ts";

/** An observer that fails at every event should not fill the memory. */
const KEPT_ERRORS = 16;
const NOBODY: readonly never[] = [];

/** What observers are told of a step that has not ended. */
export class OpenStep {
  /** When it began; NaN if it has not, or states are not timed. */
  startedAt = NaN;
  /** The attempt that began last; 0 while none has. */
  attempt = 0;
  waitedMs = 0;
  /** Those that were opened before and after it, and are open still. */
  before: OpenStep | undefined;
  after: OpenStep | undefined = undefined;

  constructor(readonly number: number, readonly origin: GraphStep, before: OpenStep | undefined) {
    this.before = before;
  }
}

/** Between one run and its observers. */
export class Announcer {
  readonly #identity: NumberedRun;
  /** Replaced, never changed: to push to an empty one would make room for 17. */
  #observers: readonly RunObserver<AnyVariables>[] = NOBODY;
  /** Those who surround the functions of states, if anybody does. */
  #callers: RunWatcher[] | undefined = undefined;
  #steps = 0;
  /** The step that was opened last, of those that are open. */
  #last: OpenStep | undefined = undefined;
  /** The step of a sequence that is under way, and when it began. */
  #only: Step | undefined = undefined;
  #onlySince = NaN;

  constructor(readonly run: Run, { observer, watches }: RunContext) {
    this.#identity = new NumberedRun(run.settings.agent);
    if (observer !== undefined) this.#observers = [observer];
    if (watches === undefined) return;
    for (const watch of watches) {
      try {
        const watcher = watch(this.#identity);
        this.#observers = this.#observers === NOBODY ? [watcher] : [...this.#observers, watcher];
        if (watcher.callState !== undefined) (this.#callers ??= []).push(watcher);
      } catch (error) {
        this.#keep(error);
      }
    }
  }

  // Hot path: what happens in every run is told without a closure for each event.

  runStart(now: number): void {
    for (const observer of this.#observers) {
      try {
        this.#follow(observer.onRunStart?.(this.#identity, now));
      } catch (error) {
        this.#keep(error);
      }
    }
  }

  /** Notes that a step has stood in line for its resources. */
  waited({ origin }: GraphStep, waitedMs: number): void {
    this.#openOf(origin).waitedMs += waitedMs;
  }

  /** `now` is when the step began, if it begins with this attempt; NaN otherwise, or if states are not timed. */
  stateStart(step: GraphStep, isFirst: boolean, now: number): void {
    const { origin, state, attempt, payload } = step, open = this.#openOf(origin);
    if (isFirst) open.startedAt = now;
    open.attempt = attempt;
    const resources = this.#resourcesOf(step);
    this.#tellStart({ run: this.#identity, step: open.number, state, attempt, isFirst, resources, payload }, now);
  }

  /** Calls the function of a step's state. */
  call(step: GraphStep, fn: AnyStateFunction): unknown {
    return this.#callers === undefined ? fn(step) : this.#surround(this.#openOf(step.origin).number, step, fn);
  }

  /**
   * Tells that a step of a sequence begins, at the run's last mark, and calls the function of its state: no other step is under way, and it
   * takes one attempt.
   */
  sequenceCall(step: Step, fn: AnyStateFunction): unknown {
    const { state, attempt, payload } = step, number = ++this.#steps;
    const now = this.run.marks![this.run.steps - 1]!;
    this.#only = step;
    this.#onlySince = now;
    const event = { run: this.#identity, step: number, state, attempt, isFirst: true, resources: undefined, payload };
    this.#tellStart(event, now);
    return this.#callers === undefined ? fn(step) : this.#surround(number, step, fn);
  }

  /** Says nothing of a step that never began: there was no start either. */
  stateEnd(step: GraphStep, status: StateEndEvent["status"], now: number, error: unknown): void {
    const { origin } = step, { open } = origin;
    if (open === undefined) return;
    this.#close(open);
    if (!origin.begun) return;
    const isTimed = !Number.isNaN(open.startedAt);
    this.#tellEnd({
      run: this.#identity,
      step: open.number,
      state: step.state,
      status,
      attempts: status === "cancelled" ? open.attempt : step.attempt, // the next may be waiting for its turn
      durationMs: isTimed ? now - open.startedAt : undefined,
      waitedMs: isTimed && this.#resourcesOf(step) !== undefined ? open.waitedMs : undefined,
      error,
    }, isTimed ? now : NaN);
  }

  /** As {@linkcode stateEnd}, of the step that {@linkcode sequenceCall} has begun. */
  sequenceEnd(status: StateEndEvent["status"], now: number, error: unknown): void {
    const step = this.#only;
    if (step === undefined) return;
    this.#only = undefined;
    this.#tellEnd({
      run: this.#identity,
      step: this.#steps,
      state: step.state,
      status,
      attempts: step.attempt,
      durationMs: now - this.#onlySince,
      waitedMs: undefined,
      error,
    }, now);
  }

  /** The run ends: so do the steps that have not. */
  cancelled(now: number): void {
    for (let open = this.#last; open !== undefined; open = this.#last) {
      this.stateEnd(open.origin, "cancelled", now, undefined);
    }
  }

  retry(step: GraphStep, delayMs: number, error: unknown): void {
    const { origin, state, attempt } = step;
    const event = { run: this.#identity, step: this.#openOf(origin).number, state, attempt, delayMs, error };
    this.#tell((observer) => observer.onRetry?.(event));
  }

  preempt(step: GraphStep, reason: unknown): void {
    const { origin, state, attempt } = step;
    const event = { run: this.#identity, step: this.#openOf(origin).number, state, attempt, reason };
    this.#tell((observer) => observer.onPreempt?.(event));
  }

  deadLetter(letter: DeadLetter<AnyVariables>): void {
    this.#tell((observer) => observer.onDeadLetter?.(letter, this.#identity));
  }

  runEnd(result: RunResult<AnyVariables, AnyVariables>, now: number): void {
    for (const observer of this.#observers) {
      try {
        this.#follow(observer.onRunEnd?.(result, this.#identity, now));
      } catch (error) {
        this.#keep(error);
      }
    }
  }

  #openOf(origin: GraphStep): OpenStep {
    if (origin.open !== undefined) return origin.open;
    const before = this.#last, open = new OpenStep(++this.#steps, origin, before);
    if (before !== undefined) before.after = open;
    return origin.open = this.#last = open;
  }

  #close(open: OpenStep): void {
    const { before, after } = open;
    open.origin.open = undefined;
    if (before !== undefined) before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
  }

  #resourcesOf({ run, index }: GraphStep) {
    return run.settings.plan.definitions[index]!.resources;
  }

  #tellStart(event: StateStartEvent, now: number): void {
    for (const observer of this.#observers) {
      try {
        this.#follow(observer.onStateStart?.(event, now));
      } catch (error) {
        this.#keep(error);
      }
    }
  }

  #tellEnd(event: StateEndEvent, now: number): void {
    for (const observer of this.#observers) {
      try {
        this.#follow(observer.onStateEnd?.(event, now));
      } catch (error) {
        this.#keep(error);
      }
    }
  }

  /** Calls it once, with those around it who surround the functions of states. */
  #surround(number: number, step: Step, fn: AnyStateFunction): unknown {
    let outcome: { readonly returned: unknown } | { readonly thrown: unknown } | undefined;
    const call = () => {
      if (outcome !== undefined) return;
      try {
        outcome = { returned: fn(step) };
      } catch (thrown) {
        outcome = { thrown };
      }
    };
    this.#callThrough(this.#callers ?? NOBODY, number, call);
    call();
    if (outcome === undefined || "thrown" in outcome) throw outcome?.thrown;
    return outcome.returned;
  }

  #callThrough([first, ...rest]: readonly RunWatcher[], step: number, call: () => void): void {
    if (first === undefined) return call();
    try {
      first.callState?.(step, () => this.#callThrough(rest, step, call));
    } catch (error) {
      this.#keep(error);
    }
  }

  #tell(event: (observer: RunObserver<AnyVariables>) => unknown): void {
    for (const observer of this.#observers) {
      try {
        this.#follow(event(observer));
      } catch (error) {
        this.#keep(error);
      }
    }
  }

  /** An `async` method is possible too, and may reject. */
  #follow(returned: unknown): void {
    if (returned !== undefined && isThenable(returned)) returned.then(undefined, (error) => this.#keep(error));
  }

  #keep(error: unknown): void {
    const errors = this.run.detailed().observerErrors ??= [];
    if (errors.length < KEPT_ERRORS) errors.push(error);
  }
}
