/**
 * A time that threads keep together.
 *
 * @module
 */

/** How far a clock may be behind the others before it counts as set back; below, it is late, or its thread's is. */
const SET_BACK_MS = 1_000;
/** What no `Date` could tell is no reading: sums with it would lose their milliseconds. */
export const MOST_CLOCK_MS = 8.64e15;

/**
 * One thread's clock, held against the latest time that any thread has acted on. Whatever it tells, time never goes back: while the
 * clock is behind it stands still; if that is by more than a second, the clock was set, and time goes on from where it was.
 */
export class CommonClock {
  readonly #read: () => number;
  #aheadMs = 0;
  #toldMs = -Infinity;

  /** `read` tells milliseconds. */
  constructor(read: () => number) {
    this.#read = read;
  }

  /** Milliseconds, at least `latestMs`. For the holder of the lock under which that is kept: or the reading may be late. */
  now(latestMs: number): number {
    const leastMs = Math.max(latestMs, this.#toldMs), readingMs = this.#tell();
    if (!(Math.abs(readingMs) <= MOST_CLOCK_MS)) return leastMs;
    if (leastMs - readingMs - this.#aheadMs > SET_BACK_MS) this.#aheadMs = leastMs - readingMs;
    return this.#toldMs = Math.max(leastMs, readingMs + this.#aheadMs);
  }

  #tell(): number {
    try {
      return this.#read();
    } catch {
      return NaN; // as if it stood still: timers ask as well, to whom nobody could throw
    }
  }
}
