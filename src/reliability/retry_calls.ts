/**
 * Tries again what failed.
 *
 * @module
 */

import { AttemptContext, begin } from "./call_context.ts";
import { pause } from "./pause.ts";
import type { ExecuteOptions, Policy, PolicyFunction } from "./policy.ts";
import { RetryHistory, type RetryOptions, RetryPlan } from "./retry_plan.ts";
import { tellListener } from "./tell_listener.ts";

/** How calls are retried. */
export interface RetryCallOptions extends RetryOptions {
  /** Told before each wait. What it throws changes nothing here, and is thrown as from an event listener. */
  readonly onRetry?: (retry: RetryNotice) => void;
  /** Gives numbers in [0, 1). Default `Math.random`. */
  readonly random?: () => number;
}

/** A try has failed, and another will follow. */
export interface RetryNotice {
  /** Which try has failed, from 1. */
  readonly attempt: number;
  /** How long until the next, in milliseconds. */
  readonly delayMs: number;
  /** What it failed with. */
  readonly error: unknown;
}

/**
 * A policy that tries again what failed; in the end it rejects with the last error, as it is.
 *
 * Nothing is retried after the caller's signal is aborted; a wait is cut short by it, and then rejects with its reason. Keeps
 * no state besides its budget.
 *
 * @throws {RangeError} If an option is out of range.
 * @throws {TypeError} If rules, what they match with, or a budget is none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { retry, RetryBudget } from "./mod.ts";
 *
 * const patient = retry({
 *   maxRetries: 3,
 *   initialDelayMs: 1,
 *   budget: new RetryBudget(),
 *   rules: [{ matches: (error) => error instanceof SyntaxError, maxRetries: 0 }],
 * });
 * const answer = await patient.execute(({ attempt }) => {
 *   if (attempt < 3) throw new Error("try again");
 *   return `at try ${attempt}`;
 * });
 * assertEquals(answer, "at try 3");
 * ```
 */
export function retry(options: RetryCallOptions): Policy {
  return new Retry(options);
}

class Retry implements Policy {
  readonly #plan: RetryPlan;
  readonly #onRetry: ((retry: RetryNotice) => void) | undefined;
  readonly #random: () => number;

  constructor(options: RetryCallOptions) {
    this.#plan = new RetryPlan(options);
    const { onRetry, random = Math.random } = options;
    this.#onRetry = onRetry;
    this.#random = random;
  }

  async execute<Result>(fn: PolicyFunction<Result>, options?: ExecuteOptions): Promise<Result> {
    const call = begin(fn, options);
    let context = call.attempt === 1 ? call : new AttemptContext(1, call);
    let history: RetryHistory | undefined;
    for (;;) {
      try {
        const result = await fn(context);
        this.#plan.succeeded();
        return result;
      } catch (error) {
        const delayMs = call.aborted ? undefined : this.#plan.next(history ??= new RetryHistory(), error, this.#random);
        if (delayMs === undefined) throw error;
        if (this.#onRetry !== undefined) tellListener(this.#onRetry, { attempt: context.attempt, delayMs, error });
        await pause(delayMs, call.source);
      }
      context = new AttemptContext(context.attempt + 1, call);
    }
  }
}
