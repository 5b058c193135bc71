/**
 * Times for people.
 *
 * @module
 */

/** More than that, and the wall clock was set. */
const MOST_DRIFT_MS = 1_000;

/**
 * Turns times of a steady clock into times since 1970, the same one whenever it is asked, until the wall clock is set by more than a
 * second: then all times move with it, so that what is shown is never later than now.
 */
export class WallClock {
  readonly #now: () => number;
  readonly #steadyMs: () => number;
  #offsetMs = NaN;

  /** Both clocks tell milliseconds; `now` since 1970. */
  constructor(now: () => number, steadyMs: () => number) {
    this.#now = now;
    this.#steadyMs = steadyMs;
  }

  /** A time of the steady clock, in whole milliseconds since 1970. */
  at(steadyMs: number): number {
    const offsetMs = this.#now() - this.#steadyMs();
    if (!(Math.abs(offsetMs - this.#offsetMs) <= MOST_DRIFT_MS)) this.#offsetMs = offsetMs;
    return Math.floor(this.#offsetMs + steadyMs);
  }
}
