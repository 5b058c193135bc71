import { assert, assertEquals, assertInstanceOf, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import FakeTimers from "@sinonjs/fake-timers";
import fc from "fast-check";
import { WaitTimeoutError } from "../coordination/waiter.ts";
import { timers } from "../reliability/timer_wheel.ts";
import { CapacityError } from "./errors.ts";
import { priority } from "./ordering/mod.ts";
import { ResourcePool } from "./pool.ts";
import { settledAfter } from "../coordination/testdata/settled_after.ts";

function newPool() {
  return new ResourcePool({ capacity: { cpu: 8, memoryMb: 16_384, gpu: 1, "db.connections": 20 } });
}

/** What a caller that is not type-checked may pass. */
function untyped(value: unknown): Record<string, never> {
  const request: Record<string, never> = JSON.parse("{}");
  return Object.defineProperties(request, Object.getOwnPropertyDescriptors(value));
}

Deno.test("ResourcePool.tryAcquire() takes what is free, and says not now otherwise", () => {
  const pool = newPool();
  const first = pool.tryAcquire({ cpu: 6, gpu: 1 }, "train");
  assert(first !== undefined);
  assertEquals([first.amounts, first.owner, first.released], [{ cpu: 6, gpu: 1 }, "train", false]);
  assertStrictEquals(pool.tryAcquire({ cpu: 3 }), undefined);
  assertStrictEquals(pool.tryAcquire({ "db.connections": 1, gpu: 1 }), undefined);
  const amounts = {
    capacity: { cpu: 8, memoryMb: 16_384, gpu: 1, "db.connections": 20 },
    inUse: { cpu: 6, memoryMb: 0, gpu: 1, "db.connections": 0 },
    available: { cpu: 2, memoryMb: 16_384, gpu: 0, "db.connections": 20 },
  };
  assertEquals(pool.snapshot(), {
    ...amounts,
    mostInUse: amounts.inUse,
    nodes: [{ name: "0", ...amounts }],
    waiters: 0,
    waitersByPriority: {},
    waitersForQuotas: 0,
    oldestWaitMs: 0,
    grants: 1,
    refusals: 2,
    timeouts: 0,
    aborts: 0,
    preemptions: 0,
    leaks: 0,
  });
  assertEquals([pool.available("cpu"), pool.available("gpu")], [2, 0]);
  first.release();
  assertEquals([first.amounts, first.released], [{ cpu: 6, gpu: 1 }, true]);
  assertEquals(pool.snapshot().available, pool.snapshot().capacity);
});

Deno.test("ResourcePool checks the kinds of a request when it is compiled", () => {
  const pool = newPool();
  // @ts-expect-error: the pool has no tpu
  assertThrows(() => pool.tryAcquire({ tpu: 1 }), TypeError, "the pool has no such resource");
  const lease = pool.tryAcquire({ gpu: 1 });
  const gpu: number | undefined = lease?.amounts.gpu;
  assertEquals(gpu, 1);
  // @ts-expect-error: nor has what it lends
  assertStrictEquals(lease?.amounts.tpu, undefined);
  // @ts-expect-error: nor is any of it available
  assertThrows(() => pool.available("tpu"), TypeError, "the pool has no such resource");
  // @ts-expect-error: nor its snapshot
  assertStrictEquals(pool.snapshot().available.tpu, undefined);
  lease?.release();
});

Deno.test("ResourcePool refuses a request that it could never grant, with the kind and the figure", async () => {
  const pool = newPool();
  const cases: [unknown, new (...args: never[]) => Error, string][] = [
    [{ cpu: 9 }, CapacityError, "Cannot acquire cpu: the request asks for 9, the pool has 8; ask for less"],
    [{ cpu: 1, gpu: 2 }, CapacityError, "Cannot acquire gpu: the request asks for 2, the pool has 1; ask for less"],
    [{ cpu: -1 }, RangeError, "Cannot acquire -1 of cpu: expected a finite number from 0 to 8"],
    [{ cpu: NaN }, RangeError, "Cannot acquire NaN of cpu: expected a finite number from 0 to 8"],
    [{ cpu: Infinity }, RangeError, "Cannot acquire Infinity of cpu: expected a finite number from 0 to 8"],
    [{ cpu: -Infinity }, RangeError, "Cannot acquire -Infinity of cpu"],
    [{ cpu: 1e-7 }, RangeError, "Cannot acquire 1e-7 of cpu: the pool counts in steps of 0.000001"],
    [{ cpu: "1" }, TypeError, "Cannot acquire 1 of cpu: expected a finite number from 0 to 8, got string"],
    [{ cpu: 1n }, TypeError, "got bigint"],
    [{ cpu: undefined }, TypeError, "got undefined"],
    [{}, TypeError, "has no amount above 0; ask for some of cpu, memoryMb, gpu, db.connections"],
    [{ cpu: 0, gpu: -0 }, TypeError, "has no amount above 0"],
    [{ tpu: 1 }, TypeError, 'Cannot acquire "tpu": the pool has no such resource; it has cpu, memoryMb, gpu, db.conn'],
    [JSON.parse('{ "__proto__": 1 }'), TypeError, 'Cannot acquire "__proto__": the pool has no such resource'],
    [{ constructor: 1 }, TypeError, 'Cannot acquire "constructor"'],
    [{ toString: 1, cpu: 1 }, TypeError, 'Cannot acquire "toString"'],
  ];
  for (const [request, errorClass, message] of cases) {
    assertThrows(() => pool.tryAcquire(untyped(request)), errorClass, message);
    await assertRejects(() => pool.acquire(untyped(request)), errorClass, message);
    await assertRejects(() => pool.withResources(untyped(request), () => {}), errorClass, message);
  }
  assertEquals(pool.snapshot().available, pool.snapshot().capacity, "a refusal takes nothing");
});

Deno.test("CapacityError says what was asked for and what there is", () => {
  const error = assertThrows(() => newPool().tryAcquire({ gpu: 2 }, "train"), CapacityError, 'gpu for "train"');
  assertEquals(error.code, "capacity_exceeded");
  assertEquals(error.shortfall, { kind: "gpu", requested: 2, capacity: 1, owner: "train" });
});

Deno.test("new ResourcePool() refuses capacities that cannot be counted", () => {
  for (const cpu of [-1, NaN, Infinity, 2 ** 53]) {
    assertThrows(() => new ResourcePool({ capacity: { cpu } }), RangeError, `a cpu capacity of ${cpu}`);
  }
  assertThrows(() => new ResourcePool({ capacity: {} }), TypeError, "names no kind");
  assertThrows(() => new ResourcePool({ capacity: { "": 1 } }), TypeError, 'resource kind ""');
  assertThrows(() => new ResourcePool({ capacity: JSON.parse('{ "__proto__": 1 }') }), TypeError, "__proto__");
  for (const maxOvertakes of [-1, 0.5, NaN]) {
    const message = `Cannot make a pool with maxOvertakes ${maxOvertakes}`;
    assertThrows(() => new ResourcePool({ capacity: { cpu: 1 }, maxOvertakes }), RangeError, message);
  }
});

Deno.test("ResourcePool with a capacity of 0 refuses, since waiting would not help", () => {
  const pool = new ResourcePool({ capacity: { cpu: 1, gpu: 0 } });
  assertThrows(() => pool.tryAcquire({ gpu: 1 }), CapacityError, "the request asks for 1, the pool has 0");
  assert(pool.tryAcquire({ cpu: 1, gpu: 0 }) !== undefined, "asking for none of it is fine");
});

Deno.test("ResourcePool has its capacity back to the last bit, in whatever order fractions come back", () =>
  fc.assert(fc.property(
    fc.double({ min: 1e-3, max: 1e12, noNaN: true }),
    fc.array(fc.record({ share: fc.double({ min: 1e-2, max: 1, noNaN: true }), place: fc.nat() }), { maxLength: 30 }),
    (capacity, shares) => {
      const pool = new ResourcePool({ capacity: { cpu: capacity } });
      const leases = shares.flatMap(({ share }) =>
        capacity * share >= 1 || capacity < 1e6 ? pool.tryAcquire({ cpu: capacity * share }) ?? [] : []
      );
      for (const { place } of shares) {
        leases.splice(place % (leases.length || 1), 1).forEach((lease) => lease.release());
      }
      leases.forEach((lease) => lease.release());
      assertStrictEquals(pool.snapshot().available.cpu, capacity);
      assertStrictEquals(pool.snapshot().inUse.cpu, 0);
      assert(pool.tryAcquire({ cpu: capacity }) !== undefined, "all of it can be lent again");
    },
  )));

Deno.test("ResourcePool lends ten times 0.1 out of 1, and not an eleventh", () => {
  const pool = new ResourcePool({ capacity: { cpu: 1 } });
  const leases = Array.from({ length: 10 }, () => pool.tryAcquire({ cpu: 0.1 }));
  assert(leases.every((lease) => lease !== undefined));
  assertEquals(pool.snapshot().available.cpu, 0);
  assertStrictEquals(pool.tryAcquire({ cpu: 0.000001 }), undefined);
  leases.forEach((lease) => lease?.release());
  assertEquals(pool.snapshot().available.cpu, 1);
});

Deno.test("Lease.release() twice gives back once", () => {
  const pool = newPool();
  const lease = pool.tryAcquire({ cpu: 4 });
  const other = pool.tryAcquire({ cpu: 4 });
  lease?.release();
  lease?.release();
  assertEquals(pool.snapshot().available.cpu, 4);
  other?.release();
});

Deno.test("Lease gives back at the end of its scope, and its amounts do not follow the request", () => {
  const pool = newPool(), request = { cpu: 2 };
  {
    using lease = pool.tryAcquire(request);
    request.cpu = 7;
    assertEquals(lease?.amounts, { cpu: 2 });
    assert(Object.isFrozen(lease?.amounts));
  }
  assertEquals(pool.snapshot().available.cpu, 8);
});

Deno.test("ResourcePool.acquire() lets no small request overtake a large one, tried ones included", async () => {
  const pool = newPool();
  const holder = await pool.acquire({ cpu: 6 });
  const large = pool.acquire({ cpu: 8 }), small = pool.acquire({ cpu: 1 });
  assertStrictEquals(pool.tryAcquire({ cpu: 1 }), undefined);
  assertEquals([pool.snapshot().waiters, pool.snapshot().available.cpu], [2, 2]);
  holder.release();
  (await large).release();
  (await small).release();
});

Deno.test("ResourcePool.acquire() lets a request pass one that waits for something else", async () => {
  const pool = newPool();
  const holder = await pool.acquire({ gpu: 1 });
  const blocked = pool.acquire({ gpu: 1, cpu: 3 });
  (await pool.acquire({ cpu: 5 })).release();
  assertStrictEquals(pool.tryAcquire({ cpu: 6 }), undefined, "3 of the 8 are set aside");
  holder.release();
  (await blocked).release();
});

Deno.test("ResourcePool sets aside for the first of a line only, so that a long line for a GPU leaves processors to others", async () => {
  const pool = newPool();
  const holder = await pool.acquire({ gpu: 1 });
  const blocked = Array.from({ length: 100 }, () => pool.acquire({ gpu: 1, cpu: 2 }));
  const others = await Promise.all([pool.acquire({ cpu: 3 }), pool.acquire({ cpu: 3 })]);
  const waiting = pool.acquire({ cpu: 1 });
  assertEquals([pool.available("cpu"), pool.snapshot().waiters], [2, 101]);
  holder.release();
  (await blocked[0])?.release();
  others.forEach((lease) => lease.release());
  (await waiting).release();
  for (const lease of blocked.slice(1)) (await lease).release();
  assertEquals(pool.snapshot().available, pool.snapshot().capacity);
});

Deno.test("ResourcePool.acquire() keeps one line for the same kinds in whatever order they are named", async () => {
  const pool = newPool();
  const holder = await pool.acquire({ cpu: 6 });
  const large = pool.acquire({ cpu: 8, gpu: 1 });
  assertStrictEquals(pool.tryAcquire({ gpu: 1, cpu: 1 }), undefined);
  holder.release();
  (await large).release();
});

Deno.test("ResourcePool serves by priority, and a low one that has aged before a critical one that has not", async () => {
  let nowMs = 0;
  const pool = new ResourcePool({
    capacity: { cpu: 1 },
    ordering: priority({ agingMs: 1_000 }),
    clock: () => nowMs,
  });
  const holder = await pool.acquire({ cpu: 1 }), order: string[] = [];
  const ask = (name: string, priority: "low" | "normal" | "high" | "critical" | number) =>
    pool.withResources({ cpu: 1 }, () => void order.push(name), { priority });
  const asked = [
    ask("low 0 s", "low"),
    ask("normal 0 s", "normal"),
    ask("2.5 0 s", 2.5),
    ask("critical 0 s", "critical"),
  ];
  nowMs = 2_999;
  asked.push(ask("critical 2.999 s", "critical"), ask("high 2.999 s", "high"));
  nowMs = 3_000;
  asked.push(ask("critical 3 s", "critical"));
  holder.release();
  await Promise.all(asked);
  assertEquals(order, [
    "critical 0 s",
    "2.5 0 s",
    "normal 0 s",
    "critical 2.999 s",
    "low 0 s",
    "critical 3 s",
    "high 2.999 s",
  ]);
});

Deno.test("ResourcePool.acquire() of a higher priority passes those it need not wait for, without listening", async () => {
  const pool = newPool(), { signal } = new AbortController();
  const holder = await pool.acquire({ cpu: 6 });
  const large = pool.acquire({ cpu: 8 });
  signal.addEventListener = () => {
    throw new Error("it need not wait");
  };
  (await pool.acquire({ cpu: 2 }, { priority: "high", signal, timeoutMs: 60_000 })).release();
  holder.release();
  (await large).release();
});

Deno.test("ResourcePool.acquire() that is aborted leaves at once and lets those behind have what was set aside", async () => {
  const pool = newPool(), abort = new AbortController(), reason = new Error("enough");
  const holder = await pool.acquire({ cpu: 6 });
  const large = pool.acquire({ cpu: 8 }, { signal: abort.signal, timeoutMs: 60_000 });
  const small = pool.acquire({ cpu: 2 });
  abort.abort(reason);
  assertEquals([pool.snapshot().waiters, pool.snapshot().available.cpu], [0, 0]);
  assertStrictEquals(await assertRejects(() => large), reason);
  (await small).release();
  holder.release();
});

Deno.test("ResourcePool.acquire() of an aborted signal rejects with its reason, even when all is free", async () => {
  const pool = newPool(), reason = new Error("no longer needed");
  const rejection = await assertRejects(() => pool.acquire({ cpu: 1 }, { signal: AbortSignal.abort(reason) }));
  assertStrictEquals(rejection, reason);
  assertEquals(pool.snapshot().grants, 0);
});

Deno.test("ResourcePool.acquire() loses nothing when a grant and an abort meet in one turn", async () => {
  const pool = newPool(), abort = new AbortController();
  const holder = await pool.acquire({ gpu: 1 });
  const next = pool.acquire({ gpu: 1 }, { signal: abort.signal });
  holder.release();
  abort.abort();
  (await next).release();
  assertEquals(pool.snapshot().available.gpu, 1);
});

Deno.test("ResourcePool.acquire() gives up after timeoutMs, saying what was free and who was ahead", async () => {
  const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  try {
    const pool = newPool();
    const holder = await pool.acquire({ cpu: 7, gpu: 1 });
    const ahead = pool.acquire({ gpu: 1, cpu: 1 });
    const late = pool.acquire({ cpu: 2, gpu: 1 }, { timeoutMs: 500, owner: "train" });
    const failed = assertRejects(() => late, WaitTimeoutError);
    clock.tick(499);
    assertEquals(pool.snapshot().waiters, 2);
    clock.tick(1);
    assertEquals(pool.snapshot().waiters, 1);
    const error = await failed;
    assertEquals(
      error.message,
      'Cannot acquire 2 cpu and 1 gpu for "train" within 500 ms: free are 1 of 8 cpu, 0 of 1 gpu, and 1 wait ahead for the same; raise ' +
        "timeoutMs, or hold it for a shorter time",
    );
    holder.release();
    (await ahead).release();
    assertEquals(timers.size, 0);
  } finally {
    clock.uninstall();
  }
});

Deno.test("ResourcePool.acquire() keeps no timer once it is granted or aborted, and makes none if it need not wait", async () => {
  const pool = newPool(), abort = new AbortController();
  const holder = await pool.acquire({ gpu: 1 }, { timeoutMs: 60_000 });
  assertEquals(timers.size, 0);
  const granted = pool.acquire({ gpu: 1 }, { timeoutMs: 60_000 });
  const aborted = pool.acquire({ gpu: 1 }, { timeoutMs: 60_000, signal: abort.signal });
  assertEquals(timers.size, 2);
  holder.release();
  assertEquals(timers.size, 1);
  abort.abort();
  assertEquals(timers.size, 0);
  (await granted).release();
  await assertRejects(() => aborted);
});

Deno.test("ResourcePool.acquire() refuses options that make no sense, even when all is free", async () => {
  const pool = newPool();
  await assertRejects(() => pool.acquire({ cpu: 1 }, { timeoutMs: -1 }), RangeError, "timeoutMs -1");
  await assertRejects(() => pool.acquire({ cpu: 1 }, { priority: NaN }), TypeError, "priority NaN");
  // @ts-expect-error: no such name
  await assertRejects(() => pool.acquire({ cpu: 1 }, { priority: "urgent" }), TypeError, 'priority "urgent"');
  assertEquals(pool.snapshot().grants, 0);
});

Deno.test("ResourcePool.withResources() hands over the lease, gives it back and passes on the result or the error", async () => {
  const pool = newPool();
  const result = await pool.withResources({ gpu: 1 }, (lease) => {
    assertEquals(pool.snapshot().available.gpu, 0);
    return [lease.amounts, lease.owner];
  }, { owner: "train" });
  assertEquals(result, [{ gpu: 1 }, "train"]);
  const error = await assertRejects(() =>
    pool.withResources({ gpu: 1 }, () => Promise.reject(new Error("out of memory")))
  );
  assertInstanceOf(error, Error);
  assertEquals([error.message, pool.snapshot().available.gpu], ["out of memory", 1]);
});

Deno.test("ResourcePool keeps nothing of 10,000 aborted waits", async () => {
  const pool = newPool(), holder = await pool.acquire({ cpu: 8 });
  const aborts = Array.from({ length: 10_000 }, () => new AbortController());
  const waits = aborts.map(({ signal }) => pool.acquire({ cpu: 1 }, { signal, timeoutMs: 60_000 }));
  assertEquals(pool.snapshot().waiters, 10_000);
  await settledAfter(waits, () => aborts.forEach((abort) => abort.abort()));
  assertEquals([pool.snapshot().waiters, timers.size], [0, 0]);
  holder.release();
  assertEquals(pool.snapshot().available.cpu, 8);
});
