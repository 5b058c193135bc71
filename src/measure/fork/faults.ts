/**
 * Faults that no call throws: rejections that nobody handles, errors in timers. They belong to the benchmark that runs.
 *
 * @module
 */

import type { ReportedFailure } from "../fork_messages.ts";
import { BenchmarkFailure, describeFailure } from "./failure.ts";
import { globalEvents } from "./global_events.ts";

/** Catches such faults from its creation until it is disposed. */
export class FaultMonitor {
  #first: ReportedFailure | undefined;
  readonly #target: EventTarget;

  /** Listens on `target`, the runtime's unless told otherwise. */
  constructor(target: EventTarget = globalEvents()) {
    this.#target = target;
    target.addEventListener("unhandledrejection", this);
    target.addEventListener("error", this);
  }

  /** Receives the events; the process then lives on. */
  handleEvent(event: Event): void {
    event.preventDefault();
    if (this.#first !== undefined) return;
    this.#first = event.type === "unhandledrejection"
      ? describeFailure(Reflect.get(event, "reason"), "threw", "unhandled rejection")
      : describeFailure(Reflect.get(event, "error"), "threw", "uncaught error");
  }

  /** Throws the first fault since the last call, if there was one. */
  check(): void {
    const failure = this.#first;
    this.#first = undefined;
    if (failure !== undefined) throw new BenchmarkFailure(failure);
  }

  /** Stops listening. */
  [Symbol.dispose](): void {
    this.#target.removeEventListener("unhandledrejection", this);
    this.#target.removeEventListener("error", this);
  }
}
