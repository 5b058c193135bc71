/**
 * A wait that can be cut short.
 *
 * @module
 */

import { type AbortListener, ignoreAbort, isAborted, listenToAbort } from "../coordination/abort_listeners.ts";
import { type Timer, timers, type TimerTask } from "./timer_wheel.ts";

/** Resolves after `delayMs` milliseconds, at once for 0; rejects with the signal's reason as soon as it is aborted. */
export function pause(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal !== undefined && isAborted(signal)) return Promise.reject(signal.reason);
  return delayMs === 0 ? Promise.resolve() : new Pause(delayMs, signal).promise;
}

class Pause implements TimerTask, AbortListener {
  readonly promise: Promise<void>;
  #resolve!: () => void;
  #reject!: (reason: unknown) => void;
  readonly #signal: AbortSignal | undefined;
  readonly #timer: Timer;

  constructor(delayMs: number, signal: AbortSignal | undefined) {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#signal = signal;
    this.#timer = timers.schedule(delayMs, this);
    if (signal !== undefined) listenToAbort(signal, this);
  }

  fire(): void {
    if (this.#signal !== undefined) ignoreAbort(this.#signal, this);
    this.#resolve();
  }

  handleEvent(): void {
    const signal = this.#signal!;
    timers.cancel(this.#timer);
    ignoreAbort(signal, this);
    this.#reject(signal.reason);
  }
}
