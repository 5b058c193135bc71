/**
 * What rate limiters are tried with: real time, of which minutes are passed over.
 *
 * A limiter of ten calls a minute has to let ten through of eleven that come at once, and minutes later as many again. So each
 * attempt tells whether it keeps its limit, and none has to wait.
 *
 * @module
 */

/** How many calls come at once. */
export const CALLS = 11;

/** How many of them may be let through. */
export const LIMIT = CALLS - 1;

/** The rate. */
export const RATE = { limit: LIMIT, perMs: 60_000 } as const;

/** Long enough that nothing is left of the calls before, by whatever algorithm. */
export const PAUSE_MS = 2 * RATE.perMs;

/** The time in milliseconds: that of `performance`, and what was passed over. */
export class PassingTime {
  #passedMs = 0;

  /** Tells it. */
  readonly clock = (): number => performance.now() + this.#passedMs;

  /** Passes over so much. */
  pass(ms: number): void {
    this.#passedMs += ms;
  }
}

/** A limiter, and its time. */
export interface Timed<Limiter> {
  /** What lets calls through, or not. */
  readonly limiter: Limiter;
  /** What it goes by. */
  readonly time: PassingTime;
}

/** Makes a limiter with a clock of its own. */
export function timed<Limiter>(make: (clock: () => number) => Limiter): Timed<Limiter> {
  const time = new PassingTime();
  return { limiter: make(time.clock), time };
}
