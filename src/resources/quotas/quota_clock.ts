/**
 * Time as quotas count it: whole microseconds that never go back.
 *
 * @module
 */

const MICROS_PER_MS = 1000;

/** Reads a clock in milliseconds. A time that was read before is never lived through twice, whatever the clock says. */
export class QuotaClock {
  readonly #now: () => number;
  /** The latest time that was ever read, and so the present: a clock that went back stands still until it has caught up. */
  #latest = -Infinity;

  /** `now` tells the time in milliseconds since whenever. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The present, in whole microseconds. A reading that is no number, or too large to count, is passed over. */
  read(): number {
    const micros = toMicros(this.#now());
    if (micros > this.#latest && micros <= Number.MAX_SAFE_INTEGER) this.#latest = micros;
    else if (this.#latest === -Infinity) this.#latest = 0;
    return this.#latest;
  }

  /**
   * How many milliseconds the clock itself has to move on until `micros` after the present is read: longer than that if it
   * went back. Never too short, for all the rounding of fractions.
   */
  msUntil(micros: number): number {
    const now = this.#now(), due = this.#latest + micros;
    let delayMs = Math.max(due / MICROS_PER_MS - (Number.isFinite(now) ? now : this.#latest / MICROS_PER_MS), 0);
    while (toMicros(now + delayMs) < due && delayMs < Infinity) {
      delayMs = Math.max(delayMs + 1 / MICROS_PER_MS, delayMs * (1 + Number.EPSILON));
    }
    return delayMs;
  }
}

/** To the nearest, since 0.007 ms times 1000 is a little more than 7; readings are absolute, so that this cannot add up. */
function toMicros(ms: number): number {
  return Math.round(ms * MICROS_PER_MS);
}
