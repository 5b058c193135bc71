import { assert, assertEquals, assertMatch } from "@std/assert";
import { AgentPool, Channel } from "../mod.ts";
import { CallingCrew } from "./coordination/calling_crew.ts";
import coordination from "./coordination_bench.ts";
import { Crew } from "./threads/crew.ts";
import { attempt, type Trial, trialsOf, withFewThreads } from "./testdata/trial.ts";

const SEED = [
  "Lock",
  "Semaphore",
  "Barrier",
  "Concurrent Lock Contention",
  "Semaphore Contention",
  "Barrier Synchronization",
  "Rate Limiter",
  "Rate Limiter Contention",
  "Agent Coordinator State Execution",
  "Agent Pool Creation",
  "Agent Pool Work Processing",
  "Work Processor Creation",
  "Coordinator Agent Enhancement",
  "Primitive State Management",
  "Quota Management",
];

Deno.test("coordination holds these benchmarks", () => {
  assertEquals(coordination.benchmarks.map(({ name }) => name).slice(0, SEED.length), SEED);
});

/** What sends so many messages in an iteration that a third takes longer than all that is small. */
const SENDING = /^(postMessage|Shared channel), /;

for (const trial of trialsOf(coordination)) {
  Deno.test(`${trial.id} succeeds, and again on what it left behind`, async () => {
    const times = SENDING.test(trial.definition.name) ? 2 : 3;
    assertEquals(await attempt(withFewThreads(trial), times), Array(times).fill(true));
  });
}

type Sabotage = (state: unknown) => unknown;

const guard = { release() {}, fencingToken: 0 };

/** What says yes to everybody, counts nothing and stops nobody. */
const generous = {
  locked: false,
  writing: false,
  readers: 0,
  available: 5,
  used: 0,
  size: 0,
  arrived: 0,
  waiters: 0,
  isSet: true,
  running: 0,
  limit: 0,
  maxConcurrency: 2,
  acquire: () => Promise.resolve(guard),
  read: () => Promise.resolve(guard),
  write: () => Promise.resolve(guard),
  wait: () => Promise.resolve(guard),
  lockWhen: () => Promise.resolve(guard),
  receive: () => Promise.resolve(0),
  send: () => Promise.resolve(),
  tryReceive: () => undefined,
  arrive: () => Promise.resolve({ index: 0, generation: -1 }),
  tryAcquire: () => guard,
  tryRead: () => guard,
  tryWrite: () => guard,
  tryLockWhen: () => guard,
  tryWait: () => true,
  tryTake: () => true,
  trySend: () => true,
  usedBy: () => 0,
  notifyAll: () => 0,
  succeeded() {},
  failed() {},
  set() {},
  reset() {},
  countDown() {},
  close() {},
  snapshot: () => ({ name: "orders", holders: [], waiters: [], totals: { grants: 1 } }),
  execute: async (fn: (context: { attempt: number; signal: AbortSignal }) => unknown) =>
    await fn({ attempt: 1, signal: new AbortController().signal }),
};

/** Lets nobody in while somebody is inside who has come first, then all at once. */
function stampede() {
  const { promise, resolve } = Promise.withResolvers<typeof guard>(), first = { release: () => resolve(guard) };
  return {
    ...generous,
    available: 3,
    ...{ tryAcquire: () => first, tryRead: () => first, acquire: () => promise, write: () => promise },
  };
}

/** What is never had. */
const mean = { ...generous, tryTake: () => false };

function put(changes: object): Sabotage {
  return (state) => ({ ...(typeof state === "object" ? state : {}), ...changes });
}

/** A crew that says that something was wrong; that it notices what is wrong, its own tests see. */
const failingCrew: Sabotage = async (crew) => {
  assert(crew instanceof Crew || crew instanceof CallingCrew);
  await crew.dismiss();
  return { round: () => Promise.resolve(false), dismiss: () => Promise.resolve() };
};

const LIMITER: readonly Sabotage[] = [put({ limiter: generous }), put({ limiter: mean })];
const POLICY: readonly Sabotage[] = [() => generous];

/** A pool or a coordinator that only says that all is done. */
const idlePool = {
  size: 0,
  running: 0,
  run: () => Promise.resolve({ status: "completed", outputs: { n: 1 }, doubled: 2 }),
  tryRun: () => undefined,
  drain: () => Promise.resolve({ completed: 0 }),
};

/** What may go wrong in each benchmark without anything being thrown by what is measured. */
const SABOTAGE: Readonly<Record<string, readonly Sabotage[]>> = {
  "Lock": [() => generous],
  "Semaphore": [() => generous],
  "Barrier": [() => ({ barrier: generous, generation: 0 })],
  "Concurrent Lock Contention": [failingCrew],
  "Semaphore Contention": [failingCrew],
  "Barrier Synchronization": [failingCrew],
  "Rate Limiter": LIMITER,
  "Rate Limiter Contention": [failingCrew],
  "Agent Coordinator State Execution": [
    put({ coordinator: { running: 0, start: () => ({ outcome: Promise.resolve({ status: "completed" }) }) } }),
    () => {
      const end = async () => (await Promise.resolve(), coordinator.running = 0, { status: "completed" });
      const coordinator = { running: 1, start: () => ({ outcome: end() }) };
      return { coordinator, executions: 0 };
    },
  ],
  "Agent Pool Creation": [
    put({ makePool: () => idlePool }),
    put({ makePool: () => ({ ...idlePool, size: 4, tryRun: () => Promise.resolve(2) }) }),
  ],
  "Agent Pool Work Processing": [
    put({ pool: idlePool }),
    put({ pool: { ...idlePool, run: (agent: { run(): Promise<unknown> }) => agent.run() } }),
  ],
  "Work Processor Creation": [put({ makeProcessor: () => ({ progress: () => ({ done: 0, remaining: 0 }) }) })],
  "Coordinator Agent Enhancement": [
    (state) => {
      assert(typeof state === "object" && state !== null && "last" in state);
      return { ...state, enhance: () => state.last };
    },
    (state) => {
      assert(typeof state === "object" && state !== null && "coordinator" in state);
      const { coordinator } = state, shared = { unit: "km" };
      return { coordinator, last: {}, enhance: () => ({ coordinator, shared, run: () => Promise.resolve() }) };
    },
  ],
  "Primitive State Management": [() => generous],
  "Quota Management": [() => generous],
  "Read-write lock": [() => generous],
  "Keyed lock": [put({ mutex: generous })],
  "Lease lock": [put({ lock: generous })],
  "Lock, with contenders": [put({ mutex: generous }), put({ mutex: stampede() })],
  "Semaphore, with contenders": [put({ semaphore: generous }), put({ semaphore: stampede() })],
  "Read-write lock, with readers": [put({ lock: generous })],
  "Read-write lock, with writers": [put({ lock: generous }), put({ lock: stampede() })],
  "Keyed lock, with contenders": [put({ mutex: generous }), put({ mutex: stampede() })],
  "Lease lock, with contenders": [put({ lock: generous }), put({ lock: stampede() })],
  "Quota, with contenders": [put({ quota: generous }), put({ quota: stampede() })],
  "Latch, open": [put({ shut: generous })],
  "Event, set and reset": [() => generous],
  "Condition variable": [put({ condition: generous })],
  "Channel": [
    put({ makeChannel: () => ({ ...generous, buffered: 0, async *[Symbol.asyncIterator]() {} }) }),
    put({ makeChannel: () => new Channel(1_000) }),
  ],
  "Latch": [put({ makeLatch: () => generous })],
  "Event": [put({ event: generous })],
  "Barrier, with parties": [put({ barrier: generous })],
  "Condition variable, with waiters": [put({ condition: generous })],
  "Channel, with receivers": [() => generous],
  "Channel, with senders": [() => generous, () => new Channel(1_000)],
  "Agent Pool Work Processing, on Workers": [
    async (pool) => {
      if (pool instanceof AgentPool) await pool.drain();
      return idlePool;
    },
  ],
  "Rate limiter, leaky_bucket": LIMITER,
  "Rate limiter, gcra": LIMITER,
  "Rate limiter, fixed_window": LIMITER,
  "Rate limiter, sliding_log": LIMITER,
  "Rate limiter, sliding_counter": LIMITER,
  "Rate limiter, adaptive": LIMITER,
  "Rate limiter, composite of two": LIMITER,
  "Rate limiter, keyed": LIMITER,
  "Circuit breaker": POLICY,
  "Bulkhead": POLICY,
  "Timeout": POLICY,
  "Timeout, aggressive": POLICY,
  "Retry": POLICY,
  "Fallback": POLICY,
  "Hedge": POLICY,
  "Coalescer": POLICY,
  "Retry, breaker and bulkhead": POLICY,
  "Nobody looks for deadlocks": [put({ a: generous, b: generous })],
  "A detector is on": [put({ a: generous, b: generous })],
  "Nobody looks for deadlocks, in line": [put({ mutex: generous }), put({ mutex: stampede() })],
  "A detector is on, in line": [put({ mutex: generous }), put({ mutex: stampede() })],
};

/** Benchmarks without: there is nothing to break, or pouring_contents_test.ts sees that what breaks is noticed. */
const isWithout = (name: string) => name === "Called without a policy" || SENDING.test(name);

Deno.test("coordination has a sabotage for each of its benchmarks", () => {
  const names = coordination.benchmarks.map(({ name }) => name).filter((name) => !isWithout(name));
  assertEquals(Object.keys(SABOTAGE), names);
});

for (const [name, sabotages] of Object.entries(SABOTAGE)) {
  for (const [place, sabotage] of sabotages.entries()) {
    Deno.test(`${name} notices that what it measures is broken, way ${place + 1}`, async () => {
      assert(await isNoticed(crowdedTrial(name), sabotage));
    });
  }
}

/**
 * The benchmark; of several sizes the second, in which there is more than one of whatever meets. But of threads there is one: they are
 * only replaced, and each costs as much as a small program.
 */
function crowdedTrial(name: string): Trial {
  const [first, second] = trialsOf(coordination).filter(({ definition }) => definition.name === name);
  const trial = second ?? first;
  assert(trial !== undefined);
  return "threads" in trial.params ? { ...trial, params: { ...trial.params, threads: 1 } } : trial;
}

/** Whether an attempt is said to have failed: by its result, or by a hook that says what it had expected. */
async function isNoticed(trial: Trial, sabotage: Sabotage): Promise<boolean> {
  try {
    return (await attempt(trial, 3, sabotage)).includes(false);
  } catch (error) {
    assert(error instanceof Error);
    assertMatch(error.message, /^Expected /);
    return true;
  }
}
