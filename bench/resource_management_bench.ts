/**
 * Resources: what it costs to get them, to share them out, to refuse them, to take them back and to notice that they are lost. Every
 * benchmark checks its own result: no capacity is exceeded, nothing is lost.
 *
 * @module
 */

import { Agent } from "../src/agent/mod.ts";
import { bestFit, firstFit, ObjectPool, type Placement, priority, Quotas, ResourcePool } from "../src/resources/mod.ts";
import type { Suite } from "../src/measure/definition.ts";
import { suite } from "../src/measure/suite.ts";
import { acquiringCrew } from "./resources/acquiring_crew.ts";
import { DEMAND, firstRoomy, machines, tightest } from "./resources/machines.ts";

/** What a user may expect of an acquisition, as of "Resource Acquisition" in the core suite. */
const ACQUISITION = { operation: "Resource Acquisition", minOpsPerSecond: 1_000, maxDurationMs: 1 };

const CAPACITY = { cpu: 8, memoryMb: 16_384, gpu: 2 };
const THREE_KINDS = { cpu: 1, memoryMb: 512, gpu: 1 };
const NODES = [1, 10, 1_000, 10_000];

const resources: Suite = suite(
  "resource-management",
  { title: "Getting, sharing and taking back resources" },
  (bench) => {
    bench(
      "Single Resource Acquisition",
      { expected: ACQUISITION, setup: () => ({ pool: new ResourcePool({ capacity: CAPACITY }), request: { cpu: 1 } }) },
      ({ pool, request }) => {
        const lease = pool.tryAcquire(request);
        const isHeld = pool.available("cpu") === 7;
        lease?.release();
        return isHeld && pool.available("cpu") === 8;
      },
    );

    bench(
      "Complex Resource Acquisition",
      {
        expected: ACQUISITION,
        setup: () => ({ pool: new ResourcePool({ capacity: CAPACITY }), request: THREE_KINDS }),
      },
      ({ pool, request }) => {
        const lease = pool.tryAcquire(request);
        const isHeld = pool.available("gpu") === 1 && pool.available("memoryMb") === 15_872;
        lease?.release();
        return isHeld && pool.available("cpu") === 8 && pool.available("gpu") === 2;
      },
    );

    bench(
      "Resource Contention",
      {
        params: { contenders: [1, 16, 1_000] },
        setup: () => ({
          pool: new ResourcePool({ capacity: { cpu: 1 } }),
          request: { cpu: 1 },
          inside: { now: 0, passed: 0 },
        }),
      },
      async ({ pool, request, inside }, { contenders }) => {
        const contend = async () => {
          const lease = await pool.acquire(request);
          if (++inside.now === 1) inside.passed++;
          inside.now--;
          lease.release();
        };
        inside.passed = 0;
        const first = pool.tryAcquire(request); // so that all of them wait
        const tasks = Array.from({ length: contenders }, contend);
        const { waiters } = pool.snapshot();
        first?.release();
        await Promise.all(tasks);
        return waiters === contenders && inside.passed === contenders && pool.available("cpu") === 1;
      },
    );

    bench(
      "Concurrent Acquisitions",
      {
        params: { threads: [10] },
        setup: ({ threads }) => acquiringCrew(threads, 4),
        teardown: (crew) => crew.dismiss(),
      },
      (crew) => crew.round(),
    );

    bench(
      "Quota Checking",
      {
        setup: () => {
          const quotas = new Quotas<"cpu">([
            { scope: "user", kind: "cpu", policy: { type: "hard", limit: 4 } },
            { scope: "global", kind: "cpu", policy: { type: "hard", limit: 100 } },
          ]);
          quotas.commit({ user: "ann" }, { cpu: 3 });
          return { quotas, scope: { user: "ann" }, fits: { cpu: 1 }, exceeds: { cpu: 2 } };
        },
      },
      ({ quotas, scope, fits, exceeds }) =>
        quotas.check(scope, fits).status === "allowed" && quotas.check(scope, exceeds).status === "refused",
    );

    const allocators: readonly (readonly [string, () => Placement, (nodes: number) => number])[] = [
      ["FirstFit Allocator", firstFit, firstRoomy],
      ["BestFit Allocator", bestFit, (nodes) => tightest(machines(nodes))],
    ];
    for (const [name, placement, expected] of allocators) {
      bench(
        name,
        {
          params: { nodes: NODES },
          setup: ({ nodes }) => {
            const list = machines(nodes).map((capacity) => ({ capacity }));
            return { pool: new ResourcePool({ nodes: list, placement: placement() }), node: expected(nodes) };
          },
        },
        ({ pool, node }) => {
          const lease = pool.tryAcquire(DEMAND);
          const isThere = lease?.node === node;
          lease?.release();
          return isThere;
        },
      );
    }

    bench(
      "Priority Allocator",
      {
        params: { nodes: NODES },
        setup: ({ nodes }) => {
          const pool = new ResourcePool({ capacity: { cpu: 1 }, nodes, ordering: priority() });
          for (let i = 1; i < nodes; i++) pool.tryAcquire({ cpu: 1 });
          return { pool, request: { cpu: 1 }, served: [] as string[] };
        },
      },
      async ({ pool, request, served }) => {
        served.length = 0;
        const ask = async (priority: "low" | "normal" | "critical") => {
          const lease = await pool.acquire(request, { priority });
          served.push(priority);
          lease.release();
        };
        const last = pool.tryAcquire(request); // the last that is free
        const asked = [ask("low"), ask("normal"), ask("critical")];
        last?.release();
        await Promise.all(asked);
        return served[0] === "critical" && served[1] === "normal" && served[2] === "low" && pool.available("cpu") === 1;
      },
    );

    bench(
      "Resource Pool Can Allocate",
      {
        setup: () => {
          const pool = new ResourcePool({ capacity: CAPACITY });
          pool.tryAcquire({ cpu: 6 });
          return { pool, fits: { cpu: 2, memoryMb: 512 }, exceeds: { cpu: 3, memoryMb: 512 } };
        },
      },
      ({ pool, fits, exceeds }) =>
        pool.explain(fits).status === "available" && pool.explain(exceeds).status === "occupied",
    );

    bench(
      "Resource Pool Preemption",
      {
        params: { leases: [10, 1_000, 10_000] },
        setup: ({ leases }) => {
          const pool = new ResourcePool({ capacity: { cpu: leases } });
          for (let i = 0; i < leases; i++) {
            pool.tryAcquire({ cpu: 1 }, { owner: `${i}`, priority: "low", preemptible: true });
          }
          return { pool, request: { cpu: 2 }, options: { priority: "high" } as const };
        },
      },
      ({ pool, request, options }, { leases }) => {
        const victims = pool.planPreemption(request, options)?.victims;
        return victims?.length === 2 && victims.every(({ owner }) => Number(owner) >= leases - 2);
      },
    );

    bench(
      "Resource Leak Detection",
      {
        setup: () => ({
          pool: new ResourcePool({ capacity: CAPACITY, leaks: { reclaim: true } }),
          holder: { owner: "run" },
        }),
      },
      ({ pool, holder }) => {
        const lease = pool.tryAcquire({ cpu: 1 }, holder);
        const isHeld = pool.available("cpu") === 7;
        return isHeld && pool.reportEnded("run") === 1 && lease?.released === true && pool.available("cpu") === 8;
      },
    );

    bench(
      "Object Pool",
      {
        setup: async () => {
          const pool = new ObjectPool({ create: () => ({ uses: 0 }), min: 4, max: 4 });
          await pool.warmUp();
          return pool;
        },
        teardown: (pool) => pool.close(),
      },
      async (pool) => {
        const loan = await pool.acquire();
        const before = loan.value.uses++;
        const isUsed = loan.value.uses === before + 1;
        loan.release();
        return isUsed;
      },
    );

    const needs = { cpu: 1, memoryMb: 100 };
    const agents = { group: "an agent of three states, with and without resources" };
    bench(
      "Agent, without resources",
      { ...agents, baseline: true, setup: () => ({ agent: threeStates({}) }) },
      async ({ agent }) => {
        const { status, outputs } = await agent.run();
        return status === "completed" && outputs.done === 3;
      },
    );
    bench(
      "Agent, with resources",
      {
        ...agents,
        setup: () => ({
          agent: threeStates({ resources: needs }),
          options: { resources: new ResourcePool({ capacity: { cpu: 4, memoryMb: 1_024 } }) },
        }),
      },
      async ({ agent, options }) => {
        const { status, outputs } = await agent.run(options);
        return status === "completed" && outputs.done === 3 && options.resources.available("cpu") === 4;
      },
    );
  },
);

export default resources;

function threeStates(options: { readonly resources?: Readonly<Record<string, number>> }) {
  return new Agent<{ done: number }, { done: number }>("three states")
    .state("first", options, (ctx) => ctx.set("done", 1))
    .state("second", { ...options, dependsOn: ["first"] }, (ctx) => ctx.set("done", ctx.get("done") + 1))
    .state("third", { ...options, dependsOn: ["second"] }, (ctx) => ctx.output("done", ctx.get("done") + 1));
}
