/**
 * The time for which a lease runs.
 *
 * @module
 */

import { PuffinError } from "../errors.ts";
import { type Timer, timers, type TimerTask } from "../reliability/timer_wheel.ts";
import type { SteadyClock } from "./steady_clock.ts";

/** The reason of a lease's signal: its time to live has ended, and somebody else may hold the lock. */
export class LeaseExpiredError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "lease_expired";
  /** The token of the lease that has ended. */
  readonly fencingToken: number;

  /** Words the message: `what` was held under `fencingToken`. */
  constructor(what: string, fencingToken: number) {
    super(
      `Cannot go on with ${what} under fencing token ${fencingToken}: its time to live has ended; ` +
        "renew() it in time, or acquire it with a longer ttlMs",
    );
    this.fencingToken = fencingToken;
  }
}

/** What a term is part of. */
export interface TermKeeper {
  /** Tells milliseconds that are numbers and never go back. */
  readonly clock: SteadyClock;
  /** What errors call the lock. */
  readonly what: string;
  /** Whether somebody waits for the end of the term, so that the process must live to see it. */
  readonly isAwaited: boolean;
  /** The time to live has ended. */
  expired(): void;
}

/**
 * A term that runs until its time to live ends: on the timer wheel, or when somebody looks at the clock and it is past,
 * because the event loop was too busy for the timer.
 */
export class LeaseTerm implements TimerTask {
  /** How many guards are out. */
  guards = 0;
  ended = false;
  #endsAtMs = 0;
  #timer: Timer | undefined = undefined;
  #isAwaited = false;
  #expired = false;
  #abort: AbortController | undefined = undefined;
  readonly #keeper: TermKeeper;

  /** A term that does not run yet. */
  constructor(
    keeper: TermKeeper,
    readonly fencingToken: number,
    readonly owner: string | undefined,
    readonly sinceMs: number,
  ) {
    this.#keeper = keeper;
  }

  /** What is left, in milliseconds; 0 once it has ended. */
  get leftMs(): number {
    return this.ended ? 0 : Math.max(0, this.#endsAtMs - this.#keeper.clock.now());
  }

  /** Aborted when the time to live ends; made when it is asked for. */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#expired) this.#abort.abort(this.#reason());
    }
    return this.#abort.signal;
  }

  /** Lets it run for so many milliseconds from now. */
  run(ttlMs: number): void {
    this.#endsAtMs = this.#keeper.clock.now() + ttlMs;
    this.#schedule(ttlMs);
  }

  /** Somebody waits for the end of it: from now on the timer keeps the process alive. */
  await(): void {
    if (!this.#isAwaited) this.#schedule(this.leftMs);
  }

  /** Ends it before its time. */
  end(): void {
    this.ended = true;
    if (this.#timer !== undefined) timers.cancel(this.#timer);
    this.#timer = undefined;
  }

  /** Ends it if its time is past. */
  look(): void {
    if (!this.ended && this.leftMs === 0) this.#expire();
  }

  /** Called by the timer wheel. */
  fire(): void {
    this.#timer = undefined;
    this.look();
    if (!this.ended) this.#schedule(this.leftMs); // the clock goes slower than the wheel
  }

  #schedule(delayMs: number): void {
    if (this.#timer !== undefined) timers.cancel(this.#timer);
    this.#isAwaited = this.#keeper.isAwaited;
    this.#timer = this.#isAwaited ? timers.schedule(delayMs, this) : timers.scheduleInBackground(delayMs, this);
  }

  #expire(): void {
    this.end();
    this.#expired = true;
    this.#keeper.expired();
    this.#abort?.abort(this.#reason());
  }

  #reason(): LeaseExpiredError {
    return new LeaseExpiredError(this.#keeper.what, this.fencingToken);
  }
}
