/**
 * Mutual exclusion between tasks of one isolate.
 *
 * @module
 */

import { type LockGuard, type LockOptions, type TryOptions, useGuard } from "./lock_options.ts";
import { MutexHold, MutexTurns } from "./mutex_turns.ts";
import type { PrimitiveSnapshot } from "./primitive.ts";
import type { TurnOptions } from "./turn_options.ts";

/** The right to be alone in a critical section, until it is released. */
export type MutexGuard = LockGuard;

const KIND = { type: "mutex", noun: "mutex" };

/**
 * A lock that one task holds at a time, handed over by priority and, among equals, in the order of arrival.
 *
 * A release hands the lock straight to whoever is first in line: it is never free while somebody waits, so nobody can
 * barge in, `tryAcquire` included, unless it was made with `barging: true`. A task that asks twice waits for itself; if it
 * names an `owner`, that is a {@linkcode ReentryError}, or granted with `reentry: "allow"`. An uncontended
 * `acquire` and `release` awaited with `try`/`finally` costs about what a hand-written lock with a guard costs; `using` adds
 * some 100 ns in this runtime.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Mutex } from "./mutex.ts";
 *
 * const mutex = new Mutex();
 * const log: string[] = [];
 * const write = (name: string) =>
 *   mutex.withLock(async () => {
 *     log.push(`${name} in`);
 *     await Promise.resolve();
 *     log.push(`${name} out`);
 *   });
 * await Promise.all([write("a"), write("b")]);
 * assertEquals(log, ["a in", "a out", "b in", "b out"]);
 * ```
 */
export class Mutex {
  readonly #turns: MutexTurns;

  /**
   * Makes a free one.
   *
   * @throws {TypeError} If an option is not what it must be.
   */
  constructor(options?: LockOptions) {
    this.#turns = new MutexTurns(KIND, options);
  }

  /** Whether somebody holds it. */
  get locked(): boolean {
    return this.#turns.depth > 0;
  }

  /** How many guards are out: 0 if it is free, and more than 1 only if its owner has entered again. */
  get depth(): number {
    return this.#turns.depth;
  }

  /** Whether a guard is one of this mutex, and has not been released. */
  isHeldBy(guard: MutexGuard): boolean {
    return guard instanceof MutexHold && guard.isOf(this.#turns);
  }

  /** How many wait for it. */
  get waiters(): number {
    return this.#turns.line.size;
  }

  /**
   * Takes the lock if it is free and nobody waits; `undefined` means "not now".
   *
   * @throws {ReentryError} If the owner holds it and may not re-enter.
   * @throws {TypeError} If `owner` is none.
   */
  tryAcquire(options?: TryOptions): MutexGuard | undefined {
    const turns = this.#turns;
    const guard = options === undefined ? turns.tryOpen() : undefined;
    return guard ?? turns.tryFor(1, options);
  }

  /**
   * Takes the lock, after everybody of the same priority who asked before.
   *
   * @throws {WaitTimeoutError} If it could not be had within `timeoutMs`.
   * @throws {ReentryError} If the owner holds it and may not re-enter.
   * @throws {RangeError} If `timeoutMs` is out of range.
   * @throws {TypeError} If `priority` or `owner` is none.
   * @throws The signal's reason, once the signal is aborted; an aborted signal never takes the lock.
   */
  acquire(options?: TurnOptions): Promise<MutexGuard> {
    const turns = this.#turns;
    if (options === undefined) {
      const guard = turns.tryOpen();
      if (guard !== undefined) return Promise.resolve(guard);
      if (!turns.barging) return turns.line.join(1, undefined); // it is held
    }
    return turns.request(1, options);
  }

  /**
   * Calls `fn` alone, and releases the lock when it has returned, thrown or settled.
   *
   * @param fn The critical section; may be asynchronous, and may release the guard it is given early.
   * @param options How to wait for the lock; has no effect once `fn` has been called.
   * @returns What `fn` returns.
   * @throws What {@linkcode acquire} or `fn` throws.
   */
  withLock<Result>(
    fn: (guard: MutexGuard) => Result | PromiseLike<Result>,
    options?: TurnOptions,
  ): Promise<Result> {
    return useGuard(this.acquire(options), fn);
  }

  /** How it stands: the holder, with `holds` as the number of its guards, and those who wait. Costs a step for each. */
  snapshot(): PrimitiveSnapshot {
    return this.#turns.snapshot();
  }
}
