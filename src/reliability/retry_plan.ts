/**
 * Whether what has failed is tried again, and when: the same for calls, states and items of work.
 *
 * @module
 */

import {
  backoffDelayMs,
  type BackoffOptions,
  decorrelatedDelayMs,
  retryAfterMsOf,
  type RetryPolicy,
  retryPolicy,
} from "./retry.ts";
import { RetryBudget, type RetryBudgetOptions } from "./retry_budget.ts";
import { tellListener } from "./tell_listener.ts";
import { requireOptions } from "../coordination/require_options.ts";

/**
 * How waits follow each other: each `base` times the one before, all `initialDelayMs`, or each at random between
 * `initialDelayMs` and three times the one before (which spreads best; `base` and `jitter` have no part in it).
 */
export type BackoffKind = "exponential" | "constant" | "decorrelated";

/** How one kind of error is retried; what is left out is as for all others. */
export interface RetryRule extends Partial<BackoffOptions> {
  /** Whether an error is of this kind. If it throws, the error is not, and what it throws is thrown as from an event listener. */
  readonly matches: (error: unknown) => boolean;
  /** How its waits follow each other. */
  readonly backoff?: BackoffKind;
}

/**
 * How what fails is tried again: the option of {@linkcode retry}, of a state and of a work processor.
 *
 * An error that says how long to wait, by a number `retryAfterMs` (as {@linkcode CircuitOpenError} and many HTTP clients do), is
 * waited for at least as long; if that is above `maxDelayMs`, it is not retried at all, because any try before would be in
 * vain.
 */
export interface RetryOptions extends BackoffOptions {
  /** How waits follow each other. Default `"exponential"`. */
  readonly backoff?: BackoffKind;
  /**
   * Kinds of errors that are treated otherwise: the first rule that matches. Each kind has its own count of retries and its own
   * row of waits, and `maxRetries: 0` says that an error of this kind is not retried.
   */
  readonly rules?: readonly RetryRule[];
  /**
   * Where each retry must be had from, or how one is made that nobody else has; share it among all that call the same server.
   * By default there is no limit.
   */
  readonly budget?: RetryBudget | RetryBudgetOptions;
}

interface Kind {
  readonly matches: (error: unknown) => boolean;
  readonly policy: RetryPolicy;
  readonly isDecorrelated: boolean;
}

/** What has been retried so far, by the number of the kind. */
export class RetryHistory {
  readonly retries: number[] = [];
  readonly delaysMs: number[] = [];
}

/** Retry options that were checked. It keeps no state besides its budget. */
export class RetryPlan {
  /** How many retries can follow a first try at most: those of all kinds together. */
  readonly maxRetries: number;
  readonly #kinds: readonly Kind[];
  readonly #budget: RetryBudget | undefined;

  /**
   * Checks the options and applies the defaults.
   *
   * @throws {RangeError} If a number is out of range, or a backoff unknown.
   * @throws {TypeError} If rules, what they match with, or a budget is none.
   */
  constructor(options: RetryOptions) {
    const { rules = [], budget } = requireOptions("retry", options, "pass at least { maxRetries }");
    if (!Array.isArray(rules)) throw notA("retry.rules", "an array of rules", rules);
    this.#kinds = [...rules, { matches: () => true }].map((rule) => compile(options, rule));
    this.#budget = budget === undefined ? undefined : budgetOf(budget);
    this.maxRetries = this.#kinds.reduce((sum, { policy }) => sum + policy.maxRetries, 0);
  }

  /**
   * How long to wait before the next try, which the history knows from then on; `undefined` if there is none.
   *
   * @param random Gives numbers in [0, 1), like `Math.random`.
   * @throws {RangeError} If it gives another.
   */
  next(history: RetryHistory, error: unknown, random: () => number): number | undefined {
    const index = this.#indexOf(error), kind = this.#kinds[index]!, wantedMs = retryAfterMsOf(error);
    const retry = (history.retries[index] ?? 0) + 1;
    if (retry > kind.policy.maxRetries || wantedMs > kind.policy.maxDelayMs) return undefined;
    if (this.#budget?.tryTake() === false) return undefined;
    const delayMs = delayOf(kind, retry, { previousMs: history.delaysMs[index] ?? 0, random });
    history.retries[index] = retry;
    history.delaysMs[index] = delayMs;
    return Math.max(delayMs, wantedMs);
  }

  /** How long to wait before those that failed together are tried one by one, which is a retry of none of them. */
  delayBeforeSplit(error: unknown, random: () => number): number {
    const kind = this.#kinds[this.#indexOf(error)]!;
    const wantedMs = Math.min(retryAfterMsOf(error), kind.policy.maxDelayMs);
    return Math.max(delayOf(kind, 1, { previousMs: 0, random }), wantedMs);
  }

  /** A call has succeeded, at whichever try. */
  succeeded(): void {
    this.#budget?.succeeded();
  }

  /** The last kind matches everything. */
  #indexOf(error: unknown): number {
    const last = this.#kinds.length - 1;
    for (let index = 0; index < last; index++) {
      let isOfKind = false;
      tellListener((thrown) => isOfKind = this.#kinds[index]!.matches(thrown), error);
      if (isOfKind) return index;
    }
    return last;
  }
}

interface Drawing {
  readonly previousMs: number;
  readonly random: () => number;
}

function delayOf({ policy, isDecorrelated }: Kind, retry: number, { previousMs, random }: Drawing): number {
  return isDecorrelated ? decorrelatedDelayMs(policy, previousMs, random) : backoffDelayMs(policy, retry, random);
}

const BACKOFFS: readonly BackoffKind[] = ["exponential", "constant", "decorrelated"];

function compile(common: RetryOptions, rule: RetryRule): Kind {
  const { matches, backoff = "exponential", ...rest } = { ...common, ...rule };
  if (typeof matches !== "function") throw notA("matches of a retry rule", "a function", matches);
  if (!BACKOFFS.includes(backoff)) {
    throw new RangeError(`Cannot use retry.backoff: wanted ${BACKOFFS.join(", ")}, found ${JSON.stringify(backoff)}`);
  }
  const policy = retryPolicy(backoff === "constant" ? { ...rest, base: 1 } : rest);
  return { matches, policy, isDecorrelated: backoff === "decorrelated" };
}

function budgetOf(budget: RetryBudget | RetryBudgetOptions): RetryBudget {
  if (budget instanceof RetryBudget) return budget;
  if (typeof budget === "object" && budget !== null) return new RetryBudget(budget);
  throw notA("retry.budget", "a RetryBudget or its options", budget);
}

function notA(name: string, wanted: string, found: unknown): TypeError {
  return new TypeError(`Cannot use ${name}: wanted ${wanted}, found ${found === null ? "null" : typeof found}`);
}
