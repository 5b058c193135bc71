/**
 * Tells an observer what happens in a run, and keeps its errors from the run.
 *
 * @module
 */

import type { DeadLetter } from "../reliability/dead_letter.ts";
import type { GraphStep } from "./graph_step.ts";
import type { RunIdentity, RunObserver, StateEndEvent } from "./observer.ts";
import type { RunResult } from "./result.ts";
import { isThenable } from "./routing.ts";
import type { Run } from "./run.ts";
import type { AnyVariables } from "./state.ts";

/** An observer that fails at every event should not fill the memory. */
const KEPT_ERRORS = 16;

/** Between one run and its observer. */
export class Announcer {
  readonly #identity: RunIdentity;
  /** When each step began that has not ended, if states are timed. */
  readonly #startedAt = new Map<GraphStep, number>();

  constructor(readonly observer: RunObserver<AnyVariables>, readonly run: Run) {
    this.#identity = { agent: run.settings.agent };
  }

  runStart(): void {
    this.#tell((observer) => observer.onRunStart?.(this.#identity));
  }

  /** `now` is when the step began, if it begins with this attempt; NaN otherwise. */
  stateStart({ origin, state, attempt, payload }: GraphStep, now: number): void {
    if (!Number.isNaN(now)) this.#startedAt.set(origin, now);
    this.#tell((observer) => observer.onStateStart?.({ run: this.#identity, state, attempt, payload }));
  }

  /** Says nothing of a step that never began: there was no start either. */
  stateEnd(step: GraphStep, status: StateEndEvent["status"], now: number, error: unknown): void {
    if (!step.origin.begun) return;
    const startedAt = this.#startedAt.get(step.origin);
    const durationMs = startedAt === undefined ? undefined : now - startedAt;
    this.#startedAt.delete(step.origin);
    const event = { run: this.#identity, state: step.state, status, attempts: step.attempt, durationMs, error };
    this.#tell((observer) => observer.onStateEnd?.(event));
  }

  retry({ state, attempt }: GraphStep, delayMs: number, error: unknown): void {
    this.#tell((observer) => observer.onRetry?.({ run: this.#identity, state, attempt, delayMs, error }));
  }

  preempt({ state, attempt }: GraphStep, reason: unknown): void {
    this.#tell((observer) => observer.onPreempt?.({ run: this.#identity, state, attempt, reason }));
  }

  deadLetter(letter: DeadLetter<AnyVariables>): void {
    this.#tell((observer) => observer.onDeadLetter?.(letter, this.#identity));
  }

  runEnd(result: RunResult<AnyVariables, AnyVariables>): void {
    this.#tell((observer) => observer.onRunEnd?.(result, this.#identity));
  }

  /** Calls the observer; an `async` method is possible too, and may reject. */
  #tell(event: (observer: RunObserver<AnyVariables>) => unknown): void {
    try {
      const returned = event(this.observer);
      if (isThenable(returned)) returned.then(undefined, (error) => this.#keep(error));
    } catch (error) {
      this.#keep(error);
    }
  }

  #keep(error: unknown): void {
    const errors = this.run.detailed().observerErrors ??= [];
    if (errors.length < KEPT_ERRORS) errors.push(error);
  }
}
