import { assertEquals } from "@std/assert";
import coordination from "./coordination_bench.ts";
import { callInVirtualTime } from "./coordination/virtual_calls.ts";
import { attempt, trialsOf } from "./trial.ts";

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

for (const trial of trialsOf(coordination)) {
  Deno.test(`${trial.id} succeeds, and again on what it left behind`, async () => {
    assertEquals(await attempt(trial, 3), [true, true, true]);
  });
}

const guard = { release() {}, fencingToken: 0 };

/** What says yes to everybody, counts nothing and stops nobody. */
const generous = {
  locked: false,
  available: 5,
  size: 0,
  waiters: 0,
  isSet: true,
  running: 0,
  acquire: () => Promise.resolve(guard),
  read: () => Promise.resolve(guard),
  tryAcquire: () => guard,
  tryWrite: () => undefined,
  usedBy: () => 0,
  arrive: () => Promise.resolve({ index: 0, generation: -1 }),
  snapshot: () => ({ name: "orders", holders: [], waiters: [] }),
  tryTake: () => true,
};

for (
  const [name, sabotage] of [
    ["Lock", () => generous],
    ["Semaphore", () => generous],
    ["Barrier", () => ({ barrier: generous, generation: 0 })],
    ["Primitive State Management", () => generous],
    ["Quota Management", () => generous],
    ["Lock, with contenders", () => ({ mutex: generous, inside: 0, passed: 0 })],
    ["Semaphore, with contenders", () => ({ semaphore: generous, inside: 0, passed: 0 })],
    ["Read-write lock, with readers", () => generous],
    ["Keyed lock", () => ({ mutex: generous, key: 0 })],
    ["Lease lock", () => ({ lock: generous, token: 0 })],
    ["Barrier, with parties", () => generous],
    ["Rate limiter, gcra", () => ({ limiter: generous, startMs: Infinity, granted: 1e9 })],
  ] as const
) {
  Deno.test(`${name} of coordination notices a primitive that does nothing`, async () => {
    const trial = trialsOf(coordination).find(({ definition }) => definition.name === name);
    if (trial === undefined) throw new Error(`There is no ${name}`);
    assertEquals(await attempt(trial, 1, sabotage), [false]);
  });
}

Deno.test("callInVirtualTime() holds for other rates and crowds", () => {
  for (const [callers, rate] of [[1, 10], [20, 1], [3, 100]] as const) {
    assertEquals(callInVirtualTime(callers, rate), true);
  }
});
