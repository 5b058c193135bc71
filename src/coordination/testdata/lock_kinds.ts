/**
 * Every lock behind one interface, for tests that all of them must pass.
 *
 * @module
 */

import { KeyedMutex } from "../keyed_mutex.ts";
import { LeaseLock } from "../lease_lock.ts";
import type { LockGuard, LockOptions, TryOptions } from "../lock_options.ts";
import { Mutex } from "../mutex.ts";
import type { PrimitiveSnapshot } from "../primitive.ts";
import { ReadWriteLock } from "../read_write_lock.ts";
import { Semaphore } from "../semaphore.ts";
import type { TurnOptions } from "../turn_options.ts";

/** A lock that one holds at a time. */
export interface Exclusive {
  tryAcquire(options?: TryOptions): LockGuard | undefined;
  acquire(options?: TurnOptions): Promise<LockGuard>;
  withLock<Result>(fn: () => Result | PromiseLike<Result>, options?: TurnOptions): Promise<Result>;
  snapshot(): PrimitiveSnapshot;
}

/** How each lock is made, as one that is exclusive. */
export const LOCK_KINDS: readonly { readonly kind: string; readonly make: (options?: LockOptions) => Exclusive }[] = [
  { kind: "Mutex", make: (options) => new Mutex(options) },
  {
    kind: "Semaphore of one permit",
    make(options) {
      const semaphore = new Semaphore(1, options);
      return {
        tryAcquire: (options) => semaphore.tryAcquire(1, options),
        acquire: (options) => semaphore.acquire(1, options),
        withLock: (fn, options) => semaphore.withPermits(1, fn, options),
        snapshot: () => semaphore.snapshot(),
      };
    },
  },
  {
    kind: "Semaphore of which all permits are wanted",
    make(options) {
      const semaphore = new Semaphore(5, options);
      return {
        tryAcquire: (options) => semaphore.tryAcquire(5, options),
        acquire: (options) => semaphore.acquire(5, options),
        withLock: (fn, options) => semaphore.withPermits(5, fn, options),
        snapshot: () => semaphore.snapshot(),
      };
    },
  },
  {
    kind: "ReadWriteLock that is written",
    make(options) {
      const lock = new ReadWriteLock(options);
      return {
        tryAcquire: (options) => lock.tryWrite(options),
        acquire: (options) => lock.write(options),
        withLock: (fn, options) => lock.withWrite(fn, options),
        snapshot: () => lock.snapshot(),
      };
    },
  },
  {
    kind: "KeyedMutex of one key",
    make(options) {
      const mutex = new KeyedMutex<symbol>(options), key = Symbol("key");
      return {
        tryAcquire: (options) => mutex.tryAcquire(key, options),
        acquire: (options) => mutex.acquire(key, options),
        withLock: (fn, options) => mutex.withLock(key, fn, options),
        snapshot: () => mutex.snapshot(),
      };
    },
  },
  { kind: "LeaseLock", make: (options) => new LeaseLock({ ...options, ttlMs: 1e9 }) },
];
