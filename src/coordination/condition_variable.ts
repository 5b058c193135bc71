/**
 * Waiting, inside a lock, for what others change under the same lock.
 *
 * @module
 */

import { Mutex, type MutexGuard } from "./mutex.ts";
import { Accounts, nameOf, type PrimitiveOptions, type PrimitiveSnapshot } from "./primitive.ts";
import { requireCount } from "./require_count.ts";
import { TurnLine } from "./turn_line.ts";
import { ownTurnOptions, type TurnOptions } from "./turn_options.ts";
import { WaitTimeoutError } from "./waiter.ts";
import { foundValue } from "./found_value.ts";
import { requireFunction } from "./require_function.ts";

/** How a condition variable stands. */
export interface ConditionSnapshot extends PrimitiveSnapshot {
  /** What it is. */
  readonly type: "condition";
  /** How many have been notified, and wait for the mutex. */
  readonly notified: number;
}

/** How far somebody who waits has come. */
interface Wake {
  readonly options: TurnOptions | undefined;
  /** When its time is up, in milliseconds of `performance.now()`, whose clock timers follow. */
  readonly deadlineMs: number;
  readonly timeoutMs: number;
  notified: boolean;
  /** Whether somebody else must be notified instead if it gives up. */
  handsOn: boolean;
}

/**
 * Lets holders of a mutex wait until others, who hold it in between, have changed something.
 *
 * `wait` releases the mutex and joins the line in one step, so that no notification falls between. Whoever is
 * notified stands in the mutex's own line from that moment, and goes on when it holds the mutex. If it gives up
 * before, its notification goes to the next who waits: none is lost. A notification with nobody waiting is forgotten,
 * and others may hold the mutex between a notification and the moment it takes effect; so ask again what you waited
 * for, which `waitUntil` does. Whatever a wait rejects with, the caller does not hold the mutex. A `notify` costs
 * O(n).
 *
 * A mutex with `reentry: "allow"` must have been entered once: a wait releases one guard, and with another one out
 * nobody could come in to notify it. So it is refused.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ConditionVariable } from "./condition_variable.ts";
 * import { Mutex } from "./mutex.ts";
 *
 * const mutex = new Mutex(), changed = new ConditionVariable(mutex);
 * const stock: string[] = [];
 * const take = changed.withLockWhen(() => stock.length > 0, () => stock.pop(), { timeoutMs: 60_000 });
 * await mutex.withLock(() => {
 *   stock.push("apple");
 *   changed.notify();
 * });
 * assertEquals([await take, mutex.locked], ["apple", false]);
 * ```
 */
export class ConditionVariable {
  /** What must be held to wait. */
  readonly mutex: Mutex;
  readonly #name: string | undefined;
  readonly #accounts: Accounts;
  readonly #line: TurnLine<Promise<MutexGuard>, Wake>;
  #notified = 0;

  /**
   * Binds a condition to a mutex; several may be bound to one.
   *
   * @throws {TypeError} If `mutex` is none.
   */
  constructor(mutex: Mutex, options?: PrimitiveOptions) {
    if (!(mutex instanceof Mutex)) {
      throw new TypeError(
        `Cannot make a condition with mutex ${
          foundValue(mutex)
        }: expected a Mutex; give it the one that guards the state`,
      );
    }
    this.mutex = mutex;
    this.#name = options?.name;
    this.#accounts = new Accounts(options);
    this.#line = new TurnLine(this.#accounts, {
      timeoutError: ({ want }) => this.#timeoutError(want.timeoutMs, "it was not notified"),
    });
  }

  /** What people call it. */
  get name(): string | undefined {
    return this.#name;
  }

  /** How many wait to be notified. */
  get waiters(): number {
    return this.#line.size;
  }

  /**
   * Releases the mutex, waits to be notified, and takes the mutex again, as urgent as `options` say.
   *
   * @param guard What the caller holds; it is released, whatever else is wrong, if it is this mutex's.
   * @returns A new guard.
   * @throws {WaitTimeoutError} If it is not notified and given the mutex within `timeoutMs`.
   * @throws {RangeError} If `timeoutMs` is out of range.
   * @throws {TypeError} If `guard` is another mutex's or was released, or the mutex was entered more than once, or `priority` or
   * `owner` is none.
   * @throws The signal's reason, once the signal is aborted.
   */
  wait(guard: MutexGuard, options?: TurnOptions): Promise<MutexGuard> {
    try {
      const own = this.#enter(guard, options);
      return this.#wait(guard, own, deadline(own));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Waits until `predicate` answers true; it is called with the mutex held, at first and after each notification. It must
   * answer at once, true or false: a promise is refused, as any is truthy.
   *
   * @returns The guard that is held now: the caller's own, if the predicate was true at first.
   * @throws What {@linkcode wait} or `predicate` throws; `timeoutMs` counts from the call, however often it is notified.
   */
  async waitUntil(guard: MutexGuard, predicate: () => boolean, options?: TurnOptions): Promise<MutexGuard> {
    const own = this.#enter(guard, options), deadlineMs = deadline(own);
    let held = guard;
    try {
      while (!this.#isTrue(predicate)) held = await this.#wait(held, own, deadlineMs);
    } catch (error) {
      held.release();
      throw error;
    }
    return held;
  }

  /**
   * Takes the mutex if it is free and `predicate`, called with the mutex held, answers true; `undefined` means "not
   * now".
   *
   * @throws {TypeError} If `predicate` answers neither true nor false.
   * @throws What `predicate` throws.
   */
  tryLockWhen(predicate: () => boolean): MutexGuard | undefined {
    const guard = this.mutex.tryAcquire();
    if (guard === undefined) return undefined;
    let isTrue = false;
    try {
      isTrue = this.#isTrue(predicate);
    } finally {
      if (!isTrue) guard.release();
    }
    return isTrue ? guard : undefined;
  }

  /**
   * Takes the mutex when `predicate` answers true.
   *
   * @throws What {@linkcode waitUntil} throws; `timeoutMs` counts for both.
   */
  async lockWhen(predicate: () => boolean, options?: TurnOptions): Promise<MutexGuard> {
    const own = ownTurnOptions(options), deadlineMs = deadline(own);
    const guard = await this.mutex.acquire(own);
    return await this.waitUntil(guard, predicate, remaining(own, deadlineMs));
  }

  /**
   * Calls `fn` with the mutex held, when `predicate` answers true; answers what `fn` does.
   *
   * @throws What {@linkcode lockWhen} or `fn` throws.
   */
  async withLockWhen<Result>(
    predicate: () => boolean,
    fn: () => Result | PromiseLike<Result>,
    options?: TurnOptions,
  ): Promise<Result> {
    const guard = await this.lockWhen(predicate, options);
    try {
      return await fn();
    } finally {
      guard.release();
    }
  }

  /**
   * Wakes some of those who wait: the most urgent, in order of arrival. The mutex need not be held.
   *
   * @param n How many: an integer, at least 1. Default 1.
   * @returns How many it woke.
   * @throws {RangeError} If `n` is none.
   */
  notify(n = 1): number {
    requireCount(`notify ${this.#what()} with n`, n, {
      min: 1,
      max: Number.MAX_SAFE_INTEGER,
      advice: "leave it out for 1, or call notifyAll()",
    });
    return this.#wake(n, true);
  }

  /** Wakes everybody who waits; answers how many that are. */
  notifyAll(): number {
    return this.#wake(Infinity, false);
  }

  /** How it stands; who holds the mutex, the mutex tells. */
  snapshot(): ConditionSnapshot {
    return {
      type: "condition",
      name: this.#name,
      holders: [],
      waiters: this.#line.snapshots(() => 1),
      totals: this.#accounts.totals(),
      notified: this.#notified,
    };
  }

  /** Answers the options, each read once; if it throws the guard is released, unless that is another mutex's. */
  #enter(guard: MutexGuard, options: TurnOptions | undefined): TurnOptions | undefined {
    if (!this.mutex.isHeldBy(guard)) {
      throw new TypeError(
        `Cannot wait for ${this.#what()}: expected a guard of its mutex that is held, found ${
          this.mutex.locked ? "another mutex's, or one that was released" : "that nobody holds it"
        }; acquire the mutex first`,
      );
    }
    try {
      if (this.mutex.depth > 1) throw this.#enteredAgain();
      return ownTurnOptions(options);
    } catch (error) {
      guard.release();
      throw error;
    }
  }

  #enteredAgain(): TypeError {
    return new TypeError(
      `Cannot wait for ${this.#what()}: expected that its mutex is entered once, found ${this.mutex.depth} guards, so that nobody ` +
        "could come in to notify; release the inner ones first",
    );
  }

  #isTrue(predicate: () => boolean): boolean {
    requireFunction("wait for", predicate, "pass a predicate that looks at what the mutex guards");
    const answer: unknown = predicate();
    if (typeof answer === "boolean") return answer;
    throw new TypeError(
      `Cannot wait for ${this.#what()}: expected a predicate that answers true or false, found ${
        Object.prototype.toString.call(answer)
      }; let it look at what the mutex guards, and not await`,
    );
  }

  async #wait(guard: MutexGuard, options: TurnOptions | undefined, deadlineMs: number): Promise<MutexGuard> {
    const timeoutMs = options?.timeoutMs ?? Infinity;
    const wake: Wake = { options, deadlineMs, timeoutMs, notified: false, handsOn: false };
    const promise = this.#line.join(wake, remaining(options, deadlineMs));
    guard.release();
    try {
      return await promise;
    } catch (error) {
      if (wake.handsOn) this.#wake(1, true);
      throw wake.notified && error instanceof WaitTimeoutError
        ? this.#timeoutError(wake.timeoutMs, "it was notified, but the mutex is held")
        : error;
    } finally {
      if (wake.notified) this.#notified--;
    }
  }

  /** Puts waiters into the mutex's line. */
  #wake(most: number, handsOn: boolean): number {
    let woken = 0;
    for (let first = this.#line.firstToServe; first !== undefined && woken < most; first = this.#line.firstToServe) {
      const { want } = first;
      want.notified = true;
      want.handsOn = handsOn;
      this.#notified++;
      const acquired = this.mutex.acquire(remaining(want.options, want.deadlineMs));
      acquired.catch(ignore); // if it is called off in this turn, nobody listens yet, and runtimes look through all such rejections for each
      this.#line.serve(first, acquired);
      woken++;
    }
    return woken;
  }

  #what(): string {
    return nameOf("condition", this.#name);
  }

  #timeoutError(timeoutMs: number, state: string): WaitTimeoutError {
    return new WaitTimeoutError(this.#what(), timeoutMs, state, {
      action: "wait for",
      remedy: "find out who does not notify or does not release the mutex",
    });
  }
}

function ignore(): void {}

function deadline(options: TurnOptions | undefined): number {
  return options?.timeoutMs === undefined ? Infinity : performance.now() + options.timeoutMs;
}

/** The options with what is left of the time. */
function remaining(options: TurnOptions | undefined, deadlineMs: number): TurnOptions | undefined {
  return options?.timeoutMs === undefined
    ? options
    : { ...options, timeoutMs: Math.max(0, deadlineMs - performance.now()) };
}
