/**
 * What keeps retries from multiplying an outage.
 *
 * @module
 */

import { requireNumber } from "./require_number.ts";
import { requireOptions } from "../coordination/require_options.ts";

/** More than a product with 1,000 can be off by: 0.029 * 1000 is below 29. */
const ROUNDING = 1e-9;

/** How many retries there may be. */
export interface RetryBudgetOptions {
  /**
   * Retries that may be had before anything has succeeded, and the most that are saved up; an integer of at least 1. Default
   * 10.
   */
  readonly reserve?: number;
  /** Retries earned by each call that succeeds, from 0.001 to 1; what is beyond the thousandth is cut off. Default 0.1. */
  readonly retriesPerSuccess?: number;
}

/**
 * Retries that are earned by success: each one takes a token, each call that succeeds brings some back.
 *
 * However many calls fail, there are never more retries than `reserve + retriesPerSuccess * successes`, over any time. So a
 * server that answers nobody is asked `reserve` times more than it would be without retries, and then no more; one that fails
 * now and then is retried as if there were no budget. gRPC and Finagle throttle their retries by the same token.
 *
 * Share one among all that call the same server. A success counts once for each policy that has the budget: a retry around a hedge
 * earns twice for one answer, so give the hedge a budget of its own where that is too much. Both operations are O(1) and allocate nothing; there is no clock in it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { RetryBudget } from "./retry_budget.ts";
 *
 * const budget = new RetryBudget({ reserve: 2, retriesPerSuccess: 0.5 });
 * assertEquals([budget.tryTake(), budget.tryTake(), budget.tryTake()], [true, true, false]);
 * budget.succeeded();
 * budget.succeeded();
 * assertEquals([budget.tryTake(), budget.tryTake()], [true, false]);
 * ```
 */
export class RetryBudget {
  /** How many retries it has refused. */
  refused = 0;
  /** In thousandths of a retry: sums of fractions would drift. */
  readonly #most: number;
  readonly #earned: number;
  #tokens: number;

  /**
   * Starts with the whole reserve.
   *
   * @throws {RangeError} If an option is out of range.
   */
  constructor(options: RetryBudgetOptions = {}) {
    const { reserve = 10, retriesPerSuccess = 0.1 } = requireOptions("make a retry budget", options);
    this.#most = requireNumber("budget.reserve", reserve, "count") * 1000;
    requireNumber("budget.retriesPerSuccess", retriesPerSuccess, "ratio");
    this.#earned = Math.floor(retriesPerSuccess * 1000 + ROUNDING);
    if (this.#earned === 0) {
      throw new RangeError(
        `Cannot use budget.retriesPerSuccess: wanted a number from 0.001 to 1, found ${retriesPerSuccess}`,
      );
    }
    this.#tokens = this.#most;
  }

  /** How many retries could be had now; a fraction is on its way to the next. */
  get available(): number {
    return this.#tokens / 1000;
  }

  /** Takes a retry; `false` if none is left. */
  tryTake(): boolean {
    if (this.#tokens < 1000) {
      this.refused++;
      return false;
    }
    this.#tokens -= 1000;
    return true;
  }

  /** A call has succeeded, at whichever try. */
  succeeded(): void {
    const tokens = this.#tokens + this.#earned;
    this.#tokens = tokens < this.#most ? tokens : this.#most;
  }
}
