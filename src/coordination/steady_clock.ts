/**
 * A clock that never goes back.
 *
 * @module
 */

/** Turns a clock that may be set back, or stop telling numbers, or throw, into one that then stands still. */
export class SteadyClock {
  readonly #tell: () => number;
  #last: number;
  #now = 0;

  /** Starts at 0; `read` tells milliseconds. */
  constructor(read: () => number) {
    this.#tell = read;
    this.#last = this.#read();
  }

  /** Milliseconds since the clock was made, less those that were set back: what was told before is never above. */
  now(): number {
    const reading = this.#read();
    const forwardMs = reading - this.#last;
    if (forwardMs > 0 && forwardMs < Infinity) this.#now += forwardMs;
    if (Number.isFinite(reading)) this.#last = reading;
    return this.#now;
  }

  #read(): number {
    try {
      return this.#tell();
    } catch {
      return NaN; // it is read in the middle of grants, which have to come to their end
    }
  }
}
