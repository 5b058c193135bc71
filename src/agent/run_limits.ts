/**
 * What may end a run from outside.
 *
 * @module
 */

import { type AbortListener, ignoreAbort, listenToAbort } from "../coordination/abort_listeners.ts";
import { type Timer, timers, type TimerTask } from "../reliability/timer_wheel.ts";
import type { GraphRun } from "./graph_run.ts";
import { RunCancelledError, RunTimeoutError } from "./run_error.ts";

/** A run's signal and its timeout, from its start to its end; a run that has neither has none of these. */
export class RunLimits implements AbortListener, TimerTask {
  readonly #graph: GraphRun;
  readonly #timer: Timer | undefined = undefined;
  readonly #deadline: number = Infinity;

  /** Begins to listen; the signal must not be aborted yet. */
  constructor(graph: GraphRun) {
    const { signal, timeoutMs } = graph.context;
    this.#graph = graph;
    if (signal !== undefined) listenToAbort(signal, this);
    if (timeoutMs > 0) {
      this.#timer = timers.schedule(timeoutMs, this);
      this.#deadline = performance.now() + timeoutMs;
    }
  }

  /** Whether time is up, though the timer may not have fired: states that never let the event loop turn never let it. */
  isPast(): boolean {
    return this.#deadline !== Infinity && performance.now() >= this.#deadline;
  }

  /** The signal's. */
  handleEvent(): void {
    cancel(this.#graph);
  }

  /** The timer's. */
  fire(): void {
    const { run, context } = this.#graph;
    this.#graph.end("timed_out", new RunTimeoutError(run.settings.agent, context.timeoutMs));
  }

  /** Leaves nothing behind on the signal or the timer wheel. */
  lift(): void {
    const { signal } = this.#graph.context;
    if (signal !== undefined) ignoreAbort(signal, this);
    if (this.#timer !== undefined) timers.cancel(this.#timer);
  }
}

/** Ends a run whose signal is aborted; its states are given the same reason. */
export function cancel(graph: GraphRun): void {
  const reason: unknown = graph.context.signal?.reason;
  graph.end("cancelled", new RunCancelledError(graph.run.settings.agent, reason), reason);
}
