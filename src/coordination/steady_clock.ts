/**
 * A clock that never goes back.
 *
 * @module
 */

/** Turns a clock that may be set back, or stop telling numbers, into one that then stands still. */
export class SteadyClock {
  readonly #read: () => number;
  #last: number;
  #now = 0;

  /** Starts at 0; `read` tells milliseconds. */
  constructor(read: () => number) {
    this.#read = read;
    this.#last = read();
  }

  /** Milliseconds since the clock was made, less those that were set back: what was told before is never above. */
  now(): number {
    const reading = this.#read();
    const forwardMs = reading - this.#last;
    if (forwardMs > 0 && forwardMs < Infinity) this.#now += forwardMs;
    if (Number.isFinite(reading)) this.#last = reading;
    return this.#now;
  }
}
