/**
 * Those whom one account of the quotas stops.
 *
 * @module
 */

import { WaitLine } from "../coordination/wait_line.ts";
import { type Timer, timers, type TimerTask } from "../reliability/timer_wheel.ts";
import type { PoolWaiter } from "./pool_waiter.ts";
import { describeRefusal, type QuotaAccountName, type QuotaRefusal } from "./quotas/mod.ts";

/** The shortest time after which a quota is asked again, in milliseconds. */
const LEAST_RETRY_MS = 1;

/** A line in the order in which they first came, and the time at which its first may try again. */
export class ParkedLine<Kinds extends string> implements TimerTask {
  /** The account. */
  readonly account: QuotaAccountName;
  /** Whoever stands in it. */
  readonly waiters = new WaitLine<PoolWaiter<Kinds>>();
  /** Those who went back to the pool's queue, and have got nothing yet. */
  readonly back = new Set<PoolWaiter<Kinds>>();
  #refusal: QuotaRefusal;
  #timer: Timer | undefined = undefined;
  readonly #wake: (line: ParkedLine<Kinds>) => void;

  /** Makes an empty line; `wake` is called when it is time to try again. */
  constructor(refusal: QuotaRefusal, wake: (line: ParkedLine<Kinds>) => void) {
    this.account = refusal;
    this.#refusal = refusal;
    this.#wake = wake;
  }

  /** Why its first has to wait. */
  get refusal(): QuotaRefusal {
    return this.#refusal;
  }

  /** The same for people. */
  get reason(): string {
    return describeRefusal(this.#refusal);
  }

  /** Puts a waiter in its place. */
  join(waiter: PoolWaiter<Kinds>): void {
    let ahead = this.waiters.last;
    while (ahead !== undefined && ahead.number > waiter.number) ahead = ahead.previous;
    this.waiters.insertAfter(ahead, waiter);
  }

  /** Notes why the first has to wait, and tries again when the refusal says so. */
  tryLater(refusal: QuotaRefusal): void {
    this.stopTimer();
    this.#refusal = refusal;
    const { retryAfterMs } = refusal;
    if (retryAfterMs !== null) this.#timer = timers.schedule(Math.max(retryAfterMs, LEAST_RETRY_MS), this);
  }

  /** Does not try again by itself. */
  stopTimer(): void {
    if (this.#timer !== undefined) timers.cancel(this.#timer);
    this.#timer = undefined;
  }

  /** Called by the timer. */
  fire(): void {
    this.#timer = undefined;
    this.#wake(this);
  }
}
