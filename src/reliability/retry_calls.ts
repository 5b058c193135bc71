/**
 * Tries again what failed.
 *
 * @module
 */

import { AttemptContext, begin, type CallContext } from "./call_context.ts";
import { pause } from "./pause.ts";
import type { ExecuteOptions, Policy, PolicyFunction } from "./policy.ts";
import {
  backoffDelayMs,
  decorrelatedDelayMs,
  retryAfterMsOf,
  type RetryOptions,
  type RetryPolicy,
  retryPolicy,
} from "./retry.ts";
import type { RetryBudget } from "./retry_budget.ts";
import { tellListener } from "./tell_listener.ts";

/**
 * How waits follow each other: each `base` times the one before, all `initialDelayMs`, or each at random between
 * `initialDelayMs` and three times the one before (which spreads best; `base` and `jitter` have no part in it).
 */
export type BackoffKind = "exponential" | "constant" | "decorrelated";

/** How one kind of error is retried; what is left out is as for all others. */
export interface RetryRule extends Partial<RetryOptions> {
  /** Whether an error is of this kind. */
  readonly matches: (error: unknown) => boolean;
  /** How its waits follow each other. */
  readonly backoff?: BackoffKind;
}

/** How calls are retried. */
export interface RetryCallOptions extends RetryOptions {
  /** How waits follow each other. Default `"exponential"`. */
  readonly backoff?: BackoffKind;
  /**
   * Kinds of errors that are treated otherwise: the first rule that matches. Each kind has its own count of retries and its own
   * row of waits, and `maxRetries: 0` says that an error of this kind is not retried.
   */
  readonly rules?: readonly RetryRule[];
  /** Where each retry must be had from; share it among all that call the same server. By default there is no limit. */
  readonly budget?: RetryBudget;
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
 * Nothing is retried after the caller's signal is aborted; a wait is cut short by it, and then rejects with its reason. An
 * error that says how long to wait, by a number `retryAfterMs` (as {@linkcode CircuitOpenError} and many HTTP clients do), is
 * waited for at least as long; if that is above `maxDelayMs`, it is not retried at all, because any try before would be in
 * vain. Keeps no state besides its budget.
 *
 * @throws {RangeError} If an option is out of range.
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

interface Rule {
  readonly matches: (error: unknown) => boolean;
  readonly policy: RetryPolicy;
  readonly decorrelated: boolean;
}

class Retry implements Policy {
  readonly #rules: readonly Rule[];
  readonly #budget: RetryBudget | undefined;
  readonly #onRetry: ((retry: RetryNotice) => void) | undefined;
  readonly #random: () => number;

  constructor(options: RetryCallOptions) {
    const { rules = [], budget, onRetry, random = Math.random } = options;
    this.#rules = [...rules, { matches: () => true }].map((rule) => compile(options, rule));
    this.#budget = budget;
    this.#onRetry = onRetry;
    this.#random = random;
  }

  async execute<Result>(fn: PolicyFunction<Result>, options?: ExecuteOptions): Promise<Result> {
    const call = begin(options);
    let context = call.attempt === 1 ? call : new AttemptContext(1, call);
    let failures: Failures | undefined;
    for (;;) {
      try {
        const result = await fn(context);
        this.#budget?.succeeded();
        return result;
      } catch (error) {
        failures ??= new Failures(this.#rules.length);
        const delayMs = this.#delayMs(call, failures, error);
        if (delayMs === undefined) throw error;
        if (this.#onRetry !== undefined) tellListener(this.#onRetry, { attempt: context.attempt, delayMs, error });
        await pause(delayMs, call.source);
      }
      context = new AttemptContext(context.attempt + 1, call);
    }
  }

  /** How long to wait before the next try; `undefined` if there is none. */
  #delayMs(call: CallContext, failures: Failures, error: unknown): number | undefined {
    if (call.aborted) return undefined;
    const kind = this.#rules.findIndex(({ matches }) => matches(error));
    const { policy, decorrelated } = this.#rules[kind]!;
    const wantedMs = retryAfterMsOf(error);
    const retries = failures.retries[kind]! + 1;
    if (retries > policy.maxRetries || wantedMs > policy.maxDelayMs) return undefined;
    if (this.#budget?.tryTake() === false) return undefined;
    const delayMs = decorrelated
      ? decorrelatedDelayMs(policy, failures.delaysMs[kind]!, this.#random)
      : backoffDelayMs(policy, retries, this.#random);
    failures.retries[kind] = retries;
    failures.delaysMs[kind] = delayMs;
    return Math.max(delayMs, wantedMs);
  }
}

/** What has gone wrong in one call, by the number of the rule. */
class Failures {
  readonly retries: number[];
  readonly delaysMs: number[];

  constructor(rules: number) {
    this.retries = new Array<number>(rules).fill(0);
    this.delaysMs = new Array<number>(rules).fill(0);
  }
}

const BACKOFFS: readonly BackoffKind[] = ["exponential", "constant", "decorrelated"];

function compile(common: RetryCallOptions, rule: RetryRule): Rule {
  const { matches, backoff = "exponential", ...rest } = { ...common, ...rule };
  if (typeof matches !== "function") {
    throw new TypeError(`Cannot use matches of a retry rule: wanted a function, found ${typeof matches}`);
  }
  if (!BACKOFFS.includes(backoff)) {
    throw new RangeError(`Cannot use retry.backoff: wanted ${BACKOFFS.join(", ")}, found ${JSON.stringify(backoff)}`);
  }
  const policy = retryPolicy(backoff === "constant" ? { ...rest, base: 1 } : rest);
  return { matches, policy, decorrelated: backoff === "decorrelated" };
}
