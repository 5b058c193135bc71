/**
 * When a circuit breaker opens.
 *
 * @module
 */

import { requireNumber } from "./require_number.ts";

/** Which failures open a circuit; looked at whenever a call fails. */
export type TripRule =
  | ConsecutiveFailures
  | CountWindow
  | TimeWindow;

/** So many failures with no success between them. */
export interface ConsecutiveFailures {
  /** The rule's name. */
  readonly kind: "consecutive";
  /** How many; an integer of at least 1. */
  readonly failures: number;
}

/** A share of the last calls. */
export interface CountWindow {
  /** The rule's name. */
  readonly kind: "count";
  /** How many of the last calls are looked at; an integer from 1 to 1,000,000. A byte is kept for each. */
  readonly calls: number;
  /** The share that must have failed, above 0 and at most 1. */
  readonly failureRatio: number;
  /** With fewer calls than this nothing opens; an integer of at least 1, at most `calls`. Default `calls`. */
  readonly minimumCalls?: number;
}

/** A share of the calls that ended within the last while. */
export interface TimeWindow {
  /** The rule's name. */
  readonly kind: "time";
  /**
   * How long they are looked at, in milliseconds; above 0. They leave in tenths: after `windowMs` at most, nine tenths of it at
   * least.
   */
  readonly windowMs: number;
  /** The share that must have failed, above 0 and at most 1. */
  readonly failureRatio: number;
  /** With fewer calls than this within the window nothing opens; an integer of at least 1. Default 10. */
  readonly minimumCalls?: number;
}

/** The outcomes that a rule looks at. Every method is O(1). */
export interface OutcomeWindow {
  /** A call has succeeded. */
  succeeded(): void;
  /** A call has failed: whether that opens the circuit. */
  failed(): boolean;
  /** Forgets everything. */
  clear(): void;
}

const MOST_CALLS = 1_000_000;
const SLICES = 10;

/**
 * Makes the window that a rule needs.
 *
 * @param now Tells milliseconds, and never goes back.
 * @throws {RangeError} If a number is out of range.
 * @throws {TypeError} If there is no such rule.
 */
export function outcomeWindow(rule: TripRule, now: () => number): OutcomeWindow {
  switch (rule.kind) {
    case "consecutive":
      return new FailureRow(requireNumber("trip.failures", rule.failures, "count"));
    case "count": {
      const { calls, failureRatio, minimumCalls = calls } = rule;
      requireNumber("trip.calls", calls, "count");
      requireNumber("trip.minimumCalls", minimumCalls, "count");
      if (calls > MOST_CALLS || minimumCalls > calls) {
        throw new RangeError(
          `Cannot use trip.calls ${calls} with trip.minimumCalls ${minimumCalls}: wanted minimumCalls <= calls <= ${MOST_CALLS}`,
        );
      }
      return new LastCalls(calls, requireNumber("trip.failureRatio", failureRatio, "ratio"), minimumCalls);
    }
    case "time": {
      const { windowMs, failureRatio, minimumCalls = 10 } = rule;
      requireNumber("trip.windowMs", windowMs, "duration");
      requireNumber("trip.failureRatio", failureRatio, "ratio");
      return new LastWhile(now, windowMs, failureRatio, requireNumber("trip.minimumCalls", minimumCalls, "count"));
    }
    default:
      throw new TypeError(`Cannot use trip: wanted kind consecutive, count or time, found ${JSON.stringify(rule)}`);
  }
}

/** A quotient is rounded as the ratio was when it was written; a product is not: 100 * 0.55 is more than 55. */
function isReached(failures: number, calls: number, failureRatio: number): boolean {
  return failures / calls >= failureRatio;
}

class FailureRow implements OutcomeWindow {
  readonly #most: number;
  #failures = 0;

  constructor(most: number) {
    this.#most = most;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  failed(): boolean {
    return ++this.#failures >= this.#most;
  }

  clear(): void {
    this.#failures = 0;
  }
}

/** A ring of outcomes: 1 for a failure. */
class LastCalls implements OutcomeWindow {
  readonly #outcomes: Uint8Array;
  readonly #failureRatio: number;
  readonly #minimumCalls: number;
  #next = 0;
  #calls = 0;
  #failures = 0;

  constructor(calls: number, failureRatio: number, minimumCalls: number) {
    this.#outcomes = new Uint8Array(calls);
    this.#failureRatio = failureRatio;
    this.#minimumCalls = minimumCalls;
  }

  succeeded(): void {
    this.#add(0);
  }

  failed(): boolean {
    this.#add(1);
    return this.#calls >= this.#minimumCalls && isReached(this.#failures, this.#calls, this.#failureRatio);
  }

  clear(): void {
    this.#next = this.#calls = this.#failures = 0;
  }

  #add(failure: number): void {
    const outcomes = this.#outcomes;
    if (this.#calls === outcomes.length) this.#failures -= outcomes[this.#next]!;
    else this.#calls++;
    outcomes[this.#next] = failure;
    this.#failures += failure;
    this.#next = this.#next + 1 === outcomes.length ? 0 : this.#next + 1;
  }
}

/** A ring of slices of time, with what ended in each; the sums are kept, so that asking is as cheap as adding. */
class LastWhile implements OutcomeWindow {
  readonly #now: () => number;
  readonly #sliceMs: number;
  readonly #failureRatio: number;
  readonly #minimumCalls: number;
  readonly #calls = new Array<number>(SLICES).fill(0);
  readonly #failures = new Array<number>(SLICES).fill(0);
  #slice = 0;
  #allCalls = 0;
  #allFailures = 0;

  constructor(now: () => number, windowMs: number, failureRatio: number, minimumCalls: number) {
    this.#now = now;
    this.#sliceMs = windowMs / SLICES;
    this.#failureRatio = failureRatio;
    this.#minimumCalls = minimumCalls;
  }

  succeeded(): void {
    this.#calls[this.#turn()]!++;
    this.#allCalls++;
  }

  failed(): boolean {
    const at = this.#turn();
    this.#calls[at]!++;
    this.#failures[at]!++;
    this.#allFailures++;
    return ++this.#allCalls >= this.#minimumCalls && isReached(this.#allFailures, this.#allCalls, this.#failureRatio);
  }

  clear(): void {
    this.#calls.fill(0);
    this.#failures.fill(0);
    this.#allCalls = this.#allFailures = 0;
  }

  /** Forgets the slices that have become too old; answers the place of the present one. */
  #turn(): number {
    const slice = Math.floor(this.#now() / this.#sliceMs);
    for (let left = Math.min(slice - this.#slice, SLICES), at = slice; left > 0; left--, at--) {
      const old = at % SLICES;
      this.#allCalls -= this.#calls[old]!;
      this.#allFailures -= this.#failures[old]!;
      this.#calls[old] = this.#failures[old] = 0;
    }
    this.#slice = slice;
    return slice % SLICES;
  }
}
