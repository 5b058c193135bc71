import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { CapacityError } from "./errors.ts";
import { customPlacement } from "./placement/mod.ts";
import { ResourcePool } from "./pool.ts";

Deno.test("new ResourcePool() takes so many equal nodes, or a list with names", () => {
  const equal = new ResourcePool({ capacity: { cpu: 2 }, nodes: 2 });
  const amounts = { capacity: { cpu: 2 }, inUse: { cpu: 0 }, available: { cpu: 2 } };
  assertEquals(equal.snapshot().nodes, [{ name: "0", ...amounts }, { name: "1", ...amounts }]);
  const listed = new ResourcePool({
    nodes: [{ name: "a", capacity: { cpu: 2, gpu: 1 } }, { capacity: { memoryMb: 4 } }],
  });
  assertEquals(listed.snapshot().capacity, { cpu: 2, gpu: 1, memoryMb: 4 });
  assertEquals(listed.snapshot().nodes.map(({ name, capacity }) => [name, capacity]), [
    ["a", { cpu: 2, gpu: 1, memoryMb: 0 }],
    ["1", { cpu: 0, gpu: 0, memoryMb: 4 }],
  ]);
  // @ts-expect-error: no node has a tpu
  assertThrows(() => listed.tryAcquire({ tpu: 1 }), TypeError, "it has cpu, gpu, memoryMb");
});

Deno.test("new ResourcePool() refuses nodes that make no sense", () => {
  for (const nodes of [0, -1, 1.5, NaN, 2 ** 25]) {
    assertThrows(() => new ResourcePool({ capacity: { cpu: 1 }, nodes }), RangeError, `with nodes ${nodes}: expected`);
  }
  const twice = [{ name: "a", capacity: { cpu: 1 } }, { name: "a", capacity: { cpu: 1 } }];
  assertThrows(() => new ResourcePool({ nodes: twice }), TypeError, 'two nodes named "a"');
  assertThrows(
    () => new ResourcePool({ nodes: [{ name: "1", capacity: { cpu: 1 } }, { capacity: { cpu: 1 } }] }),
    TypeError,
    '"1"',
  );
  assertThrows(() => new ResourcePool({ nodes: [] }), RangeError, "with 0 nodes");
  assertThrows(
    () => new ResourcePool({ nodes: [{ name: "a", capacity: { cpu: -1 } }] }),
    RangeError,
    'make node "a" with a cpu capacity of -1',
  );
  assertThrows(() => new ResourcePool({ nodes: [{ capacity: {} }] }), TypeError, "names no kind");
  assertThrows(() => new ResourcePool({ capacity: { bytes: 2 ** 53 - 1 }, nodes: 2 }), RangeError, "in all");
  const both = { capacity: { cpu: 1 }, nodes: twice.slice(1) };
  // @ts-expect-error: each node has its own capacity
  assertThrows(() => new ResourcePool(both), TypeError, "both a capacity and a list");
  // @ts-expect-error: nothing to lend
  assertThrows(() => new ResourcePool({ nodes: 3 }), TypeError, "it has no capacity");
});

Deno.test("ResourcePool refuses what no node has, though all together do", async () => {
  const pool = new ResourcePool({
    nodes: [{ name: "cpus", capacity: { cpu: 8 } }, { name: "gpus", capacity: { cpu: 2, gpu: 4 } }],
  });
  const tooMuch = assertThrows(
    () => pool.tryAcquire({ cpu: 9 }),
    CapacityError,
    'asks for 9, the node that comes nearest, "cpus", has 8',
  );
  assertEquals(tooMuch.shortfall, { kind: "cpu", requested: 9, capacity: 8, owner: undefined, node: "cpus" });
  await assertRejects(
    () => pool.acquire({ cpu: 3, gpu: 1 }, { owner: "train" }),
    CapacityError,
    'Cannot acquire cpu for "train": the request asks for 3, the node that comes nearest, "gpus", has 2',
  );
  assertEquals(pool.tryAcquire({ cpu: 2, gpu: 4 })?.node, 1);
  assertStrictEquals(pool.tryAcquire({ gpu: 1 }), undefined);
});

Deno.test("CapacityError names the node that has most of what it lacks most, and the kind that this is", () => {
  const pool = new ResourcePool({
    nodes: [
      { name: "a", capacity: { cpu: 4, gpu: 1 } },
      { name: "b", capacity: { cpu: 3, gpu: 2 } },
      { name: "c", capacity: { gpu: 8, cpu: 0 } },
      { name: "d", capacity: { cpu: 3, gpu: 2 } },
    ],
  });
  const refusalOf = (request: { readonly cpu: number; readonly gpu: number }) => {
    const { kind, requested, capacity, node } = assertThrows(() => pool.tryAcquire(request), CapacityError).shortfall;
    return [kind, requested, capacity, node];
  };
  assertEquals(refusalOf({ cpu: 4, gpu: 2 }), ["cpu", 4, 3, "b"]);
  assertEquals(refusalOf({ cpu: 1, gpu: 8 }), ["gpu", 8, 2, "b"]);
  assertEquals(refusalOf({ gpu: 4, cpu: 4 }), ["gpu", 4, 2, "b"]);
  assertEquals(refusalOf({ cpu: 3, gpu: 3 }), ["gpu", 3, 2, "b"]);
});

Deno.test("ResourcePool rejects whoever cannot be placed because the placement throws, and serves the others", async () => {
  const broken = new Error("no map");
  const pool = new ResourcePool({
    capacity: { cpu: 2, gpu: 1 },
    placement: customPlacement("picky", (nodes, request) => {
      if (request.gpu !== undefined) throw broken;
      return nodes.find((node) => node.fits(request));
    }),
  });
  assertStrictEquals(assertThrows(() => pool.tryAcquire({ gpu: 1 })), broken);
  let isBroken = false;
  const later = new ResourcePool({
    capacity: { cpu: 2, gpu: 1 },
    nodes: 2,
    placement: customPlacement("breaks", (nodes, request) => {
      if (isBroken && request.gpu !== undefined) throw broken;
      return nodes.find((node) => node.fits(request));
    }),
  });
  const holders = [await later.acquire({ cpu: 2, gpu: 1 }), await later.acquire({ cpu: 2, gpu: 1 })];
  const unlucky = later.acquire({ gpu: 1, cpu: 1 }), next = later.acquire({ cpu: 1 });
  const failed = assertRejects(() => unlucky);
  isBroken = true;
  holders[0]?.release();
  assertStrictEquals(await failed, broken);
  (await next).release();
  holders[1]?.release();
  assertEquals(later.snapshot().available, { cpu: 4, gpu: 2 });
  assertEquals(later.snapshot().refusals, 1);
});

Deno.test("ResourcePool of more kinds than a mask has bits keeps them apart", async () => {
  const names = Array.from({ length: 40 }, (_, place) => `kind${place}`);
  const pool = new ResourcePool<string>({ capacity: Object.fromEntries(names.map((name) => [name, 1])) });
  const holders = await Promise.all(names.map((name) => pool.acquire({ [name]: 1 })));
  const waits = names.map((name) => pool.acquire({ [name]: 1 }));
  for (const place of [31, 0, 39, 8]) {
    holders[place]?.release();
    assertEquals(Object.keys((await waits[place])?.amounts ?? {}), [`kind${place}`]);
    assertEquals(pool.snapshot().waiters, 40 - [31, 0, 39, 8].indexOf(place) - 1);
  }
  const all = pool.acquire(Object.fromEntries(names.map((name) => [name, 1])));
  for (const holder of holders) holder.release();
  for (const wait of waits) (await wait).release();
  assertEquals(Object.keys((await all).amounts).length, 40);
});

Deno.test("ResourcePool has a clock that may go back, stop or fail without harm", async () => {
  let nowMs = 5_000;
  const pool = new ResourcePool({ capacity: { cpu: 1 }, clock: () => nowMs, timing: "on" });
  const holder = await pool.acquire({ cpu: 1 });
  nowMs = 5_100;
  const waiting = [pool.acquire({ cpu: 1 }, { priority: "low" }), pool.acquire({ cpu: 1 })];
  for (
    const [reading, ageMs, oldestWaitMs] of [[5_200, 200, 100], [1_000, 200, 100], [NaN, 200, 100], [1_050, 250, 150], [
      Infinity,
      250,
      150,
    ]] as const
  ) {
    nowMs = reading;
    assertEquals([holder.ageMs, pool.snapshot().oldestWaitMs], [ageMs, oldestWaitMs]);
  }
  holder.release();
  (await waiting[1])?.release();
  (await waiting[0])?.release();
  assertEquals([holder.ageMs, pool.available("cpu")], [250, 1]);
});

Deno.test("ResourcePool.snapshot() counts waiters by priority, refusals, timeouts, aborts and the most in use", async () => {
  let nowMs = 0;
  const pool = new ResourcePool({ capacity: { cpu: 4, memoryMb: 10 }, clock: () => nowMs });
  const first = await pool.acquire({ cpu: 1, memoryMb: 7 }), second = await pool.acquire({ cpu: 3 });
  first.release();
  const abort = new AbortController(),
    waits = [
      pool.acquire({ cpu: 4 }, { priority: "high", signal: abort.signal }),
      pool.acquire({ cpu: 4 }, { priority: 7.5 }),
      pool.acquire({ cpu: 4 }, { priority: "high" }),
    ];
  nowMs = 40;
  const timedOut = assertRejects(() => pool.acquire({ cpu: 4 }, { timeoutMs: 0 }));
  assertEquals(pool.tryAcquire({ cpu: 4 }), undefined);
  const { waitersByPriority, oldestWaitMs, mostInUse, refusals } = pool.snapshot();
  assertEquals(waitersByPriority, { high: 2, "7.5": 1, normal: 1 });
  assertEquals([oldestWaitMs, mostInUse, refusals], [40, { cpu: 4, memoryMb: 7 }, 1]);
  await timedOut;
  const aborted = assertRejects(() => waits[0] ?? Promise.resolve());
  abort.abort();
  await aborted;
  second.release();
  (await waits[1])?.release();
  (await waits[2])?.release();
  const { waiters, timeouts, aborts, grants } = pool.snapshot();
  assertEquals([waiters, timeouts, aborts, grants], [0, 1, 1, 4]);
  assert(pool.tryAcquire({ cpu: 4 }) !== undefined);
});
