/**
 * A number of permits that tasks of one isolate share.
 *
 * @module
 */

import { type LockGuard, type LockOptions, type TryOptions, useGuard } from "./lock_options.ts";
import type { PrimitiveSnapshot } from "./primitive.ts";
import { SemaphoreTurns } from "./semaphore_turns.ts";
import type { TurnOptions } from "./turn_options.ts";

/** Some permits of a semaphore, until they are released. */
export interface SemaphoreGuard extends LockGuard {
  /** How many. */
  readonly permits: number;
}

/** How a semaphore stands. */
export interface SemaphoreSnapshot extends PrimitiveSnapshot {
  /** How many permits it has. */
  readonly capacity: number;
  /** How many of them nobody holds. */
  readonly available: number;
}

/**
 * A number of permits, of which each task takes one or several; granted by priority and, among equals, in the order of arrival.
 *
 * The order is strict: a request that is too large for what is free blocks those behind it, however small, so that it is served
 * as soon as enough comes back. Those of a higher priority go ahead of it, 100 at most. With `barging: true` what is
 * too little for it may be taken meanwhile, see {@linkcode LockOptions.barging}. With `reentry: "allow"` an owner that holds some
 * may take more; if they are not free it waits ahead of everybody.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Semaphore } from "./semaphore.ts";
 *
 * const semaphore = new Semaphore(3, { name: "connections" });
 * using two = await semaphore.acquire(2);
 * assertEquals([two.permits, semaphore.available], [2, 1]);
 * assertEquals(semaphore.tryAcquire(2), undefined);
 * assertEquals(await semaphore.withPermits(1, () => semaphore.available), 0);
 * ```
 */
export class Semaphore {
  readonly #turns: SemaphoreTurns;

  /**
   * Makes one whose permits are all free.
   *
   * @param capacity How many permits it has; an integer, at least 1.
   * @param options As for every lock.
   * @throws {RangeError} If `capacity` is out of range.
   * @throws {TypeError} If an option is not what it must be.
   */
  constructor(capacity: number, options?: LockOptions) {
    this.#turns = new SemaphoreTurns(capacity, options);
  }

  /** How many permits it has. */
  get capacity(): number {
    return this.#turns.capacity;
  }

  /** How many of them nobody holds. */
  get available(): number {
    return this.#turns.available;
  }

  /** How many wait. */
  get waiters(): number {
    return this.#turns.line.size;
  }

  /**
   * Takes permits if they are free and nobody waits; `undefined` means "not now".
   *
   * @param permits How many; an integer from 1 to the capacity.
   * @param options Who asks.
   * @throws {RangeError} If `permits` is out of range.
   * @throws {ReentryError} If the owner holds permits and may not re-enter.
   * @throws {TypeError} If `owner` is none.
   */
  tryAcquire(permits = 1, options?: TryOptions): SemaphoreGuard | undefined {
    const turns = this.#turns;
    const guard = options === undefined ? turns.tryOpen(permits) : undefined;
    if (guard !== undefined) return guard;
    turns.requirePermits(permits);
    return turns.tryFor(permits, options);
  }

  /**
   * Takes permits, after everybody of the same priority who asked before.
   *
   * @param permits How many; an integer from 1 to the capacity.
   * @param options How to wait, and who asks.
   * @throws {RangeError} If `permits` or `timeoutMs` is out of range.
   * @throws {WaitTimeoutError} If they could not be had within `timeoutMs`.
   * @throws {ReentryError} If the owner holds permits and may not re-enter.
   * @throws {TypeError} If `priority` or `owner` is none.
   * @throws The signal's reason, once the signal is aborted; an aborted signal never takes permits.
   */
  acquire(permits = 1, options?: TurnOptions): Promise<SemaphoreGuard> {
    const turns = this.#turns;
    const guard = options === undefined ? turns.tryOpen(permits) : undefined;
    if (guard !== undefined) return Promise.resolve(guard);
    try {
      turns.requirePermits(permits);
    } catch (error) {
      return Promise.reject(error);
    }
    return options === undefined && !turns.barging ? turns.wait(permits, undefined) : turns.request(permits, options);
  }

  /**
   * Calls `fn` while permits are held, and releases them when it has returned, thrown or settled.
   *
   * @param permits How many; an integer from 1 to the capacity.
   * @param fn What needs them; may be asynchronous, and may release the guard it is given early.
   * @param options How to wait; has no effect once `fn` has been called.
   * @returns What `fn` returns.
   * @throws What {@linkcode acquire} or `fn` throws.
   */
  withPermits<Result>(
    permits: number,
    fn: (guard: SemaphoreGuard) => Result | PromiseLike<Result>,
    options?: TurnOptions,
  ): Promise<Result> {
    return useGuard(this.acquire(permits, options), fn);
  }

  /** How it stands. Costs a step for each who holds or waits. */
  snapshot(): SemaphoreSnapshot {
    const { capacity, available } = this.#turns;
    return { ...this.#turns.snapshot(), capacity, available };
  }
}
