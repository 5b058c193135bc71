/**
 * Coordination and reliability beside the same thing written by hand, which is each group's baseline, and beside what else npm has
 * for it. As for resources, each group is a suite with processes of its own, and what is compared shares no function.
 *
 * @module
 */

import { Mutex as AsyncMutex } from "async-mutex";
import { Sema } from "async-sema";
import {
  circuitBreaker,
  ConsecutiveBreaker as CockatielBreaker,
  handleAll,
  timeout as cockatielTimeout,
  TimeoutStrategy,
} from "cockatiel";
import { Effect, Semaphore as EffectSemaphore } from "effect";
import { TokenBucket as LimiterBucket } from "limiter";
import { Mutex as ThreadsMutex } from "multithreading";
import { CircuitBreaker, KeyedRateLimiter, Mutex, Semaphore, SharedMutex, timeout, TokenBucket } from "../../mod.ts";
import type { Suite } from "../../src/measure/definition.ts";
import { suite } from "../../src/measure/suite.ts";
import { CasLock } from "../floors/cas_lock.ts";
import { ConsecutiveBreaker } from "../floors/consecutive_breaker.ts";
import { CountingPool } from "../floors/counting_pool.ts";
import { FifoMutex } from "../floors/fifo_mutex.ts";

const CONTENDERS = 16;
const HUGE_RATE = { limit: 1_000_000_000, perMs: 1_000 };

/** One suite for each thing that is compared. */
export const coordinationPeerSuites: readonly Suite[] = [
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
  }),
  suite("peers-rate", { title: "A call that a rate allows" }, (bench) => {
    const rate = { group: "a call that a rate allows" };
    bench(
      "limiter",
      {
        ...rate,
        baseline: true,
        setup: () =>
          new LimiterBucket({ bucketSize: 1_000_000_000, tokensPerInterval: 1_000_000_000, interval: 1_000 }),
        beforeRound: (bucket: LimiterBucket) => {
          bucket.content = 1_000_000_000;
        },
      },
      (bucket) => bucket.tryRemoveTokens(1),
    );
    bench("TokenBucket.tryTake", { ...rate, setup: () => new TokenBucket(HUGE_RATE) }, (limiter) => limiter.tryTake());
    bench(
      "KeyedRateLimiter.tryTake",
      { ...rate, setup: () => new KeyedRateLimiter<string>({ algorithm: "token_bucket", ...HUGE_RATE }) },
      (limiter) => limiter.tryTake("ann"),
    );
  }),
  suite("peers-breaker", { title: "A call through a closed circuit breaker" }, (bench) => {
    const breakers = { group: "a call through a closed circuit breaker" };
    const call = () => 1;
    bench(
      "hand-written breaker",
      { ...breakers, baseline: true, setup: () => new ConsecutiveBreaker(5, 10_000) },
      async (breaker) => (await breaker.execute(call)) === 1,
    );
    bench(
      "CircuitBreaker",
      { ...breakers, setup: () => new CircuitBreaker() },
      async (breaker) => (await breaker.execute(call)) === 1,
    );
    bench(
      "cockatiel",
      {
        ...breakers,
        setup: () => circuitBreaker(handleAll, { halfOpenAfter: 10_000, breaker: new CockatielBreaker(5) }),
      },
      async (breaker) => (await breaker.execute(call)) === 1,
    );
  }),
  suite("peers-timeout", { title: "A call with a timeout" }, (bench) => {
    const timeouts = { group: "a call with a timeout" };
    const call = () => 1;
    bench("setTimeout and clearTimeout", { ...timeouts, baseline: true }, () => {
      clearTimeout(setTimeout(() => {}, 1_000));
      return true;
    });
    bench(
      "timeout",
      { ...timeouts, setup: () => timeout(1_000) },
      async (policy) => (await policy.execute(call)) === 1,
    );
    bench(
      "cockatiel",
      { ...timeouts, setup: () => cockatielTimeout(1_000, TimeoutStrategy.Cooperative) },
      async (policy) => (await policy.execute(call)) === 1,
    );
  }),
  suite("peers-thread-lock", { title: "A lock between threads, free" }, (bench) => {
    const shared = { group: "a lock between threads, free" };
    bench("compare-and-swap lock", { ...shared, baseline: true, setup: () => new CasLock() }, (lock) => {
      const isMine = lock.tryLock();
      lock.unlock();
      return isMine;
    });
    bench("SharedMutex.tryAcquire", { ...shared, setup: () => SharedMutex.create() }, (mutex) => {
      const guard = mutex.tryAcquire();
      guard?.release();
      return guard !== undefined;
    });
    bench("multithreading, blocking", { ...shared, setup: () => new ThreadsMutex() }, (mutex) => {
      const guard = mutex.blockingLock();
      guard[Symbol.dispose]();
      return true;
    });
  }),
];
