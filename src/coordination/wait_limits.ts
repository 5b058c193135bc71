/**
 * What may end a wait before its turn has come.
 *
 * @module
 */

import { type Timer, timers, type TimerTask } from "../reliability/timer_wheel.ts";
import { type AbortListener, ignoreAbort, isAborted, listenToAbort } from "./abort_listeners.ts";
import { keepShape } from "./kept_shapes.ts";
import type { WaitOptions } from "./waiter.ts";

/** A signal and a timer that watch one waiter: made only for those who say when they give up, so that all others are smaller. */
export class WaitLimits {
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number | undefined;
  #timer: Timer | undefined = undefined;

  /** Nothing happens until {@linkcode start}; the options have been checked. */
  constructor({ signal, timeoutMs }: WaitOptions) {
    this.signal = signal;
    this.timeoutMs = timeoutMs;
  }

  /** Tells `waiter` when the signal is aborted or time is up, whichever comes first; at once if the signal is aborted. */
  start(waiter: AbortListener & TimerTask): void {
    const { signal, timeoutMs } = this;
    if (signal !== undefined) {
      if (isAborted(signal)) return waiter.handleEvent(); // since the caller looked: standing in line has told others
      listenToAbort(signal, waiter);
    }
    if (timeoutMs !== undefined) this.#timer = timers.schedule(timeoutMs, waiter);
  }

  /** Whether the signal is aborted, told or not. */
  get isAborted(): boolean {
    return isAborted(this.signal);
  }

  /** Tells `waiter` nothing more, and leaves neither a listener nor a timer. */
  end(waiter: AbortListener & TimerTask): void {
    if (this.signal !== undefined) ignoreAbort(this.signal, waiter);
    if (this.#timer !== undefined) timers.cancel(this.#timer);
  }
}

keepShape(new WaitLimits({}));
