/**
 * What one holds for a while: free, and with others who wait for it.
 *
 * @module
 */

import { KeyedMutex } from "../../src/coordination/keyed_mutex.ts";
import { LeaseLock } from "../../src/coordination/lease_lock.ts";
import { Mutex } from "../../src/coordination/mutex.ts";
import { Quota } from "../../src/coordination/quota.ts";
import { ReadWriteLock } from "../../src/coordination/read_write_lock.ts";
import { Semaphore } from "../../src/coordination/semaphore.ts";
import type { DefineBenchmark } from "../../src/measure/definition.ts";
import { Crowd, TURN } from "./crowd.ts";

/** How many wait. */
export const WAITERS = [1, 16, 1_000] as const;

/** Defines those that nobody else wants. */
export function benchFreeLocks(bench: DefineBenchmark): void {
  bench("Read-write lock", { setup: () => new ReadWriteLock() }, async (lock) => {
    const reading = await lock.read();
    const isRead = lock.readers === 1 && !lock.writing;
    reading.release();
    const writing = await lock.write();
    const isWritten = lock.readers === 0 && lock.writing;
    writing.release();
    return isRead && isWritten && !lock.writing;
  });

  bench(
    "Keyed lock",
    { params: { keys: [1_000] }, setup: () => ({ mutex: new KeyedMutex<number>(), key: 0 }) },
    async (state, { keys }) => {
      const guard = await state.mutex.acquire(state.key = (state.key + 1) % keys);
      const isHeld = state.mutex.size === 1;
      guard.release();
      return isHeld && state.mutex.size === 0;
    },
  );

  bench("Lease lock", { setup: () => ({ lock: new LeaseLock({ ttlMs: 60_000 }), token: 0 }) }, async (state) => {
    const guard = await state.lock.acquire();
    const isHeld = state.lock.locked && guard.fencingToken > state.token;
    state.token = guard.fencingToken;
    guard.release();
    return isHeld && !state.lock.locked;
  });
}

/** Defines those for which others wait: somebody is inside when they come, and goes when all are there. */
export function benchAwaitedLocks(bench: DefineBenchmark): void {
  bench("Lock, with contenders", {
    params: { contenders: WAITERS },
    setup: () => ({ mutex: new Mutex(), crowd: new Crowd(1) }),
  }, async ({ mutex, crowd }, { contenders }) => {
    const first = mutex.tryAcquire();
    const tasks = Array.from({ length: contenders }, async () => {
      const guard = await mutex.acquire();
      crowd.enter();
      await TURN;
      crowd.leave();
      guard.release();
    });
    await TURN;
    const { isAwaited } = crowd;
    first?.release();
    await Promise.all(tasks);
    return isAwaited && crowd.hasPassed(contenders) && !mutex.locked;
  });

  bench("Semaphore, with contenders", {
    params: { contenders: WAITERS },
    setup: () => ({ semaphore: new Semaphore(3), crowd: new Crowd(3) }),
  }, async ({ semaphore, crowd }, { contenders }) => {
    const first = semaphore.tryAcquire(3);
    const tasks = Array.from({ length: contenders }, async () => {
      const guard = await semaphore.acquire();
      crowd.enter();
      await TURN;
      crowd.leave();
      guard.release();
    });
    await TURN;
    const { isAwaited } = crowd;
    first?.release();
    await Promise.all(tasks);
    return isAwaited && crowd.hasPassed(contenders) && semaphore.available === 3;
  });

  bench("Read-write lock, with readers", {
    params: { readers: WAITERS },
    setup: () => ({ lock: new ReadWriteLock(), crowd: new Crowd(Infinity) }),
  }, async ({ lock, crowd }, { readers }) => {
    const first = lock.tryWrite();
    const tasks = Array.from({ length: readers }, async () => {
      const guard = await lock.read();
      crowd.enter();
      await TURN;
      crowd.leave();
      guard.release();
    });
    await TURN;
    const { isAwaited } = crowd;
    first?.release();
    await Promise.all(tasks);
    return isAwaited && crowd.hasPassed(readers) && lock.readers === 0;
  });

  bench("Read-write lock, with writers", {
    params: { writers: WAITERS },
    setup: () => ({ lock: new ReadWriteLock(), crowd: new Crowd(1) }),
  }, async ({ lock, crowd }, { writers }) => {
    const first = lock.tryRead();
    const tasks = Array.from({ length: writers }, async () => {
      const guard = await lock.write();
      crowd.enter();
      await TURN;
      crowd.leave();
      guard.release();
    });
    await TURN;
    const { isAwaited } = crowd;
    first?.release();
    await Promise.all(tasks);
    return isAwaited && crowd.hasPassed(writers) && !lock.writing;
  });

  bench("Keyed lock, with contenders", {
    params: { contenders: WAITERS },
    setup: () => ({ mutex: new KeyedMutex(), crowd: new Crowd(1) }),
  }, async ({ mutex, crowd }, { contenders }) => {
    const first = mutex.tryAcquire("orders");
    const tasks = Array.from({ length: contenders }, async () => {
      const guard = await mutex.acquire("orders");
      crowd.enter();
      await TURN;
      crowd.leave();
      guard.release();
    });
    await TURN;
    const { isAwaited } = crowd;
    first?.release();
    await Promise.all(tasks);
    return isAwaited && crowd.hasPassed(contenders) && mutex.size === 0;
  });

  bench("Lease lock, with contenders", {
    params: { contenders: WAITERS },
    setup: () => ({ lock: new LeaseLock({ ttlMs: 60_000 }), crowd: new Crowd(1), token: 0 }),
  }, async (state, { contenders }) => {
    const { lock, crowd } = state, first = lock.tryAcquire();
    let isInOrder = true;
    const tasks = Array.from({ length: contenders }, async () => {
      const guard = await lock.acquire();
      crowd.enter();
      if (guard.fencingToken <= state.token) isInOrder = false;
      state.token = guard.fencingToken;
      await TURN;
      crowd.leave();
      guard.release();
    });
    await TURN;
    const { isAwaited } = crowd;
    first?.release();
    await Promise.all(tasks);
    return isAwaited && isInOrder && crowd.hasPassed(contenders) && !lock.locked;
  });

  bench("Quota, with contenders", {
    params: { contenders: WAITERS },
    setup: () => ({ quota: new Quota(10), crowd: new Crowd(2) }),
  }, async ({ quota, crowd }, { contenders }) => {
    const first = quota.tryAcquire(10);
    const tasks = Array.from({ length: contenders }, async () => {
      const share = await quota.acquire(4);
      crowd.enter();
      await TURN;
      crowd.leave();
      share.release();
    });
    await TURN;
    const { isAwaited } = crowd;
    first?.release();
    await Promise.all(tasks);
    return isAwaited && crowd.hasPassed(contenders) && quota.used === 0;
  });
}
