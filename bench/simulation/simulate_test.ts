import { assert, assertAlmostEquals, assertEquals, assertStrictEquals } from "@std/assert";
import { fairShare, fifo, firstFit, priority, worstFit } from "../../src/resources/mod.ts";
import { simulate } from "./simulate.ts";
import { makeWorkload, PERIOD_MS, type SimulatedRequest, type Workload } from "./workload.ts";

/** One node of 2 processors; requests of the first period only warm it up, and so these come after it. */
function workloadOf(...requests: (Partial<SimulatedRequest> & { readonly atMs: number })[]): Workload {
  const whole = { durationMs: 10_000, amounts: { cpu: 2, memoryGb: 1, gpu: 0 }, owner: 1, level: 1 };
  return {
    nodes: [{ capacity: { cpu: 2, memoryGb: 8, gpu: 1 } }],
    requests: requests.map((request) => ({ ...whole, ...request, atMs: PERIOD_MS + request.atMs })),
  };
}

Deno.test("simulate() lets everybody wait as long as it takes in virtual time", async () => {
  const one = { cpu: 1, memoryGb: 1, gpu: 0 };
  const workload = workloadOf({ atMs: 0 }, { atMs: 1_000 }, { atMs: 2_000, amounts: one, owner: 2 }, { atMs: 30_000 });
  const { waits, waitsByOwner, utilisation } = await simulate(workload, firstFit(), fifo());
  // Granted at 0, 10 s, 20 s and 30 s.
  assertEquals(waits, { count: 4, meanMs: (9_000 + 18_000) / 4, p99Ms: 18_000, maxMs: 18_000 });
  assertEquals(waitsByOwner[2], { count: 1, meanMs: 18_000, p99Ms: 18_000, maxMs: 18_000 });
  assertEquals(utilisation, { cpu: 1, memoryGb: 1 / 8, gpu: 0 }, "from 1 s to 20 s somebody waits, and all is in use");
});

Deno.test("simulate() hands the priorities and owners to the pool", async () => {
  const workload = workloadOf({ atMs: 0 }, { atMs: 1, level: 0 }, { atMs: 2, level: 3 }, { atMs: 3, level: 1 });
  const { waitsByLevel } = await simulate(workload, firstFit(), priority());
  assertEquals(waitsByLevel.map(({ maxMs }) => maxMs), [29_999, 19_997, NaN, 9_998]);
  const byOwner = workloadOf({ atMs: 0 }, { atMs: 1 }, { atMs: 2 }, { atMs: 3, owner: 5 });
  const { waitsByOwner } = await simulate(byOwner, firstFit(), fairShare());
  assertEquals([waitsByOwner[1]?.maxMs, waitsByOwner[5]?.maxMs], [29_998, 19_997]);
});

Deno.test("simulate() measures fairness by what is held over the fair part", async () => {
  // While both wait or hold, one has all and the other nothing: an index of 1/2; later only one asks, which is fair.
  const unfair = await simulate(
    workloadOf({ atMs: 0, durationMs: 10_000 }, { atMs: 0, owner: 2 }, { atMs: 60_000 }),
    firstFit(),
    fifo(),
  );
  assertStrictEquals(unfair.fairness, 0.5);
  const half = { cpu: 1, memoryGb: 1, gpu: 0 };
  const fair = await simulate(
    workloadOf(...[1, 2, 1, 2].map((owner) => ({ atMs: 0, owner, amounts: half })), { atMs: 60_000 }),
    firstFit(),
    fifo(),
  );
  assertAlmostEquals(fair.fairness, 1);
});

Deno.test("simulate() ends the same for the same workload, whatever ran before", async () => {
  const workload = makeWorkload({ requests: 3_000, nodes: 40, seed: 5 });
  const first = await simulate(workload, worstFit(), fairShare());
  await simulate(workload, firstFit(), fifo());
  assertEquals(await simulate(workload, worstFit(), fairShare()), first);
  assert(first.waits.count > 1_500 && first.waits.maxMs > 0);
});
