/**
 * A clock that never goes back.
 *
 * @module
 */

/** What a `Date` can tell, either way of 1970: a reading beyond is none. */
const FURTHEST_READING_MS = 8.64e15;

/** More than that passes between two readings on no clock that is right: some 32 years, as long as the longest period of a limiter. */
const LONGEST_STEP_MS = 1e12;

/**
 * Turns a clock that may be set back, or stop telling numbers, or throw, into one that then stands still.
 *
 * What it tells stays exact whatever it is told: a reading that is no number, or beyond ±8.64e15 ms, what a `Date` can
 * tell, counts as none; and a leap ahead of more than 1e12 ms, some 32 years, counts as that long. Otherwise one wrong
 * reading would take it to where a millisecond is too little to be added.
 */
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
    if (forwardMs > 0) this.#now += forwardMs < LONGEST_STEP_MS ? forwardMs : LONGEST_STEP_MS;
    if (!Number.isNaN(reading)) this.#last = reading;
    return this.#now;
  }

  /** NaN for a reading that is none. */
  #read(): number {
    try {
      const reading = this.#tell();
      return reading >= -FURTHEST_READING_MS && reading <= FURTHEST_READING_MS ? reading : NaN;
    } catch {
      return NaN; // it is read in the middle of grants, which have to come to their end
    }
  }
}
