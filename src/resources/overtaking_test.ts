import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Lease } from "./lease.ts";
import { fifo } from "./ordering/mod.ts";
import { ResourcePool } from "./pool.ts";

Deno.test("ResourcePool lets a waiter be passed maxOvertakes times, and then keeps its kinds for it", async () => {
  const pool = new ResourcePool({ capacity: { cpu: 8, gpu: 1, disk: 1 }, maxOvertakes: 3 });
  const holder = await pool.acquire({ gpu: 1 });
  const blocked = pool.acquire({ gpu: 1, cpu: 2 });
  const passed: (Lease<"cpu" | "gpu" | "disk"> | undefined)[] = [];
  passed.push(pool.tryAcquire({ cpu: 1 }), await pool.acquire({ cpu: 1 }));
  pool.tryAcquire({ disk: 1 })?.release(); // none of its kinds: does not count
  passed.push(pool.tryAcquire({ cpu: 1 }));
  assert(passed.every((lease) => lease !== undefined));
  assertStrictEquals(
    pool.tryAcquire({ cpu: 1 }),
    undefined,
    "3 have passed it, though 3 of 8 are left beside what it needs",
  );
  const behind = pool.acquire({ cpu: 1 });
  passed.forEach((lease) => lease?.release());
  await nextTurn();
  assertEquals([pool.snapshot().waiters, pool.available("cpu")], [2, 8]);
  assert(pool.tryAcquire({ disk: 1 }) !== undefined);
  holder.release();
  (await blocked).release();
  (await behind).release();
});

Deno.test("ResourcePool with maxOvertakes 0 lets nobody pass who needs the same kind", async () => {
  const pool = new ResourcePool({ capacity: { cpu: 4 }, nodes: 3, ordering: fifo(), maxOvertakes: 0 });
  const holders = await Promise.all(Array.from({ length: 3 }, () => pool.acquire({ cpu: 3 })));
  const large = pool.acquire({ cpu: 4 }), small = pool.acquire({ cpu: 1 });
  assertStrictEquals(pool.tryAcquire({ cpu: 1 }), undefined);
  holders[1]?.release();
  assertEquals([(await large).node, (await small).node], [1, 0]);
});

Deno.test("ResourcePool of several nodes keeps the node for a large request that lacks least, and lends the others", async () => {
  const pool = new ResourcePool({ capacity: { cpu: 4 }, nodes: 3, ordering: fifo() });
  const holders: Lease<"cpu">[] = [];
  for (const cpu of [3, 3, 2]) holders.push(await pool.acquire({ cpu }));
  assertEquals(holders.map(({ node }) => node), [0, 1, 2]);
  const large = pool.acquire({ cpu: 4 });
  const others = [pool.tryAcquire({ cpu: 1 }), pool.tryAcquire({ cpu: 1 }), pool.tryAcquire({ cpu: 1 })];
  assertEquals(others.map((lease) => lease?.node), [0, 1, undefined], "node 2 is kept");
  others[0]?.release();
  holders[0]?.release(); // now node 0 has room, which is better than waiting for node 2
  assertEquals((await large).node, 0);
});

Deno.test("ResourcePool finds whom it can serve behind a long line for other kinds, and behind large requests on many nodes", async () => {
  const pool = new ResourcePool({ capacity: { cpu: 1, gpu: 1 }, nodes: 50 });
  const gpus = await Promise.all(Array.from({ length: 50 }, () => pool.acquire({ gpu: 1 })));
  const cpus = await Promise.all(Array.from({ length: 50 }, () => pool.acquire({ cpu: 1 })));
  const line = Array.from({ length: 1_000 }, () => pool.acquire({ gpu: 1 }, { timeoutMs: 60_000 }));
  const behind = Array.from({ length: 10 }, () => pool.acquire({ cpu: 1 }));
  assertEquals(pool.snapshot().waiters, 1_010);
  for (let i = 0; i < 10; i++) {
    cpus[i * 5]?.release();
    assertEquals((await behind[i])?.node, i * 5);
  }
  gpus.forEach((lease) => lease.release());
  for (const waiting of line) (await waiting).release();
  assertEquals(pool.snapshot().waiters, 0);
});

Deno.test("ResourcePool serves a more urgent request that comes when a waiter may no longer be passed by lower ranks", async () => {
  const pool = new ResourcePool({ capacity: { cpu: 4, disk: 2 }, maxOvertakes: 1 });
  const holder = await pool.acquire({ disk: 2 });
  const low = pool.acquire({ cpu: 1, disk: 1 }, { priority: "low" });
  (await pool.acquire({ cpu: 1 }, { priority: "low" })).release();
  assertStrictEquals(pool.tryAcquire({ cpu: 1 }), undefined, "one has passed it already");
  const critical = pool.acquire({ cpu: 1, disk: 2 }, { priority: "critical" });
  (await pool.acquire({ cpu: 1 }, { priority: "high" })).release(); // in rank between the two that wait for the disk
  assertEquals(pool.snapshot().waiters, 2);
  holder.release();
  (await critical).release();
  (await low).release();
});

Deno.test("maxOvertakes also holds for somebody for whom a lease is being taken back", async () => {
  const maxOvertakes = 3,
    pool = new ResourcePool({
      nodes: [{ name: "first", capacity: { cpu: 4 } }, { name: "second", capacity: { cpu: 2 } }],
      preemption: { graceMs: 60_000 },
      maxOvertakes,
    });
  const victim = await pool.acquire({ cpu: 4 }, { priority: "low", preemptible: true, owner: "victim" });
  const other = await pool.acquire({ cpu: 2 });
  const claimant = pool.acquire({ cpu: 4 }, { priority: "high" });
  assertEquals(victim.signal.aborted, true);
  const granted: Lease<"cpu">[] = [];
  const others = Array.from(
    { length: 6 },
    async () => granted.push(await pool.acquire({ cpu: 2 }, { priority: "low" })),
  );
  let passed = 0;
  const releaseAll = async () => {
    for (let turn = 0; turn < 10; turn++) {
      await nextTurn();
      passed += granted.length;
      granted.splice(0).forEach((lease) => lease.release());
    }
  };
  other.release();
  await releaseAll();
  assert(passed > 0 && passed <= maxOvertakes, `${passed} have passed it`);
  assertEquals(pool.snapshot().nodes[1]?.inUse.cpu, 0, "it stays free until the first one is");
  victim.release();
  (await claimant).release();
  await releaseAll();
  await Promise.all(others);
  assertEquals(pool.snapshot().inUse.cpu, 0);
});
