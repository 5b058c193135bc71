/**
 * Tells observers what happens in a run, and keeps their errors from the run.
 *
 * @module
 */

import type { DeadLetter } from "../reliability/dead_letter.ts";
import type { GraphStep } from "./graph_step.ts";
import type { RunObserver, RunWatcher, StateEndEvent } from "./observer.ts";
import type { RunResult } from "./result.ts";
import { isThenable } from "./routing.ts";
import type { Run } from "./run.ts";
import { NumberedRun } from "./run_number.ts";
import type { RunContext } from "./settings.ts";
import type { AnyVariables } from "./state.ts";

/** An observer that fails at every event should not fill the memory. */
const KEPT_ERRORS = 16;

/** What is known of a step that has not ended. */
class OpenStep {
  /** When it began; NaN if it has not, or states are not timed. */
  startedAt = NaN;
  /** The attempt that began last; 0 while none has. */
  attempt = 0;
  waitedMs = 0;

  constructor(readonly number: number) {}
}

/** Between one run and its observers. */
export class Announcer {
  readonly #identity: NumberedRun;
  readonly #observers: RunObserver<AnyVariables>[] = [];
  /** Those who surround the functions of states, if anybody does. */
  #callers: RunWatcher[] | undefined = undefined;
  /** By the first attempt of each. */
  readonly #open = new Map<GraphStep, OpenStep>();
  #steps = 0;

  constructor(readonly run: Run, { observer, watches }: RunContext) {
    this.#identity = new NumberedRun(run.settings.agent);
    if (observer !== undefined) this.#observers.push(observer);
    if (watches === undefined) return;
    for (const watch of watches) {
      try {
        const watcher = watch(this.#identity);
        this.#observers.push(watcher);
        if (watcher.callState !== undefined) (this.#callers ??= []).push(watcher);
      } catch (error) {
        this.#keep(error);
      }
    }
  }

  runStart(): void {
    this.#tell((observer) => observer.onRunStart?.(this.#identity));
  }

  /** Notes that a step has stood in line for its resources. */
  waited({ origin }: GraphStep, waitedMs: number): void {
    this.#stepOf(origin).waitedMs += waitedMs;
  }

  /** `now` is when the step began, if it begins with this attempt; NaN otherwise, or if states are not timed. */
  stateStart(step: GraphStep, isFirst: boolean, now: number): void {
    const { origin, state, attempt, payload } = step, open = this.#stepOf(origin);
    if (isFirst) open.startedAt = now;
    open.attempt = attempt;
    const resources = this.#resourcesOf(step);
    const event = { run: this.#identity, step: open.number, state, attempt, isFirst, resources, payload };
    this.#tell((observer) => observer.onStateStart?.(event));
  }

  /** Calls the function of a step's state. */
  call(step: GraphStep, fn: (step: GraphStep) => unknown): unknown {
    if (this.#callers === undefined) return fn(step);
    let outcome: { readonly returned: unknown } | { readonly thrown: unknown } | undefined;
    const call = () => {
      if (outcome !== undefined) return;
      try {
        outcome = { returned: fn(step) };
      } catch (thrown) {
        outcome = { thrown };
      }
    };
    this.#callThrough(this.#callers, this.#stepOf(step.origin).number, call);
    call();
    if (outcome === undefined || "thrown" in outcome) throw outcome?.thrown;
    return outcome.returned;
  }

  /** Says nothing of a step that never began: there was no start either. */
  stateEnd(step: GraphStep, status: StateEndEvent["status"], now: number, error: unknown): void {
    const { origin } = step, open = this.#open.get(origin);
    this.#open.delete(origin);
    if (open === undefined || !origin.begun) return;
    const event: StateEndEvent = {
      run: this.#identity,
      step: open.number,
      state: step.state,
      status,
      attempts: status === "cancelled" ? open.attempt : step.attempt, // the next may be waiting for its turn
      durationMs: Number.isNaN(open.startedAt) ? undefined : now - open.startedAt,
      waitedMs: Number.isNaN(open.startedAt) || this.#resourcesOf(step) === undefined ? undefined : open.waitedMs,
      error,
    };
    this.#tell((observer) => observer.onStateEnd?.(event));
  }

  retry(step: GraphStep, delayMs: number, error: unknown): void {
    const { origin, state, attempt } = step;
    const event = { run: this.#identity, step: this.#stepOf(origin).number, state, attempt, delayMs, error };
    this.#tell((observer) => observer.onRetry?.(event));
  }

  preempt(step: GraphStep, reason: unknown): void {
    const { origin, state, attempt } = step;
    const event = { run: this.#identity, step: this.#stepOf(origin).number, state, attempt, reason };
    this.#tell((observer) => observer.onPreempt?.(event));
  }

  deadLetter(letter: DeadLetter<AnyVariables>): void {
    this.#tell((observer) => observer.onDeadLetter?.(letter, this.#identity));
  }

  /** Steps that wait for their turn again have held nothing that could have ended them. */
  runEnd(result: RunResult<AnyVariables, AnyVariables>, now: number): void {
    for (const origin of this.#open.keys()) this.stateEnd(origin, "cancelled", now, undefined);
    this.#tell((observer) => observer.onRunEnd?.(result, this.#identity));
  }

  #stepOf(origin: GraphStep): OpenStep {
    let open = this.#open.get(origin);
    if (open === undefined) this.#open.set(origin, open = new OpenStep(++this.#steps));
    return open;
  }

  #resourcesOf({ run, index }: GraphStep) {
    return run.settings.plan.definitions[index]!.resources;
  }

  #callThrough([first, ...rest]: readonly RunWatcher[], step: number, call: () => void): void {
    if (first === undefined) return call();
    try {
      first.callState?.(step, () => this.#callThrough(rest, step, call));
    } catch (error) {
      this.#keep(error);
    }
  }

  /** Calls all observers; an `async` method is possible too, and may reject. */
  #tell(event: (observer: RunObserver<AnyVariables>) => unknown): void {
    for (const observer of this.#observers) {
      try {
        const returned = event(observer);
        if (isThenable(returned)) returned.then(undefined, (error) => this.#keep(error));
      } catch (error) {
        this.#keep(error);
      }
    }
  }

  #keep(error: unknown): void {
    const errors = this.run.detailed().observerErrors ??= [];
    if (errors.length < KEPT_ERRORS) errors.push(error);
  }
}
