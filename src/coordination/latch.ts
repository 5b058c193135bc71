/**
 * A gate that opens once, when enough has happened.
 *
 * @module
 */

import { Accounts, nameOf, type PrimitiveOptions, type PrimitiveSnapshot } from "./primitive.ts";
import { requireCount } from "./require_count.ts";
import { TurnLine } from "./turn_line.ts";
import { ownTurnOptions, type TurnOptions } from "./turn_options.ts";
import { WaitTimeoutError } from "./waiter.ts";
import { requireFunction } from "./require_function.ts";

/** How a latch stands. */
export interface LatchSnapshot extends PrimitiveSnapshot {
  /** What it is. */
  readonly type: "latch";
  /** How much is still to be counted down; 0 when it is open. */
  readonly count: number;
}

const OPEN: Promise<void> = Promise.resolve();

/**
 * Lets everybody through once it has been counted down to 0, and stays open from then on.
 *
 * `countDown` costs a subtraction, and O(waiters) the one time it opens; `wait` costs nothing that is asynchronous
 * once it is open. Whoever is more urgent goes on first.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Latch } from "./latch.ts";
 *
 * const ready = new Latch(2);
 * const log: string[] = [];
 * const start = ready.wait({ timeoutMs: 60_000 }).then(() => log.push("start"));
 * await Promise.all(["a", "b"].map((name) => ready.withCountDown(() => log.push(name))));
 * await start;
 * assertEquals(log, ["a", "b", "start"]);
 * ```
 */
export class Latch {
  readonly #name: string | undefined;
  readonly #accounts: Accounts;
  readonly #line: TurnLine<void, void>;
  #count: number;

  /**
   * Makes a latch.
   *
   * @param count How much is to be counted down: an integer, at least 0; with 0 it is open.
   * @throws {RangeError} If it is none.
   */
  constructor(count: number, options?: PrimitiveOptions) {
    requireCount("make a latch with count", count, {
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
      advice: "give it the number of events to wait for",
    });
    this.#count = count;
    this.#name = options?.name;
    this.#accounts = new Accounts(options);
    this.#line = new TurnLine(this.#accounts, {
      timeoutError: (_, timeoutMs) =>
        new WaitTimeoutError(nameOf("latch", this.#name), timeoutMs, `${this.#count} of its count are left`, {
          action: "pass",
          remedy: "find out who does not count down",
        }),
    });
  }

  /** What people call it. */
  get name(): string | undefined {
    return this.#name;
  }

  /** How much is still to be counted down. */
  get count(): number {
    return this.#count;
  }

  /**
   * Counts down, and lets everybody through at 0. Further counts change nothing: a latch opens once.
   *
   * @param n By how much: an integer, at least 1. Default 1.
   * @returns What is left.
   * @throws {RangeError} If `n` is none.
   */
  countDown(n = 1): number {
    requireCount(`count down ${nameOf("latch", this.#name)} by`, n, {
      min: 1,
      max: Number.MAX_SAFE_INTEGER,
      advice: "leave it out for 1",
    });
    if (this.#count > 0) {
      this.#count = Math.max(0, this.#count - n);
      if (this.#count === 0) this.#line.serveAll();
    }
    return this.#count;
  }

  /** Whether it is open. */
  tryWait(): boolean {
    if (this.#count > 0) return false;
    this.#accounts.grants++;
    return true;
  }

  /**
   * Waits until it is open.
   *
   * @throws {WaitTimeoutError} If it does not open within `timeoutMs`.
   * @throws {RangeError} If `timeoutMs` is out of range.
   * @throws {TypeError} If `priority` or `owner` is none.
   * @throws The signal's reason, once the signal is aborted, even if the latch is open.
   */
  wait(options?: TurnOptions): Promise<void> {
    try {
      const own = ownTurnOptions(options);
      return this.tryWait() ? OPEN : this.#line.join(undefined, own);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Calls `fn`, and counts down by 1 when it has returned, thrown or settled; answers what `fn` does. */
  async withCountDown<Result>(fn: () => Result | PromiseLike<Result>): Promise<Result> {
    requireFunction("call", fn);
    try {
      return await fn();
    } finally {
      this.countDown();
    }
  }

  /** How it stands; nobody ever holds it. */
  snapshot(): LatchSnapshot {
    return {
      type: "latch",
      name: this.#name,
      holders: [],
      waiters: this.#line.snapshots(() => 1),
      totals: this.#accounts.totals(),
      count: this.#count,
    };
  }
}
