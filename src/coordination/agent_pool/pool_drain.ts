/**
 * The end of a pool, and those who wait for it.
 *
 * @module
 */

import { EarliestDeadline } from "../earliest_deadline.ts";
import { Accounts } from "../primitive.ts";
import { NORMAL_LEVEL } from "../priority.ts";
import type { WaitOptions } from "../waiter.ts";
import { type WaitedFor, WaitingPlace } from "../waiting_place.ts";
import { DrainDeadlineError } from "./pool_error.ts";

/** Waits for the end of a pool, and sets it one if need be. */
export class PoolDrain<Report> {
  readonly #place: WaitingPlace<Report, undefined>;
  readonly #deadline: EarliestDeadline;

  /** `expire` is called at the deadline; `state` tells how the pool stands. */
  constructor(called: string, state: WaitedFor["state"], expire: (reason: DrainDeadlineError) => void) {
    this.#place = new WaitingPlace({ what: `the end of ${called}`, state }, new Accounts(undefined));
    this.#deadline = new EarliestDeadline((deadlineMs) => expire(new DrainDeadlineError(called, deadlineMs)));
  }

  /** Waits for {@linkcode end}; the options have been checked. */
  wait(options: WaitOptions): Promise<Report> {
    return this.#place.wait(undefined, { level: NORMAL_LEVEL, owner: undefined }, options);
  }

  /** Sets a deadline, unless there is an earlier one. */
  expireAfter(deadlineMs: number): void {
    this.#deadline.set(deadlineMs);
  }

  /** Tells all who wait; a second time it tells those who have come since. */
  end(report: () => Report): void {
    this.#deadline.cancel();
    while (this.#place.size > 0) this.#place.grantFirst(report());
  }
}
