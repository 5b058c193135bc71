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
  /** The last reading that was one. */
  #last = NaN;
  #now = 0;

  /** Starts at 0; `read` tells milliseconds. */
  constructor(read: () => number) {
    this.#tell = read;
    this.now();
  }

  /** Milliseconds since the clock was made, less those that were set back: what was told before is never above. */
  now(): number {
    const reading = this.#read(), forwardMs = reading - this.#last;
    if (forwardMs >= 0 && forwardMs <= LONGEST_STEP_MS && reading <= FURTHEST_READING_MS) {
      this.#now += forwardMs;
      this.#last = reading;
    } else this.#leap(reading);
    return this.#now;
  }

  #leap(reading: number): void {
    if (!(Math.abs(reading) <= FURTHEST_READING_MS)) return; // not of NaN either
    if (reading > this.#last) this.#now += LONGEST_STEP_MS;
    this.#last = reading;
  }

  #read(): number {
    try {
      return this.#tell();
    } catch {
      return NaN; // it is read in the middle of grants, which have to come to their end
    }
  }
}
