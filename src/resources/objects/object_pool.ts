/**
 * A pool of connections, or of other objects that are costly to make.
 *
 * @module
 */

import { requireWaitOptions, type WaitOptions } from "../../coordination/waiter.ts";
import { NORMAL_LEVEL, priorityLevel, type WaitPriority } from "../../coordination/priority.ts";
import { PoolClosedError } from "./errors.ts";
import type { Loan } from "./loan.ts";
import { ObjectKeeper } from "./object_keeper.ts";
import { ObjectWaiter, StateWaiter } from "./object_waiter.ts";
import { type ObjectPoolOptions, poolSettings } from "./options.ts";
import type { ObjectPoolSnapshot } from "./snapshot.ts";
import { requireFunction } from "../../coordination/require_function.ts";

/** How to wait for an object, and for whom. */
export interface LoanOptions extends WaitOptions {
  /** How urgent it is; see {@linkcode ObjectPool} for what that means in line. Default `"normal"`. */
  readonly priority?: WaitPriority;
  /** Who will have the object, for people who read an error. */
  readonly owner?: string;
}

/**
 * Objects that are made when they are needed, lent to one holder at a time, and used again.
 *
 * - **Reuse.** What was used last is used next: few objects are kept busy and warm, and those that the load does not need stay
 *   idle until `idleTimeoutMs` ends them.
 * - **Order.** Whoever finds no idle object waits in line, by priority and then by arrival. What comes back or is newly made goes
 *   straight to the first in line, and nobody who comes later can take it. A priority is a head start: one level is worth
 *   `agingMs` of waiting, so that a request is overtaken only by those that are d levels higher and came less than d × `agingMs`
 *   later: nobody starves as long as objects come back.
 * - **Creation.** There are as many creations in flight as waiters need, and objects and creations together are never more than
 *   `max`; an object that is being destroyed counts until it is gone. A waiter takes what comes first, an object that comes back
 *   or a new one; what is being made for a waiter that gives up goes to another, or is idle. Nothing is lost.
 * - **Failure.** A creation that fails is tried again `retry.maxRetries` times, with growing waits, as long as somebody waits for
 *   it; then the first in line is told why, with an {@linkcode ObjectCreationError}. By default that is at once. Each failed
 *   creation costs one waiter its wait, so that one bad moment does not fail everybody. To be tried until `timeoutMs` is over,
 *   allow more retries: the error of the timeout then has the last failure as its `cause`. A `create` that does not answer
 *   within `createTimeoutMs` counts as failed; what it gives later is destroyed. An object that `validate` refuses is destroyed
 *   and another is taken; if it is a new one, its creation has failed. What `destroy` does wrong is counted, and told to
 *   `onError`; it never is an unhandled rejection.
 * - **Limits** of idle time and of lifetime have one timer a pool, which does not keep the process alive. Objects are destroyed
 *   when they are idle, never in somebody's hands.
 *
 * An uncontended `acquire` and `release` of an idle object costs about 1.1 times a hand-written stack of objects behind a promise,
 * and 5 times with a limit of time, for two readings of the clock; without one, neither the clock nor a timer is touched. Waiting
 * and giving up cost the same however many wait.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { DatabaseSync } from "node:sqlite";
 * import { ObjectPool } from "./object_pool.ts";
 *
 * await using pool = new ObjectPool({
 *   name: "a database",
 *   max: 4,
 *   create: () => new DatabaseSync(":memory:"),
 *   destroy: (database) => database.close(),
 *   idleTimeoutMs: 60_000,
 * });
 * const row = await pool.use((database) => database.prepare("SELECT 6 * 7 AS answer").get(), { timeoutMs: 1_000 });
 * assertEquals(row?.answer, 42);
 * assertEquals(pool.snapshot().idle, 1);
 * ```
 */
export class ObjectPool<T> implements AsyncDisposable {
  readonly #keeper: ObjectKeeper<T>;

  /**
   * Makes a pool that has no object yet.
   *
   * @throws {TypeError} If there is no `create`.
   * @throws {RangeError} If a number is out of range.
   */
  constructor(options: ObjectPoolOptions<T>) {
    this.#keeper = new ObjectKeeper(poolSettings(options));
  }

  /**
   * Takes an idle object if there is one and nobody waits; `undefined` means "not now". Makes no object.
   *
   * With a `validate` that gives a promise, only objects that need no check can be had: see `validateAfterIdleMs`.
   *
   * @param owner Who will have it, for people who read an error, and for deadlock detection.
   * @throws {PoolClosedError} Once the pool was drained or closed.
   */
  tryAcquire(owner?: string): Loan<T> | undefined {
    const keeper = this.#keeper;
    const loan = keeper.tryLend(owner, false);
    if (loan === undefined && keeper.state !== "open") throw new PoolClosedError(keeper.settings.name);
    return loan;
  }

  /**
   * Takes an object, in turn.
   *
   * A signal that is aborted after the loan was granted changes nothing: the loan is the caller's, who releases it.
   *
   * @param options How urgent it is, how long to wait, and for whom.
   * @throws {WaitTimeoutError} If none could be had within `timeoutMs`; `cause` is the last failure to make one, if there was any.
   * @throws {ObjectCreationError} If one could not be made.
   * @throws {PoolClosedError} Once the pool was drained or closed.
   * @throws {TypeError} If the priority is none.
   * @throws {RangeError} If `timeoutMs` is out of range.
   * @throws The signal's reason, once the signal is aborted; an aborted signal never takes anything.
   */
  acquire(options?: LoanOptions): Promise<Loan<T>> {
    try {
      if (options === undefined) {
        const loan = this.#keeper.tryLend(undefined, true);
        return loan !== undefined ? Promise.resolve(loan) : this.#wait(NORMAL_LEVEL, undefined);
      }
      requireWaitOptions(options);
      options.signal?.throwIfAborted();
      const level = options.priority === undefined ? NORMAL_LEVEL : priorityLevel(options.priority);
      const loan = this.#keeper.tryLend(options.owner, true);
      return loan !== undefined ? Promise.resolve(loan) : this.#wait(level, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Calls `fn` with an object, which is given back when `fn` has returned, thrown or settled.
   *
   * @param fn What needs the object; may be asynchronous. An object that it finds broken it throws away with `loan.discard()`.
   * @param options How urgent it is, how long to wait, and for whom; has no effect once `fn` has been called.
   * @returns What `fn` returns.
   * @throws What {@linkcode acquire} or `fn` throws.
   */
  async use<Result>(
    fn: (object: T, loan: Loan<T>) => Result | PromiseLike<Result>,
    options?: LoanOptions,
  ): Promise<Result> {
    requireFunction("call", fn);
    const loan = await this.acquire(options);
    try {
      return await fn(loan.value, loan);
    } finally {
      loan.release();
    }
  }

  /**
   * Makes objects until there are `min`, all at once, and from now on replaces those that are lost: if that fails, again and
   * again with growing waits, which do not keep the process alive.
   *
   * @throws {ObjectCreationError} If one could not be made, after the retries.
   * @throws {PoolClosedError} Once the pool was drained or closed.
   * @throws {WaitTimeoutError} If there are not enough within `timeoutMs`; they are made all the same.
   * @throws The signal's reason, once the signal is aborted; they are made all the same.
   */
  async warmUp(options?: WaitOptions): Promise<void> {
    requireWaiting(options);
    const keeper = this.#keeper;
    if (keeper.state !== "open") throw new PoolClosedError(keeper.settings.name);
    const waiter = new StateWaiter(keeper, keeper.warming, `${keeper.settings.min} objects to start with`);
    keeper.refill();
    waiter.watch(options);
    await waiter.promise;
  }

  /**
   * Ends the pool in order: lends to those who are in line, but to nobody who comes later, waits for all loans to come back, and
   * destroys all objects.
   *
   * @throws {WaitTimeoutError} If that takes longer than `timeoutMs`; the pool goes on draining, unless it is closed.
   * @throws The signal's reason, once the signal is aborted; the pool goes on draining, unless it is closed.
   */
  async drain(options?: WaitOptions): Promise<void> {
    requireWaiting(options);
    const keeper = this.#keeper;
    const waiter = new StateWaiter(keeper, keeper.draining, `all loans of ${keeper.settings.name}`);
    keeper.drain();
    waiter.watch(options);
    await waiter.promise;
  }

  /**
   * Ends the pool now: refuses those who wait, aborts the signals of creations, and destroys what is idle. What is lent is
   * destroyed when it comes back, which is not waited for.
   *
   * Resolves when all that is destroyed or has taken too long; never rejects. A second call changes nothing.
   */
  async close(): Promise<void> {
    const keeper = this.#keeper;
    const waiter = new StateWaiter(keeper, keeper.closing, "the end of the pool");
    keeper.close();
    await waiter.promise;
  }

  /** Like {@linkcode close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** How the pool stands now; costs the number of priorities among those who wait. */
  snapshot(): ObjectPoolSnapshot {
    return this.#keeper.snapshot();
  }

  #wait(level: number, options: LoanOptions | undefined): Promise<Loan<T>> {
    const keeper = this.#keeper;
    if (keeper.state !== "open") {
      keeper.serve(); // a look at idle objects may have left something to be done
      return Promise.reject(new PoolClosedError(keeper.settings.name));
    }
    const waiter = new ObjectWaiter(keeper, level, options?.owner);
    keeper.join(waiter);
    waiter.watch(options);
    return waiter.promise;
  }
}

function requireWaiting(options: WaitOptions | undefined): void {
  if (options === undefined) return;
  requireWaitOptions(options);
  options.signal?.throwIfAborted();
}
