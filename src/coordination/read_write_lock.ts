/**
 * Many readers, or one writer.
 *
 * @module
 */

import { type LockGuard, type LockOptions, type TryOptions, useGuard } from "./lock_options.ts";
import type { PrimitiveSnapshot } from "./primitive.ts";
import { ReadWriteTurns } from "./read_write_turns.ts";
import type { TurnOptions } from "./turn_options.ts";

/** The right to read while others may read, until it is released. */
export type ReadGuard = LockGuard;

/** The right to be alone, until it is released. */
export interface WriteGuard extends LockGuard {
  /**
   * Goes on as a reader, with no gap in which another writer could come in; readers who are first in line enter too.
   *
   * @returns What is held from now on; the write guard is spent.
   * @throws {TypeError} If the guard was released before: nothing is held that could be kept.
   */
  downgrade(): ReadGuard;
}

/**
 * A lock that many readers or one writer hold, granted by priority and, among equals, in the order of arrival.
 *
 * A writer in line blocks the readers behind it, so that readers who keep coming cannot starve it; readers who are next to each
 * other at the head of the line enter together. An owner that reads and asks to write is a {@linkcode ReentryError},
 * whatever `reentry` says: two such owners would wait for each other for ever. With `reentry: "allow"` an owner that reads may
 * read again, and one that writes may read and write again.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ReadWriteLock } from "./read_write_lock.ts";
 *
 * const lock = new ReadWriteLock({ name: "routes" });
 * let routes: string[] = [];
 * const count = await lock.withWrite((guard) => {
 *   routes = [...routes, "a"];
 *   using _reading = guard.downgrade(); // others may read what was written, nobody may change it
 *   assertEquals([lock.readers, lock.writing], [1, false]);
 *   return routes.length;
 * });
 * assertEquals(count, 1);
 * assertEquals(await lock.withRead(() => routes), ["a"]);
 * ```
 */
export class ReadWriteLock {
  readonly #turns: ReadWriteTurns;

  /**
   * Makes a free one.
   *
   * @throws {TypeError} If an option is not what it must be.
   */
  constructor(options?: LockOptions) {
    this.#turns = new ReadWriteTurns(options);
  }

  /** How many read guards are out. */
  get readers(): number {
    return this.#turns.readers;
  }

  /** Whether somebody writes. */
  get writing(): boolean {
    return this.#turns.writers > 0;
  }

  /** How many wait, to read or to write. */
  get waiters(): number {
    return this.#turns.line.size;
  }

  /**
   * Reads if nobody writes or waits; `undefined` means "not now".
   *
   * @throws {ReentryError} If the owner holds the lock and may not re-enter.
   * @throws {TypeError} If `owner` is none.
   */
  tryRead(options?: TryOptions): ReadGuard | undefined {
    return this.#turns.tryFor("read", options);
  }

  /**
   * Reads, after everybody of the same priority who asked before.
   *
   * @throws {WaitTimeoutError} If it could not be had within `timeoutMs`.
   * @throws {ReentryError} If the owner holds the lock and may not re-enter.
   * @throws {RangeError} If `timeoutMs` is out of range.
   * @throws {TypeError} If `priority` or `owner` is none.
   * @throws The signal's reason, once the signal is aborted; an aborted signal never takes the lock.
   */
  read(options?: TurnOptions): Promise<ReadGuard> {
    return this.#turns.request("read", options);
  }

  /**
   * Calls `fn` as a reader, until it has returned, thrown or settled.
   *
   * @param fn What reads; may be asynchronous, and may release the guard it is given early.
   * @param options How to wait; has no effect once `fn` has been called.
   * @returns What `fn` returns.
   * @throws What {@linkcode read} or `fn` throws.
   */
  withRead<Result>(
    fn: (guard: ReadGuard) => Result | PromiseLike<Result>,
    options?: TurnOptions,
  ): Promise<Result> {
    return useGuard(this.read(options), fn);
  }

  /**
   * Writes if nobody holds the lock or waits; `undefined` means "not now".
   *
   * @throws {ReentryError} If the owner reads, or writes and may not re-enter.
   * @throws {TypeError} If `owner` is none.
   */
  tryWrite(options?: TryOptions): WriteGuard | undefined {
    return this.#turns.tryFor("write", options);
  }

  /**
   * Writes, after everybody of the same priority who asked before.
   *
   * @throws {WaitTimeoutError} If it could not be had within `timeoutMs`.
   * @throws {ReentryError} If the owner reads, or writes and may not re-enter.
   * @throws {RangeError} If `timeoutMs` is out of range.
   * @throws {TypeError} If `priority` or `owner` is none.
   * @throws The signal's reason, once the signal is aborted; an aborted signal never takes the lock.
   */
  write(options?: TurnOptions): Promise<WriteGuard> {
    return this.#turns.request("write", options);
  }

  /**
   * Calls `fn` as the only one, until it has returned, thrown or settled.
   *
   * A guard that `fn` downgrades is `fn`'s own to release.
   *
   * @param fn What writes; may be asynchronous, and may release or downgrade the guard it is given.
   * @param options How to wait; has no effect once `fn` has been called.
   * @returns What `fn` returns.
   * @throws What {@linkcode write} or `fn` throws.
   */
  withWrite<Result>(
    fn: (guard: WriteGuard) => Result | PromiseLike<Result>,
    options?: TurnOptions,
  ): Promise<Result> {
    return useGuard(this.write(options), fn);
  }

  /** How it stands. Costs a step for each who holds or waits. */
  snapshot(): PrimitiveSnapshot {
    return this.#turns.snapshot();
  }
}
