/**
 * The fifteen that the suite began with.
 *
 * @module
 */

import { Agent } from "../../src/agent/mod.ts";
import { AgentPool } from "../../src/coordination/agent_pool/mod.ts";
import { Coordinator, enhanceAgent } from "../../src/coordination/agents/mod.ts";
import { Barrier } from "../../src/coordination/barrier.ts";
import { createPrimitive } from "../../src/coordination/create_primitive.ts";
import { Mutex } from "../../src/coordination/mutex.ts";
import { Quota } from "../../src/coordination/quota.ts";
import { TokenBucket } from "../../src/coordination/rate_limits/mod.ts";
import { Semaphore } from "../../src/coordination/semaphore.ts";
import { WorkProcessor, WorkQueue } from "../../src/coordination/work/mod.ts";
import type { DefineBenchmark } from "../../src/measure/definition.ts";
import { CallingCrew } from "./calling_crew.ts";
import { Crowd } from "./crowd.ts";
import { gatheringCrew, lockingCrew, permittedCrew } from "./meeting_crew.ts";
import { CALLS, LIMIT, PAUSE_MS, RATE, timed } from "./passing_time.ts";
import { RATE_GROUP } from "./rate_benches.ts";

/** What a user may expect of a primitive. */
const PRIMITIVE = { operation: "Coordination Primitives", minOpsPerSecond: 5_000, maxDurationMs: 0.2 };

const WORKERS = 4;
const ITEMS = 3;

/** Defines them, in the order in which they were named. */
export function benchSeed(bench: DefineBenchmark): void {
  benchPrimitives(bench);
  benchThreads(bench);
  benchRates(bench);
  benchAgents(bench);
  benchStates(bench);
}

function benchPrimitives(bench: DefineBenchmark): void {
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
}

function benchThreads(bench: DefineBenchmark): void {
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
}

function benchRates(bench: DefineBenchmark): void {
  bench("Rate Limiter", {
    ...RATE_GROUP,
    baseline: true,
    expected: PRIMITIVE,
    setup: () => timed((clock) => new TokenBucket({ ...RATE, clock })),
  }, ({ limiter, time }) => {
    let granted = 0;
    time.pass(PAUSE_MS);
    for (let call = 0; call < CALLS; call++) if (limiter.tryTake()) granted++;
    return granted === LIMIT;
  });

  bench(
    "Rate Limiter Contention",
    {
      params: { threads: [20], callsPerSecond: [10] },
      setup: ({ threads, callsPerSecond }) => CallingCrew.muster(threads, callsPerSecond),
      teardown: (crew) => crew.dismiss(),
    },
    (crew) => crew.round(),
  );
}

function benchAgents(bench: DefineBenchmark): void {
  bench("Agent Coordinator State Execution", {
    setup: () => {
      const state = { coordinator: new Coordinator({ shared: { lock: new Mutex() } }), executions: 0 };
      state.coordinator.register(
        new Agent<{ lock: Mutex }>("one state").state("do", (ctx) => {
          const guard = ctx.get("lock").tryAcquire();
          if (guard !== undefined) state.executions++;
          guard?.release();
        }),
      );
      return state;
    },
  }, async (state) => {
    const { coordinator, executions } = state, { outcome } = coordinator.start("one state");
    const { running } = coordinator, { status } = await outcome;
    return running === 1 && status === "completed" && coordinator.running === 0 &&
      state.executions === executions + 1;
  });

  bench("Agent Pool Creation", {
    params: { workers: [WORKERS] },
    setup: ({ workers }) => ({
      makePool: () => new AgentPool({ run: (n: number) => n * 2 }, { min: workers, max: workers }),
    }),
  }, async ({ makePool }, { workers }) => {
    const pool = makePool(), { size } = pool, { completed } = await pool.drain();
    return size === workers && completed === 0 && pool.tryRun(1) === undefined;
  });

  bench("Agent Pool Work Processing", {
    params: { agents: [16] },
    setup: ({ agents }) => {
      const crowd = new Crowd(WORKERS);
      const run = async (agent: ReturnType<typeof agentThatSays>) => {
        crowd.enter();
        const result = await agent.run();
        crowd.leave();
        return result;
      };
      const pool = new AgentPool({ run }, { max: WORKERS, cooldownMs: 60_000 });
      return { pool, crowd, agents: Array.from({ length: agents }, (_, n) => agentThatSays(n)) };
    },
    teardown: ({ pool }) => pool.drain(),
  }, async ({ pool, crowd, agents }) => {
    const results = await Promise.all(agents.map((agent) => pool.run(agent)));
    return results.every(({ status, outputs }, n) => status === "completed" && outputs.n === n) &&
      crowd.hasPassed(agents.length) && pool.running === 0;
  });

  bench("Work Processor Creation", {
    params: { items: [ITEMS] },
    setup: async ({ items }) => {
      const queue = new WorkQueue<number>();
      for (let item = 0; item < items; item++) await queue.add(item);
      return { makeProcessor: () => new WorkProcessor(queue, { handle: () => {} }) };
    },
  }, ({ makeProcessor }, { items }) => {
    const { done, remaining } = makeProcessor().progress();
    return done === 0 && remaining === items;
  });

  bench("Coordinator Agent Enhancement", {
    setup: () => {
      const coordinator = new Coordinator({ shared: { unit: "km" } }), agent = agentThatSays(1);
      const enhance = () => enhanceAgent(agent, coordinator);
      return { coordinator, enhance, last: enhance() };
    },
    afterRound: async ({ coordinator, last }) => {
      const { started } = coordinator.snapshot();
      await last.run();
      if (coordinator.snapshot().started === started + 1) return;
      throw new Error("Expected that the coordinator knows of an enhanced agent's run: it does not");
    },
  }, (state) => {
    const { coordinator, last } = state;
    const enhanced = state.last = state.enhance(); // kept, or the compiler would not make it at all
    return enhanced !== last && enhanced.coordinator === coordinator && enhanced.shared.unit === "km";
  });
}

function benchStates(bench: DefineBenchmark): void {
  bench("Primitive State Management", {
    setup: async () => {
      const mutex = createPrimitive({ type: "mutex", name: "orders", timing: "on" });
      await mutex.acquire({ owner: "ann" });
      return mutex;
    },
  }, (mutex) => {
    const { name, holders, waiters, totals } = mutex.snapshot();
    return name === "orders" && holders[0]?.owner === "ann" && holders[0].ageMs !== undefined &&
      waiters.length === 0 && totals.grants === 1;
  });

  bench("Quota Management", { setup: () => new Quota(10, { ownerLimit: 4 }) }, (quota) => {
    const share = quota.tryAcquire(4, "ann");
    const isRefused = quota.tryAcquire(1, "ann") === undefined;
    share?.release();
    return isRefused && quota.usedBy("ann") === 0;
  });
}

function agentThatSays(n: number) {
  return new Agent<Record<never, never>, { n: number }>("one state").state("say", (ctx) => ctx.output("n", n));
}
