import { assert, assertEquals } from "@std/assert";
import { Agent, bestFit, firstFit, ResourcePool } from "../mod.ts";
import resources from "./resource_management_bench.ts";
import { DEMAND, firstRoomy, machines, tightest } from "./resources/machines.ts";
import { attempt, trialsOf, withFewThreads } from "./testdata/trial.ts";

const SEED = [
  "Single Resource Acquisition",
  "Complex Resource Acquisition",
  "Resource Contention",
  "Concurrent Acquisitions",
  "Quota Checking",
  "FirstFit Allocator",
  "BestFit Allocator",
  "Priority Allocator",
  "Resource Pool Can Allocate",
  "Resource Pool Preemption",
  "Resource Leak Detection",
];

Deno.test("resource-management holds these benchmarks, the allocators at four sizes", () => {
  const names = resources.benchmarks.map(({ name }) => name);
  assertEquals(names.slice(0, SEED.length), SEED);
  for (const name of ["FirstFit Allocator", "BestFit Allocator", "Priority Allocator"]) {
    const sizes = trialsOf(resources).filter(({ definition }) => definition.name === name);
    assertEquals(sizes.map(({ params }) => params.nodes), [1, 10, 1_000, 10_000]);
  }
});

for (const trial of trialsOf(resources)) {
  Deno.test(`${trial.id} succeeds, and again on what it left behind`, async () => {
    assertEquals(await attempt(withFewThreads(trial), 3), [true, true, true]);
  });
}

Deno.test("machines() have plenty of each kind everywhere, and room for all three only in a tenth", () => {
  for (const count of [1, 10, 1_000]) {
    const all = machines(count);
    const hasRoom = all.map(({ cpu, memoryMb, gpu }) =>
      cpu >= DEMAND.cpu && memoryMb >= DEMAND.memoryMb && gpu >= DEMAND.gpu
    );
    assertEquals(hasRoom.indexOf(true), firstRoomy(count));
    assertEquals(hasRoom.filter(Boolean).length, Math.max(1, Math.floor(count / 10)));
    const nodes = all.map((capacity) => ({ capacity }));
    assertEquals(new ResourcePool({ nodes, placement: firstFit() }).tryAcquire(DEMAND)?.node, firstRoomy(count));
    assertEquals(new ResourcePool({ nodes, placement: bestFit() }).tryAcquire(DEMAND)?.node, tightest(all));
  }
});

type State = Readonly<Record<string, unknown>>;

/** A pool that says yes to everything and counts nothing. */
const generous = {
  available: () => 8,
  tryAcquire: () => ({ node: 0, release() {} }),
  acquire: () => Promise.resolve({ release() {} }),
  explain: () => ({ status: "available" }),
  snapshot: () => ({ waiters: 0 }),
};

/** What may go wrong in each benchmark without anything being thrown. */
const SABOTAGE: Readonly<Record<string, readonly ((state: State) => unknown)[]>> = {
  "Single Resource Acquisition": [
    (state) => ({ ...state, pool: generous }),
    (state) => ({ ...state, request: { cpu: 2 } }),
  ],
  "Complex Resource Acquisition": [
    (state) => ({ ...state, pool: generous }),
    (state) => ({ ...state, request: { cpu: 1 } }),
  ],
  "Resource Contention": [(state) => ({ ...state, pool: generous })],
  "Quota Checking": [
    (state) => ({ ...state, exceeds: { cpu: 1 } }),
    (state) => ({ ...state, fits: { cpu: 2 } }),
  ],
  "FirstFit Allocator": [(state) => ({ ...state, node: -1 })],
  "BestFit Allocator": [(state) => ({ ...state, node: -1 })],
  "Priority Allocator": [(state) => ({ ...state, pool: generous })],
  "Resource Pool Can Allocate": [
    (state) => ({ ...state, pool: generous }),
    (state) => ({ ...state, fits: { cpu: 3 } }),
  ],
  "Resource Pool Preemption": [
    (state) => ({ ...state, options: { priority: "low" } }),
    (state) => ({ ...state, request: { cpu: 1 } }),
  ],
  "Resource Leak Detection": [(state) => ({ ...state, holder: { owner: "another" } })],
  "Agent, with resources": [
    (state) => ({ ...state, agent: new Agent("sabotaged").state("only", () => {}) }),
  ],
};

for (const [name, sabotages] of Object.entries(SABOTAGE)) {
  for (const [place, sabotage] of sabotages.entries()) {
    Deno.test(`${name} returns false when what it measures is broken, way ${place + 1}`, async () => {
      const trial = trialsOf(resources).find(({ definition }) => definition.name === name);
      assert(trial !== undefined);
      const broken = (state: unknown) => sabotage({ ...(typeof state === "object" ? state : {}) });
      assertEquals(await attempt(trial, 1, broken), [false]);
    });
  }
}
