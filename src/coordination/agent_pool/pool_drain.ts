/**
 * The end of a pool, and those who wait for it.
 *
 * @module
 */

import { EarliestDeadline } from "../earliest_deadline.ts";
import { Accounts } from "../primitive.ts";
import { hostOf, TurnLine } from "../turn_line.ts";
import type { WaitOptions } from "../waiter.ts";
import { DrainDeadlineError } from "./pool_error.ts";

/** Waits for the end of a pool, and sets it one if need be. */
export class PoolDrain<Report> {
  readonly #line: TurnLine<Report, void>;
  readonly #deadline: EarliestDeadline;

  /** `expire` is called at the deadline; `state` tells how the pool stands. */
  constructor(called: string, state: () => string, expire: (reason: DrainDeadlineError) => void) {
    this.#line = new TurnLine(new Accounts(undefined), hostOf(`the end of ${called}`, state));
    this.#deadline = new EarliestDeadline((deadlineMs) => expire(new DrainDeadlineError(called, deadlineMs)));
  }

  /** Waits for {@linkcode end}; the options have been checked. */
  wait(options: WaitOptions): Promise<Report> {
    return this.#line.joinLast(undefined, options);
  }

  /** Sets a deadline, unless there is an earlier one. */
  expireAfter(deadlineMs: number): void {
    this.#deadline.set(deadlineMs);
  }

  /** Tells all who wait; a second time it tells those who have come since. */
  end(report: () => Report): void {
    this.#deadline.cancel();
    const line = this.#line;
    for (let first = line.firstToServe; first !== undefined; first = line.firstToServe) line.serve(first, report());
  }
}
