import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { CapacityError } from "./errors.ts";
import { ResourcePool } from "./pool.ts";

Deno.test("ResourcePool.resize() that grows serves whoever waits for it, in order", async () => {
  const pool = new ResourcePool({ capacity: { cpu: 4, gpu: 1 } });
  const holder = await pool.acquire({ cpu: 4 });
  const waiting = [pool.acquire({ cpu: 3 }), pool.acquire({ cpu: 2 })];
  pool.resize({ cpu: 7 });
  const first = await waiting[0];
  assertEquals([pool.snapshot().waiters, pool.available("cpu"), pool.snapshot().capacity], [1, 0, { cpu: 7, gpu: 1 }]);
  pool.resize({ cpu: 9.5 });
  const second = await waiting[1];
  for (const lease of [holder, first, second]) lease?.release();
  assertStrictEquals(pool.available("cpu"), 9.5);
});

Deno.test("ResourcePool.resize() below what is in use revokes nothing and grants nothing until it fits", async () => {
  const pool = new ResourcePool({ capacity: { cpu: 8 } });
  const [large, small] = [await pool.acquire({ cpu: 6 }), await pool.acquire({ cpu: 2 })];
  pool.resize({ cpu: 3 });
  assertEquals([large.released, small.released], [false, false]);
  const { capacity, inUse, available } = pool.snapshot();
  assertEquals([capacity, inUse, available], [{ cpu: 3 }, { cpu: 8 }, { cpu: 0 }]);
  assertStrictEquals(pool.tryAcquire({ cpu: 1 }), undefined);
  const waiting = pool.acquire({ cpu: 1 });
  large.release();
  const granted = await waiting; // 2 are in use, and 3 there are
  assertStrictEquals(pool.tryAcquire({ cpu: 1 }), undefined);
  small.release();
  granted.release();
  assertStrictEquals(pool.available("cpu"), 3);
  assertEquals(pool.snapshot().mostInUse, { cpu: 8 });
});

Deno.test("ResourcePool.resize() rejects whoever could never be served any more, and lets those behind pass", async () => {
  const pool = new ResourcePool({ capacity: { cpu: 8 } });
  const holder = await pool.acquire({ cpu: 7 });
  const large = pool.acquire({ cpu: 6 }, { owner: "train" }), small = pool.acquire({ cpu: 1 });
  const failed = assertRejects(() => large, CapacityError, 'cpu for "train": the request asks for 6, the pool has 5');
  pool.resize({ cpu: 5 });
  await failed;
  assertThrows(() => pool.tryAcquire({ cpu: 6 }), CapacityError, "asks for 6, the pool has 5");
  assertEquals(pool.snapshot().waiters, 1);
  holder.release();
  (await small).release();
  assertStrictEquals(pool.available("cpu"), 5);
});

Deno.test("ResourcePool.resize() to nothing while requests wait ends all waits and keeps exact books", async () => {
  const pool = new ResourcePool({ capacity: { cpu: 2, memoryMb: 100 } });
  const holder = await pool.acquire({ cpu: 2, memoryMb: 1 });
  const waits = Array.from({ length: 100 }, () => pool.acquire({ cpu: 0.5, memoryMb: 1 }, { timeoutMs: 60_000 }));
  const ends = Promise.allSettled(waits);
  pool.resize({ cpu: 0, memoryMb: 0 });
  for (const end of await ends) assert(end.status === "rejected" && end.reason instanceof CapacityError);
  const { waiters, inUse, available, refusals } = pool.snapshot();
  assertEquals([waiters, inUse, available, refusals], [0, { cpu: 2, memoryMb: 1 }, { cpu: 0, memoryMb: 0 }, 100]);
  assertThrows(() => pool.tryAcquire({ cpu: 1 }), CapacityError, "the pool has 0");
  holder.release();
  assertEquals(pool.snapshot().inUse, { cpu: 0, memoryMb: 0 });
  pool.resize({ cpu: 2 });
  assert(pool.tryAcquire({ cpu: 2 }) !== undefined);
});

Deno.test("ResourcePool.resize() changes one node by number or name, or all", async () => {
  const pool = new ResourcePool({
    nodes: [{ name: "a", capacity: { cpu: 4 } }, { name: "b", capacity: { cpu: 4, gpu: 1 } }],
  });
  const capacities = () => pool.snapshot().nodes.map(({ capacity }) => capacity);
  pool.resize({ gpu: 2 }, "a");
  assertEquals(capacities(), [{ cpu: 4, gpu: 2 }, { cpu: 4, gpu: 1 }]);
  pool.resize({ cpu: 8 }, 1);
  assertEquals(capacities(), [{ cpu: 4, gpu: 2 }, { cpu: 8, gpu: 1 }]);
  assertEquals(pool.snapshot().capacity, { cpu: 12, gpu: 3 });
  const holder = await pool.acquire({ cpu: 8 });
  assertEquals(holder.node, 1);
  const waiting = pool.acquire({ cpu: 6, gpu: 1 });
  pool.resize({ cpu: 6 });
  assertEquals(capacities(), [{ cpu: 6, gpu: 2 }, { cpu: 6, gpu: 1 }]);
  assertEquals((await waiting).node, 0);
  assertEquals(
    pool.snapshot().available,
    { cpu: 0, gpu: 2 },
    "what node 1 has lent too much of is not taken from node 0",
  );
});

Deno.test("ResourcePool.resize() refuses what makes no sense, and changes nothing then", () => {
  const pool = new ResourcePool({ capacity: { cpu: 8, memoryMb: 1 }, nodes: 2 });
  for (const cpu of [-1, NaN, Infinity]) {
    assertThrows(
      () => pool.resize({ memoryMb: 2, cpu }),
      RangeError,
      `Cannot resize a pool with a cpu capacity of ${cpu}`,
    );
  }
  const other: Record<string, number> = { memoryMb: 2, tpu: 1 };
  assertThrows(() => pool.resize(other), TypeError, 'Cannot resize "tpu": the pool has no such resource');
  for (const [node, shown] of [[2, "2"], [-1, "-1"], [0.5, "0.5"], [NaN, "NaN"], ["c", '"c"']] as const) {
    assertThrows(
      () => pool.resize({ memoryMb: 2 }, node),
      TypeError,
      `Cannot find node ${shown}: the pool has 2, from 0`,
    );
  }
  assertThrows(() => pool.resize({ memoryMb: 2, cpu: 5e9 }), RangeError, "counts in steps of 0.000001");
  assertEquals(pool.snapshot().capacity, { cpu: 16, memoryMb: 2 });
});
