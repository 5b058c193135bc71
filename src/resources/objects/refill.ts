/**
 * When a pool fills itself up to `min`.
 *
 * @module
 */

import { backoffDelayMs } from "../../reliability/retry.ts";
import { backgroundTimers, type Timer, type TimerTask } from "../../reliability/timer_wheel.ts";
import type { PoolSettings } from "./options.ts";

/** Lets a pool replace what it lost, and after a failure only when some time has passed, each time a longer one. */
export class Refill<T> implements TimerTask {
  /** Whether lost objects are replaced at all. */
  wanted = false;
  readonly #settings: PoolSettings<T>;
  readonly #again: () => void;
  #failures = 0;
  #timer: Timer | undefined = undefined;

  /** `again` is called when it may be tried again. */
  constructor(settings: PoolSettings<T>, again: () => void) {
    this.#settings = settings;
    this.#again = again;
  }

  /** Whether it may be tried now. */
  get due(): boolean {
    return this.wanted && this.#timer === undefined;
  }

  /** Puts it off. Nobody waits for it, so this lets the process end. */
  putOff(): void {
    if (!this.due) return;
    const { retry, random } = this.#settings;
    this.#timer = backgroundTimers.scheduleInBackground(backoffDelayMs(retry, ++this.#failures, random), this);
  }

  /** An object could be made: there is no reason to wait. */
  succeeded(): void {
    this.#failures = 0;
    this.#cancel();
  }

  /** Replaces nothing any more. */
  stop(): void {
    this.wanted = false;
    this.#cancel();
  }

  /** Called by the timer. */
  fire(): void {
    this.#timer = undefined;
    this.#again();
  }

  #cancel(): void {
    if (this.#timer !== undefined) backgroundTimers.cancel(this.#timer);
    this.#timer = undefined;
  }
}
