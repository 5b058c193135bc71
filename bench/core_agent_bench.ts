/**
 * The core of the library: running agents, and what each run uses. Every benchmark checks its own result.
 *
 * Agents, pools and graphs are made in `setup`: what is measured is using them.
 *
 * @module
 */

import { Agent, type AgentPlan } from "../src/agent/mod.ts";
import { Mutex } from "../src/coordination/mutex.ts";
import { Registry } from "../src/observability/metrics/registry.ts";
import { ResourcePool } from "../src/resources/pool.ts";
import { suite } from "../src/measure/suite.ts";
import type { Suite } from "../src/measure/definition.ts";

const NUMBERS = 100;
const AGENTS = 10;

/** One state: the sum of 0 to 999. */
function simpleAgent() {
  return new Agent<Record<never, never>, { total: number }>("simple").state("sum", (ctx) => {
    let total = 0;
    for (let i = 0; i < 1_000; i++) total += i;
    ctx.output("total", total);
  });
}

/** Three states that depend on each other: makes 100 numbers, doubles them, adds them up. */
function complexAgent() {
  return new Agent<{ numbers: number[]; doubled: number[] }, { total: number }>("complex")
    .state("init", (ctx) => ctx.set("numbers", Array.from({ length: NUMBERS }, (_, i) => i)))
    .state(
      "double",
      { dependsOn: ["init"] },
      (ctx) => ctx.set("doubled", ctx.get("numbers").map((number) => number * 2)),
    )
    .state(
      "sum",
      { dependsOn: ["double"] },
      (ctx) => ctx.output("total", ctx.get("doubled").reduce((a, b) => a + b, 0)),
    );
}

/** One state that needs resources: the sum of the squares of 0 to 9,999. */
function resourceHeavyAgent() {
  return new Agent<Record<never, never>, { total: number }>("resource heavy").state(
    "squares",
    { resources: { cpu: 1, memoryMb: 100, "benchmark.unit": 1 } },
    (ctx) => {
      let total = 0;
      for (let i = 0; i < 10_000; i++) total += i * i;
      ctx.output("total", total);
    },
  );
}

/** How many of the concurrent agents are in the middle of their work, now and at most. */
interface Presence {
  now: number;
  peak: number;
}

/** One state that gives way in the middle, so that it is under way together with others; sums 0 to 999. */
function concurrentAgent(presence: Presence) {
  return new Agent<Record<never, never>, { total: number }>("concurrent").state("sum", async (ctx) => {
    presence.peak = Math.max(presence.peak, ++presence.now);
    let total = 0;
    for (let i = 0; i < 500; i++) total += i;
    await null;
    for (let i = 500; i < 1_000; i++) total += i;
    presence.now--;
    ctx.output("total", total);
  });
}

/**
 * The complex agent for 3 states; for more, states in the same manner, where each waits for the one before it and for the one
 * half as far from the beginning: twice as many dependencies as states.
 */
function planOf(states: number): AgentPlan {
  if (states === 3) return complexAgent().plan;
  const agent = new Agent("graph");
  for (let i = 0; i < states; i++) {
    const earlier = i === 0 ? [] : [...new Set([i - 1, i >> 1])];
    agent.state(`state ${i}`, { dependsOn: earlier.map((j) => `state ${j}`) }, () => {});
  }
  return agent.plan;
}

const core: Suite = suite("core-agent", { title: "Running agents, and what each run uses" }, (bench) => {
  bench(
    "Simple Agent Execution",
    {
      expected: { operation: "Simple Agent Execution", minOpsPerSecond: 100, maxDurationMs: 10 },
      setup: () => ({ agent: simpleAgent() }),
    },
    async ({ agent }) => {
      const { status, outputs } = await agent.run();
      return status === "completed" && outputs.total === 499_500;
    },
  );

  bench(
    "Complex Agent Execution",
    {
      expected: { operation: "Complex Agent Execution", minOpsPerSecond: 50, maxDurationMs: 20 },
      setup: () => ({ agent: complexAgent() }),
    },
    async ({ agent }) => {
      const { status, outputs } = await agent.run();
      return status === "completed" && outputs.total === 9_900;
    },
  );

  bench(
    "Resource Heavy Agent",
    {
      setup: () => {
        const pool = new ResourcePool({ capacity: { cpu: 4, memoryMb: 1_024, "benchmark.unit": 10 } });
        return { agent: resourceHeavyAgent(), pool, options: { resources: pool } };
      },
    },
    async ({ agent, pool, options }) => {
      const { status, outputs } = await agent.run(options);
      return status === "completed" && outputs.total === 333_283_335_000 && pool.available("benchmark.unit") === 10;
    },
  );

  bench(
    "Concurrent Agents",
    {
      setup: () => {
        const presence = { now: 0, peak: 0 };
        return { presence, agents: Array.from({ length: AGENTS }, () => concurrentAgent(presence)) };
      },
    },
    async ({ agents, presence }) => {
      presence.peak = 0;
      const results = await Promise.all(agents.map((agent) => agent.run()));
      return presence.peak === AGENTS &&
        results.every(({ status, outputs }) => status === "completed" && outputs.total === 499_500);
    },
  );

  bench(
    "State Dependency Resolution",
    {
      params: { states: [3, 10, 1_000, 100_000] },
      setup: ({ states }) => ({ plan: planOf(states) }),
    },
    ({ plan }, { states }) => {
      const resolver = plan.resolver();
      const ready = resolver.entries;
      let resolved = 0, latest: number | undefined;
      for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
        resolved++;
        latest = next;
        for (const state of resolver.complete(next)) ready.push(state);
      }
      return resolved === states && latest === states - 1;
    },
  );

  bench(
    "Resource Acquisition",
    {
      expected: { operation: "Resource Acquisition", minOpsPerSecond: 1_000, maxDurationMs: 1 },
      setup: () => ({
        pool: new ResourcePool({ capacity: { cpu: 4, memoryMb: 1_024 } }),
        request: { cpu: 1, memoryMb: 100 },
      }),
    },
    async ({ pool, request }) => {
      const lease = await pool.acquire(request);
      const held = pool.available("cpu") === 3 && pool.available("memoryMb") === 924;
      lease.release();
      return held && pool.available("cpu") === 4 && pool.available("memoryMb") === 1_024;
    },
  );

  bench(
    "Coordination Primitive",
    {
      expected: { operation: "Coordination Primitives", minOpsPerSecond: 5_000, maxDurationMs: 0.2 },
      setup: () => ({ mutex: new Mutex() }),
    },
    async ({ mutex }) => {
      const guard = await mutex.acquire();
      const held = mutex.locked;
      guard.release();
      return held && !mutex.locked;
    },
  );

  bench(
    "Metrics Recording",
    {
      expected: { operation: "Metric Recording", minOpsPerSecond: 10_000, maxDurationMs: 0.1 },
      setup: () => {
        const requests = new Registry().counter({ name: "requests_total", help: "Requests", labels: ["route"] });
        return { counter: requests.with({ route: "/" }) };
      },
    },
    ({ counter }) => {
      const before = counter.value;
      counter.inc();
      return counter.value === before + 1;
    },
  );
});

export default core;
