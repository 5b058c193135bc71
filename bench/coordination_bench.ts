/**
 * Coordination: what it costs to take turns, in one isolate and between real threads, to keep to a rate, and to let agents work
 * together. Every benchmark checks its own result: counts are exact, no limit is passed, nothing is lost.
 *
 * @module
 */

import {
  Agent,
  AgentPool,
  Barrier,
  Bulkhead,
  Channel,
  CircuitBreaker,
  Coalescer,
  CompositeRateLimiter,
  Coordinator,
  createPrimitive,
  createRateLimiter,
  detectDeadlocks,
  enhanceAgent,
  fallback,
  KeyedMutex,
  KeyedRateLimiter,
  Latch,
  LeaseLock,
  Mutex,
  Quota,
  type RateLimiter,
  type RateLimiterRecipe,
  ReadWriteLock,
  ResetEvent,
  retry,
  Semaphore,
  timeout,
  TokenBucket,
  WorkProcessor,
  WorkQueue,
  wrap,
} from "../mod.ts";
import type { Suite } from "../src/measure/definition.ts";
import { suite } from "../src/measure/suite.ts";
import { benchChannels } from "./coordination/channel_benches.ts";
import { gatheringCrew, lockingCrew, permittedCrew } from "./coordination/meeting_crew.ts";
import { callInVirtualTime } from "./coordination/virtual_calls.ts";

/** What a user may expect of a primitive. */
const PRIMITIVE = { operation: "Coordination Primitives", minOpsPerSecond: 5_000, maxDurationMs: 0.2 };

const CONTENDERS = [1, 16, 1_000];

const coordination: Suite = suite(
  "coordination",
  { title: "Taking turns, keeping to rates, working together" },
  (bench) => {
    bench("Lock", { expected: PRIMITIVE, setup: () => new Mutex() }, async (mutex) => {
      const guard = await mutex.acquire();
      const isHeld = mutex.locked;
      guard.release();
      return isHeld && !mutex.locked;
    });

    bench(
      "Semaphore",
      { expected: PRIMITIVE, params: { max: [5] }, setup: ({ max }) => new Semaphore(max) },
      async (semaphore) => {
        const guard = await semaphore.acquire();
        const { available } = semaphore;
        guard.release();
        return available === 4 && semaphore.available === 5;
      },
    );

    bench("Barrier", {
      expected: PRIMITIVE,
      params: { parties: [1] },
      setup: ({ parties }) => ({ barrier: new Barrier(parties), generation: 0 }),
    }, async (state) => {
      const { index, generation } = await state.barrier.arrive();
      return index === 0 && generation === state.generation++;
    });

    bench(
      "Concurrent Lock Contention",
      { params: { threads: [10] }, setup: ({ threads }) => lockingCrew(threads), teardown: (crew) => crew.dismiss() },
      (crew) => crew.round(),
    );

    bench(
      "Semaphore Contention",
      {
        params: { threads: [10], max: [3] },
        setup: ({ threads, max }) => permittedCrew(threads, max),
        teardown: (crew) => crew.dismiss(),
      },
      (crew) => crew.round(),
    );

    bench(
      "Barrier Synchronization",
      { params: { threads: [5] }, setup: ({ threads }) => gatheringCrew(threads), teardown: (crew) => crew.dismiss() },
      (crew) => crew.round(),
    );

    bench(
      "Rate Limiter",
      { expected: PRIMITIVE, setup: () => new TokenBucket({ limit: 1_000_000_000, perMs: 1_000 }) },
      (limiter) => limiter.tryTake(),
    );

    bench(
      "Rate Limiter Contention",
      { params: { callers: [20], callsPerSecond: [10] } },
      (_, { callers, callsPerSecond }) => callInVirtualTime(callers, callsPerSecond),
    );

    bench(
      "Agent Coordinator State Execution",
      {
        setup: () => {
          const coordinator = new Coordinator({ shared: { lock: new Mutex() } });
          coordinator.register(oneState());
          return coordinator;
        },
      },
      async (coordinator) => {
        const { status } = await coordinator.start("one state").outcome;
        return status === "completed" && coordinator.running === 0;
      },
    );

    bench("Agent Pool Creation", {}, async () => {
      const pool = new AgentPool({ run: (agent: ReturnType<typeof oneState>) => agent.run() }, { max: 4 });
      return (await pool.drain()).completed === 0;
    });

    bench(
      "Agent Pool Work Processing",
      {
        params: { agents: [16] },
        setup: ({ agents }) => ({
          pool: new AgentPool({ run: (agent: ReturnType<typeof oneState>) => agent.run() }, {
            max: 4,
            cooldownMs: 60_000,
          }),
          agents: Array.from({ length: agents }, oneState),
        }),
        teardown: ({ pool }) => pool.drain(),
      },
      async ({ pool, agents }) => {
        const results = await Promise.all(agents.map((agent) => pool.run(agent)));
        return results.every(({ status, outputs }) => status === "completed" && outputs.done === 1) &&
          pool.running === 0;
      },
    );

    bench(
      "Work Processor Creation",
      { setup: () => ({ queue: new WorkQueue<number>(), work: { handle: () => {} } }) },
      ({ queue, work }) => new WorkProcessor(queue, work).poison.items().length === 0,
    );

    bench(
      "Coordinator Agent Enhancement",
      { setup: () => ({ coordinator: new Coordinator({ shared: { unit: "km" } }), agent: oneState() }) },
      ({ coordinator, agent }) => enhanceAgent(agent, coordinator).shared.unit === "km",
    );

    bench(
      "Primitive State Management",
      {
        setup: async () => {
          const mutex = createPrimitive({ type: "mutex", name: "orders", timing: "on" });
          await mutex.acquire({ owner: "ann" });
          return mutex;
        },
      },
      (mutex) => {
        const { name, holders, waiters } = mutex.snapshot();
        return name === "orders" && holders[0]?.owner === "ann" && holders[0].ageMs !== undefined &&
          waiters.length === 0;
      },
    );

    bench("Quota Management", { setup: () => new Quota(10, { ownerLimit: 4 }) }, (quota) => {
      const share = quota.tryAcquire(4, "ann");
      const isRefused = quota.tryAcquire(1, "ann") === undefined;
      share?.release();
      return isRefused && quota.usedBy("ann") === 0;
    });

    bench("Lock, with contenders", {
      params: { contenders: CONTENDERS },
      setup: () => ({ mutex: new Mutex(), inside: 0, passed: 0 }),
    }, async (state, { contenders }) => {
      const { mutex } = state;
      state.passed = 0;
      const contend = async () => {
        const guard = await mutex.acquire();
        if (++state.inside === 1) state.passed++;
        state.inside--;
        guard.release();
      };
      const first = mutex.tryAcquire(); // so that all of them wait
      const tasks = Array.from({ length: contenders }, contend);
      const { waiters } = mutex;
      first?.release();
      await Promise.all(tasks);
      return waiters === contenders && state.passed === contenders && !mutex.locked;
    });

    bench("Semaphore, with contenders", {
      params: { contenders: CONTENDERS },
      setup: () => ({ semaphore: new Semaphore(3), inside: 0, passed: 0 }),
    }, async (state, { contenders }) => {
      const { semaphore } = state;
      state.passed = 0;
      const contend = async () => {
        const guard = await semaphore.acquire();
        if (++state.inside <= 3) state.passed++;
        state.inside--;
        guard.release();
      };
      const first = semaphore.tryAcquire(3);
      const tasks = Array.from({ length: contenders }, contend);
      const { waiters } = semaphore;
      first?.release();
      await Promise.all(tasks);
      return waiters === contenders && state.passed === contenders && semaphore.available === 3;
    });

    bench(
      "Read-write lock, with readers",
      { params: { readers: CONTENDERS }, setup: () => new ReadWriteLock() },
      async (lock, { readers }) => {
        const writer = lock.tryWrite();
        let read = 0;
        const tasks = Array.from({ length: readers }, async () => {
          const guard = await lock.read();
          read++;
          guard.release();
        });
        writer?.release();
        await Promise.all(tasks);
        const after = lock.tryWrite();
        after?.release();
        return read === readers && after !== undefined;
      },
    );

    bench(
      "Keyed lock",
      { params: { keys: [1, 1_000] }, setup: () => ({ mutex: new KeyedMutex<number>(), key: 0 }) },
      async (state, { keys }) => {
        const guard = await state.mutex.acquire(state.key = (state.key + 1) % keys);
        const isHeld = state.mutex.size === 1;
        guard.release();
        return isHeld && state.mutex.size === 0;
      },
    );

    bench("Lease lock", { setup: () => ({ lock: new LeaseLock({ ttlMs: 60_000 }), token: 0 }) }, async (state) => {
      const guard = await state.lock.acquire();
      const hasGrown = guard.fencingToken > state.token;
      state.token = guard.fencingToken;
      guard.release();
      return hasGrown;
    });

    bench("Latch", { params: { waiters: CONTENDERS } }, async (_, { waiters }) => {
      const latch = new Latch(1);
      let passed = 0;
      const tasks = Array.from({ length: waiters }, () => latch.wait().then(() => void passed++));
      latch.countDown();
      await Promise.all(tasks);
      return passed === waiters;
    });

    bench("Event", { params: { waiters: CONTENDERS }, setup: () => new ResetEvent() }, async (event, { waiters }) => {
      event.reset();
      const tasks = Array.from({ length: waiters }, () => event.wait());
      event.set();
      return (await Promise.all(tasks)).length === waiters && event.isSet;
    });

    bench(
      "Barrier, with parties",
      { params: { parties: [16, 1_000] }, setup: ({ parties }) => new Barrier(parties) },
      async (barrier, { parties }) => {
        const passes = await Promise.all(Array.from({ length: parties }, () => barrier.arrive()));
        return new Set(passes.map(({ index }) => index)).size === parties;
      },
    );

    bench("Channel", { params: { capacity: [1, 64], items: [1_000] } }, async (_, { capacity, items }) => {
      const channel = new Channel<number>(capacity);
      const produce = async () => {
        for (let item = 1; item <= items; item++) if (!channel.trySend(item)) await channel.send(item);
        channel.close();
      };
      let sum = 0;
      const consume = async () => {
        for await (const item of channel) sum += item;
      };
      await Promise.all([produce(), consume()]);
      return sum === items * (items + 1) / 2;
    });

    benchChannels(bench);

    bench("Agent Pool Work Processing, on Workers", {
      params: { agents: [16] },
      setup: async () => {
        const module = new URL("./coordination/pooled_agent.ts", import.meta.url);
        const pool = new AgentPool<{ n: number }, { doubled: number }>({ module, exportName: "doubler" }, {
          min: 2,
          max: 2,
        });
        await Promise.all([1, 2].map((n) => pool.run({ n }))); // until both have started
        return pool;
      },
      teardown: (pool) => pool.drain(),
    }, async (pool, { agents }) => {
      const answers = await Promise.all(Array.from({ length: agents }, (_, n) => pool.run({ n })));
      return answers.every(({ doubled }, n) => doubled === n * 2) && pool.running === 0;
    });

    const RECIPES: readonly RateLimiterRecipe[] =
      (["token_bucket", "leaky_bucket", "gcra", "fixed_window", "sliding_log", "sliding_counter"] as const)
        .map((algorithm) => ({ algorithm, limit: 1_000, perMs: 1 }));
    for (const recipe of RECIPES) {
      bench(`Rate limiter, ${recipe.algorithm}`, {
        setup: () => limited(createRateLimiter(recipe)),
      }, takeAsAllowed);
    }
    bench("Rate limiter, keyed", {
      params: { keys: [1, 1_024] },
      setup: () => ({
        limiter: new KeyedRateLimiter<number>({ algorithm: "token_bucket", limit: 1_000_000_000, perMs: 1_000 }),
        key: 0,
      }),
    }, (state, { keys }) => state.limiter.tryTake(state.key = (state.key + 1) % keys));
    bench("Rate limiter, composite of two", {
      setup: () =>
        limited(
          new CompositeRateLimiter([
            createRateLimiter({ algorithm: "token_bucket", limit: 1_000, perMs: 1 }),
            createRateLimiter({ algorithm: "gcra", limit: 1_000, perMs: 1 }),
          ]),
        ),
    }, takeAsAllowed);

    const policies = { group: "a policy around a call" };
    const call = () => 1;
    bench("Called without a policy", {
      ...policies,
      baseline: true,
      setup: () => ({ execute: async (fn: () => number) => await fn() }),
    }, async (plain) => (await plain.execute(call)) === 1);
    for (
      const [name, policy] of [
        ["Circuit breaker", () => new CircuitBreaker()],
        ["Bulkhead", () => new Bulkhead({ maxConcurrent: 10 })],
        ["Timeout", () => timeout(1_000)],
        ["Retry", () => retry({ maxRetries: 3 })],
        ["Fallback", () => fallback(() => 2)],
        ["Coalescer", () => new Coalescer()],
        [
          "Retry, breaker and bulkhead",
          () => wrap(retry({ maxRetries: 3 }), new CircuitBreaker(), new Bulkhead({ maxConcurrent: 10 })),
        ],
      ] as const
    ) {
      bench(name, { ...policies, setup: policy }, async (made) => (await made.execute(call)) === 1);
    }

    const owned = { group: "two locks with an owner" };
    bench("Nobody looks for deadlocks", { ...owned, baseline: true, setup: twoLocks }, lockBoth);
    bench("A detector is on", {
      ...owned,
      setup: () => ({ ...twoLocks(), detector: detectDeadlocks() }),
      teardown: ({ detector }) => detector.stop(),
    }, async (state) => (await lockBoth(state)) && state.detector.found === 0);
  },
);

export default coordination;

function oneState() {
  return new Agent<{ done: number }, { done: number }>("one state").state("do", (ctx) => ctx.output("done", 1));
}

/** A limiter, and what it has granted. */
function limited(limiter: RateLimiter) {
  const startMs = performance.now();
  return { limiter, startMs, granted: 0 };
}

/** Takes if it may; whether that is no more than the limit of a thousand a millisecond, and what may come at once, allow. */
function takeAsAllowed(state: ReturnType<typeof limited>): boolean {
  if (state.limiter.tryTake()) state.granted++;
  return state.granted > 0 && state.granted <= 2_000 + 1_000 * (performance.now() - state.startMs);
}

function twoLocks() {
  return { a: new Mutex(), b: new Mutex(), ann: { owner: "ann" }, bob: { owner: "bob" } };
}

/** Two owners that meet in both locks, in one order. */
async function lockBoth({ a, b, ann, bob }: ReturnType<typeof twoLocks>): Promise<boolean> {
  let passed = 0;
  const both = async (options: { readonly owner: string }) => {
    const first = await a.acquire(options), second = await b.acquire(options);
    passed++;
    second.release();
    first.release();
  };
  await Promise.all([both(ann), both(bob)]);
  return passed === 2 && !a.locked && !b.locked;
}
