/**
 * The core beside the same thing written by hand: in each group the baseline is the floor, and the others are shown as a ratio
 * to it.
 *
 * Steps count, so that none can be left out unnoticed. Agents are made in `setup` unless the name says otherwise. What looks like
 * a repetition is one on purpose: two things that are compared must not share a function, and with it what V8 has learned of
 * its callers.
 *
 * @module
 */

import { Agent, type AgentOptions } from "../src/agent/mod.ts";
import { Mutex } from "../src/coordination/mutex.ts";
import { Registry } from "../src/observability/metrics/registry.ts";
import { ResourcePool } from "../src/resources/pool.ts";
import type { Suite } from "../src/measure/definition.ts";
import { suite } from "../src/measure/suite.ts";
import { awaitChain, constructAndAwaitChain } from "./floors/await_chain.ts";
import { CountingPool } from "./floors/counting_pool.ts";
import { FifoMutex } from "./floors/fifo_mutex.ts";
import { promiseAll } from "./floors/promise_all.ts";
import { aggregateStep, firstStep, secondStep, type Tally, thirdStep } from "./floors/steps.ts";

type Options = AgentOptions<Record<string, unknown>>;

/** Steps of a chain; a fan-out with its join has one more. */
const STEPS = 3;
/** Workflows under way at once, and tasks that want a lease. */
const TASKS = 100;
/** Tasks that want one lock. */
const CONTENDERS = 16;
/** An agent that reads no clock, as the floors read none. */
const UNTIMED: Options = { timing: "off" };

const floors: Suite = suite("core-floors", { title: "The core beside the same thing written by hand" }, (bench) => {
  const chain = { group: "three steps" };
  bench("await chain", { ...chain, baseline: true, setup: counting }, async ({ tally }) => {
    await awaitChain(tally);
    return took(tally, STEPS);
  });
  bench("agent, async states", { ...chain, setup: running(asyncChain) }, async ({ tally, agent }) => {
    const { status } = await agent.run();
    return status === "completed" && took(tally, STEPS);
  });
  bench("agent, async states, untimed", { ...chain, setup: running(asyncChain, UNTIMED) }, async ({ tally, agent }) => {
    const { status } = await agent.run();
    return status === "completed" && took(tally, STEPS);
  });
  bench("agent, sync states", { ...chain, setup: running(syncChain) }, async ({ tally, agent }) => {
    const { status } = await agent.run();
    return status === "completed" && took(tally, STEPS);
  });
  bench("agent, sync states, untimed", { ...chain, setup: running(syncChain, UNTIMED) }, async ({ tally, agent }) => {
    const { status } = await agent.run();
    return status === "completed" && took(tally, STEPS);
  });

  const construction = { group: "construct and run three steps" };
  bench("list of closures", { ...construction, baseline: true, setup: counting }, async ({ tally }) => {
    await constructAndAwaitChain(tally);
    return took(tally, STEPS);
  });
  bench("new agent", { ...construction, setup: counting }, async ({ tally }) => {
    const { status } = await asyncChain(tally).run();
    return status === "completed" && took(tally, STEPS);
  });

  const fanOut = { group: "fan out to three and join" };
  bench("Promise.all", { ...fanOut, baseline: true, setup: counting }, async ({ tally }) => {
    await promiseAll(tally);
    return took(tally, STEPS + 1);
  });
  bench("agent, fan-out", { ...fanOut, setup: running(fanOutAndJoin) }, async ({ tally, agent }) => {
    const { status } = await agent.run();
    return status === "completed" && took(tally, STEPS + 1);
  });
  bench("agent, fan-out, untimed", { ...fanOut, setup: running(fanOutAndJoin, UNTIMED) }, async ({ tally, agent }) => {
    const { status } = await agent.run();
    return status === "completed" && took(tally, STEPS + 1);
  });

  const inFlight = { group: "100 in flight" };
  bench("100 await chains", { ...inFlight, baseline: true, setup: counting }, async ({ tally }) => {
    const chains: Promise<void>[] = [];
    for (let i = 0; i < TASKS; i++) chains.push(awaitChain(tally));
    await Promise.all(chains);
    return took(tally, TASKS * STEPS);
  });
  bench("100 runs of an agent", { ...inFlight, setup: running(asyncChain) }, async ({ tally, agent }) => {
    const runs: ReturnType<Agent["run"]>[] = [];
    for (let i = 0; i < TASKS; i++) runs.push(agent.run());
    const results = await Promise.all(runs);
    return results.every(({ status }) => status === "completed") && took(tally, TASKS * STEPS);
  });

  // The pools have room for one: a lease that is not given back fails the next iteration.
  const tried = { group: "lease, tried" };
  bench("counting pool, tried", { ...tried, baseline: true, setup: () => new CountingPool(1) }, (pool) => {
    const lease = pool.tryAcquire(1);
    lease?.release();
    return lease !== undefined;
  });
  bench("resource pool, tried", { ...tried, setup: () => poolOf(1) }, (pool) => {
    const lease = pool.tryAcquire({ cpu: 1 });
    lease?.release();
    return lease !== undefined;
  });

  const awaited = { group: "lease, awaited" };
  bench("counting pool, awaited", { ...awaited, baseline: true, setup: () => new CountingPool(1) }, async (pool) => {
    const lease = await pool.acquire(1);
    lease.release();
    return pool.available === 1;
  });
  bench("resource pool, awaited", { ...awaited, setup: () => poolOf(1) }, async (pool) => {
    const lease = await pool.acquire({ cpu: 1 });
    lease.release();
    return pool.available("cpu") === 1;
  });

  const contendedLease = { group: "lease, 100 tasks for 10" };
  bench("counting pool, contended", {
    ...contendedLease,
    baseline: true,
    setup: () => ({ pool: new CountingPool(10), section: newSection(10) }),
  }, async ({ pool, section }) => {
    const tasks: Promise<void>[] = [];
    const task = async () => {
      const lease = await pool.acquire(1);
      await pass(section);
      lease.release();
    };
    for (let i = 0; i < TASKS; i++) tasks.push(task());
    await Promise.all(tasks);
    return passed(section, TASKS) && pool.available === 10;
  });
  bench("resource pool, contended", {
    ...contendedLease,
    setup: () => ({ pool: poolOf(10), section: newSection(10) }),
  }, async ({ pool, section }) => {
    const tasks: Promise<void>[] = [];
    const task = async () => {
      const lease = await pool.acquire({ cpu: 1 });
      await pass(section);
      lease.release();
    };
    for (let i = 0; i < TASKS; i++) tasks.push(task());
    await Promise.all(tasks);
    return passed(section, TASKS) && pool.available("cpu") === 10;
  });

  const freeLock = { group: "mutex, free" };
  bench("FIFO mutex, free", { ...freeLock, baseline: true, setup: () => new FifoMutex() }, async (mutex) => {
    const guard = await mutex.acquire();
    guard.release();
    return !mutex.locked;
  });
  bench("mutex, free", { ...freeLock, setup: () => new Mutex() }, async (mutex) => {
    const guard = await mutex.acquire();
    guard.release();
    return !mutex.locked;
  });

  const contendedLock = { group: "mutex, 16 tasks" };
  bench("FIFO mutex, contended", {
    ...contendedLock,
    baseline: true,
    setup: () => ({ mutex: new FifoMutex(), section: newSection(1) }),
  }, async ({ mutex, section }) => {
    const tasks: Promise<void>[] = [];
    const task = async () => {
      const guard = await mutex.acquire();
      await pass(section);
      guard.release();
    };
    for (let i = 0; i < CONTENDERS; i++) tasks.push(task());
    await Promise.all(tasks);
    return passed(section, CONTENDERS) && !mutex.locked;
  });
  bench("mutex, contended", {
    ...contendedLock,
    setup: () => ({ mutex: new Mutex(), section: newSection(1) }),
  }, async ({ mutex, section }) => {
    const tasks: Promise<void>[] = [];
    const task = async () => {
      const guard = await mutex.acquire();
      await pass(section);
      guard.release();
    };
    for (let i = 0; i < CONTENDERS; i++) tasks.push(task());
    await Promise.all(tasks);
    return passed(section, CONTENDERS) && !mutex.locked;
  });

  const metric = { group: "count" };
  bench("+= 1", { ...metric, baseline: true, setup: () => ({ value: 0 }) }, (count) => {
    const before = count.value;
    count.value += 1;
    return count.value === before + 1;
  });
  bench("counter", { ...metric, setup: () => new Registry().counter(REQUESTS) }, (counter) => {
    const before = counter.value;
    counter.inc();
    return counter.value === before + 1;
  });
  bench("counter, labels bound once", { ...metric, setup: boundCounter }, (counter) => {
    const before = counter.value;
    counter.inc();
    return counter.value === before + 1;
  });
});

export default floors;

function asyncChain(tally: Tally, options?: Options): Agent {
  return new Agent("chain", options)
    .state("first", () => firstStep(tally))
    .state("second", { dependsOn: ["first"] }, () => secondStep(tally))
    .state("third", { dependsOn: ["second"] }, () => thirdStep(tally));
}

function syncChain(tally: Tally, options?: Options): Agent {
  return new Agent("chain", options)
    .state("first", () => void tally.steps++)
    .state("second", { dependsOn: ["first"] }, () => void tally.steps++)
    .state("third", { dependsOn: ["second"] }, () => void tally.steps++);
}

function fanOutAndJoin(tally: Tally, options?: Options): Agent {
  return new Agent("fan-out", options)
    .state("first", () => firstStep(tally))
    .state("second", () => secondStep(tally))
    .state("third", () => thirdStep(tally))
    .state("aggregate", { dependsOn: ["first", "second", "third"] }, () => aggregateStep(tally));
}

function counting(): { readonly tally: Tally } {
  return { tally: { steps: 0 } };
}

/** The setup of a benchmark that runs an agent. */
function running(make: (tally: Tally, options?: Options) => Agent, options?: Options) {
  return () => {
    const tally = { steps: 0 };
    return { tally, agent: make(tally, options) };
  };
}

/** Whether so many steps were taken; sets the tally back for the next iteration. */
function took(tally: Tally, steps: number): boolean {
  const right = tally.steps === steps;
  tally.steps = 0;
  return right;
}

function poolOf(cpu: number): ResourcePool<"cpu" | "memoryMb" | "gpu"> {
  return new ResourcePool({ capacity: { cpu, memoryMb: 16_384, gpu: 1 } });
}

/** A critical section: how many are in it, how many may be, and how many went through without finding it too full. */
interface Section {
  readonly room: number;
  inside: number;
  passed: number;
}

function newSection(room: number): Section {
  return { room, inside: 0, passed: 0 };
}

/** Stays in the section for one turn of the promise queue. */
async function pass(section: Section): Promise<void> {
  section.inside++;
  await null;
  if (section.inside <= section.room) section.passed++;
  section.inside--;
}

/** Whether so many went through; sets the section back for the next iteration. */
function passed(section: Section, times: number): boolean {
  const right = section.passed === times && section.inside === 0;
  section.passed = 0;
  return right;
}

const REQUESTS = { name: "requests_total", help: "Requests" };

function boundCounter() {
  return new Registry().counter({ ...REQUESTS, labels: ["route"] }).with({ route: "/" });
}
