/**
 * How late things get their turn.
 *
 * @module
 */

import type { Timer, TimerTask, TimerWheel } from "../../reliability/timer_wheel.ts";

/** Sets a timer again and again, without keeping the process alive, and tells how late each was. */
export class DelaySampler implements TimerTask, Disposable {
  readonly #wheel: TimerWheel;
  readonly #everyMs: number;
  readonly #late: (seconds: number) => void;
  #timer: Timer;
  #dueMs: number;

  /** @param late Told how late the timer was, in seconds; what the wheel itself rounds up, at most a millisecond, included. */
  constructor(wheel: TimerWheel, everyMs: number, late: (seconds: number) => void) {
    this.#wheel = wheel;
    this.#everyMs = everyMs;
    this.#late = late;
    this.#dueMs = performance.now() + everyMs;
    this.#timer = wheel.scheduleInBackground(everyMs, this);
  }

  fire(): void {
    const nowMs = performance.now();
    this.#late(Math.max(0, nowMs - this.#dueMs) / 1_000);
    this.#dueMs = nowMs + this.#everyMs;
    this.#timer = this.#wheel.scheduleInBackground(this.#everyMs, this);
  }

  /** Ends it. */
  [Symbol.dispose](): void {
    this.#wheel.cancel(this.#timer);
  }
}
