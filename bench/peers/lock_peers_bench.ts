/**
 * Primitives of one isolate beside what else there is.
 *
 * @module
 */

import { Mutex as AsyncMutex, Semaphore as AsyncSemaphore } from "async-mutex";
import { Sema } from "async-sema";
import { Effect, Latch as EffectLatch, Queue as EffectQueue, Semaphore as EffectSemaphore } from "effect";
import { Channel, Latch, Mutex, Semaphore } from "../../mod.ts";
import type { Suite } from "../../src/measure/definition.ts";
import { suite } from "../../src/measure/suite.ts";
import { Crowd, TURN } from "../coordination/crowd.ts";
import { CountingPool } from "../floors/counting_pool.ts";
import { FifoMutex } from "../floors/fifo_mutex.ts";

const CONTENDERS = 16;

/** One suite for each thing that is compared. */
export const lockPeerSuites: readonly Suite[] = [
  suite("peers-lock", { title: "A lock with a guard, awaited" }, (bench) => {
    const lock = { group: "a lock with a guard, awaited" };
    bench("hand-written lock", { ...lock, baseline: true, setup: () => new FifoMutex() }, async (mutex) => {
      const guard = await mutex.acquire();
      guard.release();
      return !mutex.locked;
    });
    bench("Mutex.acquire", { ...lock, setup: () => new Mutex() }, async (mutex) => {
      const guard = await mutex.acquire();
      guard.release();
      return !mutex.locked;
    });
    bench("async-sema", { ...lock, setup: () => new Sema(1) }, async (semaphore) => {
      await semaphore.acquire();
      semaphore.release();
      return semaphore.nrWaiting() === 0;
    });
    bench("async-mutex", { ...lock, setup: () => new AsyncMutex() }, async (mutex) => {
      const release = await mutex.acquire();
      release();
      return !mutex.isLocked();
    });
    bench(
      "Effect Semaphore",
      { ...lock, setup: () => Effect.runSync(EffectSemaphore.make(1)).withPermits(1)(Effect.succeed(true)) },
      (effect) => Effect.runPromise(effect),
    );
  }),
  suite("peers-lock-tried", { title: "A lock with a guard, tried" }, (bench) => {
    const tried = { group: "a lock with a guard, tried" };
    bench("hand-written lock", { ...tried, baseline: true, setup: () => new FifoMutex() }, (mutex) => {
      const guard = mutex.tryAcquire();
      guard?.release();
      return guard !== undefined;
    });
    bench("Mutex.tryAcquire", { ...tried, setup: () => new Mutex() }, (mutex) => {
      const guard = mutex.tryAcquire();
      guard?.release();
      return guard !== undefined;
    });
  }),
  suite("peers-lock-contended", { title: "A lock that 16 want at once" }, (bench) => {
    const contended = { group: "a lock that 16 want at once" };
    bench("hand-written lock", { ...contended, baseline: true, setup: () => new FifoMutex() }, async (mutex) => {
      let passed = 0;
      const contend = async () => {
        const guard = await mutex.acquire();
        passed++;
        guard.release();
      };
      await Promise.all(Array.from({ length: CONTENDERS }, contend));
      return passed === CONTENDERS;
    });
    bench("Mutex", { ...contended, setup: () => new Mutex() }, async (mutex) => {
      let passed = 0;
      const contend = async () => {
        const guard = await mutex.acquire();
        passed++;
        guard.release();
      };
      await Promise.all(Array.from({ length: CONTENDERS }, contend));
      return passed === CONTENDERS;
    });
    bench("async-sema", { ...contended, setup: () => new Sema(1) }, async (semaphore) => {
      let passed = 0;
      const contend = async () => {
        await semaphore.acquire();
        passed++;
        semaphore.release();
      };
      await Promise.all(Array.from({ length: CONTENDERS }, contend));
      return passed === CONTENDERS;
    });
    bench("async-mutex", { ...contended, setup: () => new AsyncMutex() }, async (mutex) => {
      let passed = 0;
      const contend = async () => {
        const release = await mutex.acquire();
        passed++;
        release();
      };
      await Promise.all(Array.from({ length: CONTENDERS }, contend));
      return passed === CONTENDERS;
    });
    bench("Effect Semaphore", {
      ...contended,
      setup: () => {
        const state = { passed: 0, program: Effect.void };
        const contend = Effect.runSync(EffectSemaphore.make(1)).withPermit(Effect.sync(() => void state.passed++));
        state.program = Effect.all(Array.from({ length: CONTENDERS }, () => contend), {
          concurrency: "unbounded",
          discard: true,
        });
        return state;
      },
    }, async (state) => {
      state.passed = 0;
      await Effect.runPromise(state.program);
      return state.passed === CONTENDERS;
    });
  }),
  suite("peers-semaphore", { title: "A semaphore of three with guards" }, (bench) => {
    const semaphores = { group: "a semaphore of three with guards" };
    bench("hand-written pool", { ...semaphores, baseline: true, setup: () => new CountingPool(3) }, async (pool) => {
      const guard = await pool.acquire(1);
      guard.release();
      return pool.available === 3;
    });
    bench("Semaphore.acquire", { ...semaphores, setup: () => new Semaphore(3) }, async (semaphore) => {
      const guard = await semaphore.acquire();
      guard.release();
      return semaphore.available === 3;
    });
    bench("async-sema", { ...semaphores, setup: () => new Sema(3) }, async (semaphore) => {
      await semaphore.acquire();
      semaphore.release();
      return semaphore.nrWaiting() === 0;
    });
    bench("async-mutex", { ...semaphores, setup: () => new AsyncSemaphore(3) }, async (semaphore) => {
      const [, release] = await semaphore.acquire();
      release();
      return semaphore.getValue() === 3;
    });
    bench(
      "Effect Semaphore",
      { ...semaphores, setup: () => Effect.runSync(EffectSemaphore.make(3)).withPermit(Effect.succeed(true)) },
      (effect) => Effect.runPromise(effect),
    );
  }),
  suite("peers-semaphore-contended", { title: "A semaphore of three that 16 want at once" }, (bench) => {
    const contended = { group: "a semaphore of three that 16 want at once" };
    bench("hand-written pool", { ...contended, baseline: true, setup: () => new CountingPool(3) }, async (pool) => {
      const crowd = new Crowd(3);
      await Promise.all(Array.from({ length: CONTENDERS }, async () => {
        const guard = await pool.acquire(1);
        crowd.enter();
        await TURN;
        crowd.leave();
        guard.release();
      }));
      return crowd.hasPassed(CONTENDERS);
    });
    bench("Semaphore", { ...contended, setup: () => new Semaphore(3) }, async (semaphore) => {
      const crowd = new Crowd(3);
      await Promise.all(Array.from({ length: CONTENDERS }, async () => {
        const guard = await semaphore.acquire();
        crowd.enter();
        await TURN;
        crowd.leave();
        guard.release();
      }));
      return crowd.hasPassed(CONTENDERS);
    });
    bench("async-sema", { ...contended, setup: () => new Sema(3) }, async (semaphore) => {
      const crowd = new Crowd(3);
      await Promise.all(Array.from({ length: CONTENDERS }, async () => {
        await semaphore.acquire();
        crowd.enter();
        await TURN;
        crowd.leave();
        semaphore.release();
      }));
      return crowd.hasPassed(CONTENDERS);
    });
    bench("async-mutex", { ...contended, setup: () => new AsyncSemaphore(3) }, async (semaphore) => {
      const crowd = new Crowd(3);
      await Promise.all(Array.from({ length: CONTENDERS }, async () => {
        const [, release] = await semaphore.acquire();
        crowd.enter();
        await TURN;
        crowd.leave();
        release();
      }));
      return crowd.hasPassed(CONTENDERS);
    });
    bench(
      "Effect Semaphore",
      { ...contended, setup: () => Effect.runSync(EffectSemaphore.make(3)) },
      async (semaphore) => {
        const crowd = new Crowd(3);
        const contend = semaphore.withPermit(
          Effect.andThen(
            Effect.sync(() => crowd.enter()),
            Effect.andThen(Effect.yieldNow, Effect.sync(() => crowd.leave())),
          ),
        );
        await Effect.runPromise(
          Effect.all(Array.from({ length: CONTENDERS }, () => contend), { concurrency: "unbounded", discard: true }),
        );
        return crowd.hasPassed(CONTENDERS);
      },
    );
  }),
  suite("peers-latch", { title: "A latch for which 16 wait" }, (bench) => {
    const latches = { group: "a latch for which 16 wait" };
    bench("a promise", { ...latches, baseline: true }, async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      let passed = 0;
      const tasks = Array.from({ length: CONTENDERS }, async () => {
        await promise;
        passed++;
      });
      resolve();
      await Promise.all(tasks);
      return passed === CONTENDERS;
    });
    bench("Latch", latches, async () => {
      const latch = new Latch(1);
      let passed = 0;
      const tasks = Array.from({ length: CONTENDERS }, async () => {
        await latch.wait();
        passed++;
      });
      latch.countDown();
      await Promise.all(tasks);
      return passed === CONTENDERS;
    });
    bench("Effect Latch", latches, async () => {
      const latch = EffectLatch.makeUnsafe();
      let passed = 0;
      const wait = latch.whenOpen(Effect.sync(() => void passed++));
      const all = Effect.all([...Array.from({ length: CONTENDERS }, () => wait), latch.open], {
        concurrency: "unbounded",
        discard: true,
      });
      await Effect.runPromise(all);
      return passed === CONTENDERS;
    });
  }),
  suite("peers-channel", { title: "A thousand items through a channel that holds 64" }, (bench) => {
    const channels = { group: "1,000 items through a channel that holds 64" };
    const ITEMS = 1_000, SUM = ITEMS * (ITEMS + 1) / 2;
    bench("Channel", { ...channels, baseline: true }, async () => {
      const channel = new Channel<number>(64);
      const produce = async () => {
        for (let item = 1; item <= ITEMS; item++) if (!channel.trySend(item)) await channel.send(item);
        channel.close();
      };
      let sum = 0;
      const consume = async () => {
        for await (const item of channel) sum += item;
      };
      await Promise.all([produce(), consume()]);
      return sum === SUM;
    });
    bench("Effect Queue", channels, async () => {
      let sum = 0;
      const program = Effect.gen(function* () {
        const queue = yield* EffectQueue.bounded<number>(64);
        const produce = Effect.gen(function* () {
          for (let item = 1; item <= ITEMS; item++) yield* EffectQueue.offer(queue, item);
        });
        const consume = Effect.gen(function* () {
          for (let item = 1; item <= ITEMS; item++) sum += yield* EffectQueue.take(queue);
        });
        yield* Effect.all([produce, consume], { concurrency: "unbounded", discard: true });
      });
      await Effect.runPromise(program);
      return sum === SUM;
    });
  }),
];
