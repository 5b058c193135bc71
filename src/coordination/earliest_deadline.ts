/**
 * A deadline that can be set more than once.
 *
 * @module
 */

import { type Timer, timers } from "../reliability/timer_wheel.ts";

/** Expires once, at the earliest time that was set; keeps the process alive until then. */
export class EarliestDeadline {
  readonly #expire: (deadlineMs: number) => void;
  #timer: Timer | undefined = undefined;
  #atMs = Infinity;

  /** `expire` is told for how long the deadline was set. */
  constructor(expire: (deadlineMs: number) => void) {
    this.#expire = expire;
  }

  /** Sets it so many milliseconds from now, unless it is earlier already. */
  set(deadlineMs: number): void {
    const atMs = performance.now() + deadlineMs;
    if (atMs >= this.#atMs) return;
    this.cancel();
    this.#atMs = atMs;
    this.#timer = timers.schedule(deadlineMs, { fire: () => this.#expire(deadlineMs) });
  }

  /** Forgets it; what has expired has done so for good. */
  cancel(): void {
    if (this.#timer !== undefined) timers.cancel(this.#timer);
    this.#timer = undefined;
    this.#atMs = Infinity;
  }
}
