/**
 * Resources beside the same thing written by hand, which is each group's baseline, and beside what else npm has for it.
 *
 * Each group is a suite, and so has processes of its own: code costs up to twice as much where the same process has used all the rest
 * of the library before, since V8 inlines by what a function did for all its callers. Pools, their objects and their waiters are made in `setup`. What looks like a repetition is one on purpose: two things that are
 * compared must not share a function, and with it what V8 has learned of its callers.
 *
 * @module
 */

import { Sema } from "async-sema";
import { Effect, Exit, Pool, Scope, Semaphore } from "effect";
import genericPool from "generic-pool";
import { Pool as TarnPool } from "tarn";
import { firstFit, ObjectPool, Quotas, ResourcePool, SharedResourcePool } from "../../mod.ts";
import type { Suite } from "../../src/measure/definition.ts";
import { suite } from "../../src/measure/suite.ts";
import { CasLock } from "../floors/cas_lock.ts";
import { CountingPool } from "../floors/counting_pool.ts";
import { KeyedCounter } from "../floors/keyed_counter.ts";
import { StackPool } from "../floors/stack_pool.ts";
import { DEMAND, firstRoomy, machines } from "../resources/machines.ts";

/** Who asks in turn, so that no answer is known before it is asked for. */
const USERS = ["ann", "bob"] as const;
const CPU = { cpu: 1 };
const CAPACITY = { cpu: 8, memoryMb: 16_384, gpu: 2 };

/** One suite for each thing that is compared. */
export const peerSuites: readonly Suite[] = [
  suite("peers-tried", { title: "One kind, tried" }, (bench) => {
    const tried = { group: "one kind, tried" };
    bench("hand-written counter", { ...tried, baseline: true, setup: () => new CountingPool(8) }, (pool) => {
      const lease = pool.tryAcquire(1);
      lease?.release();
      return lease !== undefined;
    });
    bench(
      "ResourcePool.tryAcquire",
      { ...tried, setup: () => ({ pool: new ResourcePool({ capacity: CAPACITY }), request: { cpu: 1 } }) },
      ({ pool, request }) => {
        const lease = pool.tryAcquire(request);
        lease?.release();
        return lease !== undefined;
      },
    );
  }),
  suite("peers-three-kinds", { title: "Three kinds, tried" }, (bench) => {
    const kinds = { group: "three kinds, tried" };
    bench(
      "one kind",
      {
        ...kinds,
        baseline: true,
        setup: () => ({ pool: new ResourcePool({ capacity: CAPACITY }), request: { cpu: 1 } }),
      },
      ({ pool, request }) => {
        const lease = pool.tryAcquire(request);
        lease?.release();
        return lease !== undefined;
      },
    );
    bench(
      "three kinds",
      {
        ...kinds,
        setup: () => ({ pool: new ResourcePool({ capacity: CAPACITY }), request: { cpu: 1, memoryMb: 512, gpu: 1 } }),
      },
      ({ pool, request }) => {
        const lease = pool.tryAcquire(request);
        lease?.release();
        return lease !== undefined;
      },
    );
  }),
  suite("peers-awaited", { title: "One kind, awaited" }, (bench) => {
    const awaited = { group: "one kind, awaited" };
    bench("hand-written pool", { ...awaited, baseline: true, setup: () => new CountingPool(8) }, async (pool) => {
      const lease = await pool.acquire(1);
      lease.release();
      return pool.available === 8;
    });
    bench(
      "ResourcePool.acquire",
      { ...awaited, setup: () => ({ pool: new ResourcePool({ capacity: CAPACITY }), request: { cpu: 1 } }) },
      async ({ pool, request }) => {
        const lease = await pool.acquire(request);
        lease.release();
        return pool.available("cpu") === 8;
      },
    );
    bench("async-sema", { ...awaited, setup: () => new Sema(8) }, async (semaphore) => {
      await semaphore.acquire();
      semaphore.release();
      return semaphore.nrWaiting() === 0;
    });
    bench(
      "Effect Semaphore",
      { ...awaited, setup: () => Effect.runSync(Semaphore.make(8)).withPermits(1)(Effect.succeed(true)) },
      (effect) => Effect.runPromise(effect),
    );
  }),
  suite("peers-line", { title: "1,008 who wait in line" }, (bench) => {
    const line = { group: "1,008 who wait in line" };
    bench(
      "hand-written pool, 16 at a time",
      { ...line, baseline: true, setup: () => new CountingPool(1) },
      async (pool) => {
        let served = 0;
        for (let round = 0; round < 63; round++) served += await serveByHand(pool, 16);
        return served === 1_008 && pool.available === 1;
      },
    );
    bench("ResourcePool, 16 at a time", { ...line, setup: poolOfOne }, async (pool) => {
      let served = 0;
      for (let round = 0; round < 63; round++) served += await serveFew(pool, 16);
      return served === 1_008 && pool.available("cpu") === 1;
    });
    bench("ResourcePool, all at once", { ...line, setup: poolOfOne }, async (pool) => {
      const served = await serveMany(pool, 1_008);
      return served === 1_008 && pool.available("cpu") === 1;
    });
  }),
  suite("peers-quota", { title: "Quota check" }, (bench) => {
    const quota = { group: "quota check" };
    bench("hand-written counter", { ...quota, baseline: true, setup: () => new CountingPool(8) }, (pool) => {
      const lease = pool.tryAcquire(1);
      lease?.release();
      return lease !== undefined;
    });
    bench(
      "hand-written keyed counter",
      {
        ...quota,
        setup: () => {
          const counter = new KeyedCounter(4);
          for (const user of USERS) counter.take(user, 3);
          return { counter, turn: 0 };
        },
      },
      (state) => state.counter.check(USERS[state.turn ^= 1]!, 1),
    );
    bench(
      "Quotas.check",
      {
        ...quota,
        setup: () => ({ quotas: quotasOfUsers(), scopes: USERS.map((user) => ({ user })), request: CPU, turn: 0 }),
      },
      (state) => state.quotas.check(state.scopes[state.turn ^= 1]!, state.request).status === "allowed",
    );
    bench(
      "Quotas.for(scope).check",
      {
        ...quota,
        setup: () => {
          const quotas = quotasOfUsers();
          return { bound: USERS.map((user) => quotas.for({ user })), request: CPU, turn: 0 };
        },
      },
      (state) => state.bound[state.turn ^= 1]!.check(state.request).status === "allowed",
    );
  }),
  suite("peers-nodes", { title: "First fit, three kinds" }, (bench) => {
    const nodes = { group: "first fit, three kinds" };
    bench("first fit over 10 nodes", { ...nodes, baseline: true, setup: () => cluster(10) }, ({ pool, node }) => {
      const lease = pool.tryAcquire(DEMAND);
      lease?.release();
      return lease?.node === node;
    });
    bench("first fit over 10,000 nodes", { ...nodes, setup: () => cluster(10_000) }, ({ pool, node }) => {
      const lease = pool.tryAcquire(DEMAND);
      lease?.release();
      return lease?.node === node;
    });
  }),
  suite("peers-preemption", { title: "Preemption planned over 10,000 leases" }, (bench) => {
    const preemption = { group: "preemption planned over 10,000 leases" };
    bench(
      "one tryAcquire",
      { ...preemption, baseline: true, setup: () => new ResourcePool({ capacity: { cpu: 8 } }) },
      (pool) => {
        const lease = pool.tryAcquire(CPU);
        lease?.release();
        return lease !== undefined;
      },
    );
    bench(
      "ResourcePool.planPreemption",
      {
        ...preemption,
        setup: () => {
          const pool = new ResourcePool({ capacity: { cpu: 10_000 } });
          for (let i = 0; i < 10_000; i++) pool.tryAcquire(CPU, { priority: "low", preemptible: true, owner: "batch" });
          return { pool, options: { priority: "high" } as const };
        },
      },
      ({ pool, options }) => pool.planPreemption(CPU, options)?.victims.length === 1,
    );
  }),
  suite("peers-threads", { title: "Between threads, free" }, (bench) => {
    const threads = { group: "between threads, free" };
    bench("compare-and-swap lock", { ...threads, baseline: true, setup: () => new CasLock() }, (lock) => {
      const isMine = lock.tryLock();
      lock.unlock();
      return isMine;
    });
    bench(
      "SharedResourcePool.tryAcquire",
      {
        ...threads,
        setup: () => ({ pool: SharedResourcePool.create({ capacity: { cpu: 8 } }), request: { cpu: 1 } }),
        teardown: ({ pool }) => pool[Symbol.dispose](),
      },
      ({ pool, request }) => {
        const lease = pool.tryAcquire(request);
        lease?.release();
        return lease !== undefined;
      },
    );
  }),
  suite("peers-objects", { title: "Object, acquired and released" }, (bench) => {
    const objects = { group: "object, acquired and released" };
    bench(
      "hand-written stack",
      { ...objects, baseline: true, setup: () => new StackPool(Array.from({ length: 10 }, () => ({}))) },
      async (pool) => {
        const value = await pool.acquire();
        pool.release(value);
        return pool.idle === 10;
      },
    );
    bench(
      "ObjectPool",
      {
        ...objects,
        setup: async () => {
          const pool = new ObjectPool({ create: () => ({}), min: 10, max: 10 });
          await pool.warmUp();
          return pool;
        },
        teardown: (pool) => pool.close(),
      },
      async (pool) => {
        const loan = await pool.acquire();
        loan.release();
        return loan.released;
      },
    );
    bench(
      "generic-pool",
      {
        ...objects,
        setup: async () => {
          const create = () => Promise.resolve({});
          const pool = genericPool.createPool({ create, destroy: () => Promise.resolve() }, { min: 10, max: 10 });
          await pool.ready();
          return pool;
        },
        teardown: async (pool) => {
          await pool.drain();
          await pool.clear();
        },
      },
      async (pool) => {
        await pool.release(await pool.acquire());
        return pool.available === 10;
      },
    );
    bench(
      "tarn",
      {
        ...objects,
        setup: () => new TarnPool<object>({ create: () => Promise.resolve({}), destroy: () => {}, min: 10, max: 10 }),
        teardown: async (pool) => void await pool.destroy(),
      },
      async (pool) => pool.release(await pool.acquire().promise),
    );
    bench(
      "Effect Pool",
      {
        ...objects,
        setup: async () => {
          const scope = Scope.makeUnsafe();
          const made = Pool.make({ acquire: Effect.succeed({}), size: 10 });
          const pool = await Effect.runPromise(Scope.provide(scope)(made));
          return { scope, use: Effect.scoped(Effect.map(Pool.get(pool), () => true)) };
        },
        teardown: ({ scope }) => Effect.runPromise(Scope.close(scope, Exit.void)),
      },
      ({ use }) => Effect.runPromise(use),
    );
  }),
];

function poolOfOne(): ResourcePool<"cpu"> {
  return new ResourcePool({ capacity: { cpu: 1 } });
}

function quotasOfUsers(): Quotas<"cpu"> {
  const quotas = new Quotas<"cpu">([{ scope: "user", kind: "cpu", policy: { type: "hard", limit: 4 } }]);
  for (const user of USERS) quotas.commit({ user }, { cpu: 3 });
  return quotas;
}

function cluster(count: number) {
  const list = machines(count).map((capacity) => ({ capacity }));
  return { pool: new ResourcePool({ nodes: list, placement: firstFit() }), node: firstRoomy(count) };
}

/** How many of so many got what they waited for. */
async function serveByHand(pool: CountingPool, waiters: number): Promise<number> {
  let served = 0;
  const held = pool.tryAcquire(1);
  const tasks = Array.from({ length: waiters }, async () => {
    const lease = await pool.acquire(1);
    served++;
    lease.release();
  });
  held?.release();
  await Promise.all(tasks);
  return served;
}

async function serveFew(pool: ResourcePool<"cpu">, waiters: number): Promise<number> {
  let served = 0;
  const held = pool.tryAcquire(CPU);
  const tasks = Array.from({ length: waiters }, async () => {
    const lease = await pool.acquire(CPU);
    served++;
    lease.release();
  });
  held?.release();
  await Promise.all(tasks);
  return served;
}

async function serveMany(pool: ResourcePool<"cpu">, waiters: number): Promise<number> {
  let served = 0;
  const held = pool.tryAcquire(CPU);
  const tasks = Array.from({ length: waiters }, async () => {
    const lease = await pool.acquire(CPU);
    served++;
    lease.release();
  });
  held?.release();
  await Promise.all(tasks);
  return served;
}
