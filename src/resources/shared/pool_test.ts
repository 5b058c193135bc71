import { assert, assertEquals, assertInstanceOf, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import FakeTimers from "@sinonjs/fake-timers";
import { setImmediate as nextTurn } from "node:timers/promises";
import { WaitTimeoutError } from "../../coordination/waiter.ts";
import { timers } from "../../reliability/timer_wheel.ts";
import { CapacityError } from "../errors.ts";
import { SharedPoolDetachedError, SharedPoolFullError } from "./errors.ts";
import { LAYOUT_VERSION, VERSION_AT } from "./layout.ts";
import { SharedResourcePool } from "./pool.ts";

const CAPACITY = { cpu: 8, memoryMb: 16_384, gpu: 1, "db.connections": 20 };

/** Stops the time, but keeps the program alive as the real timers would. */
function fakeClock() {
  const alive = setInterval(() => {}, 1_000);
  const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  return {
    tick: (ms: number) => clock.tick(ms),
    uninstall: () => {
      clock.uninstall();
      clearInterval(alive);
    },
  };
}

function newPool() {
  return SharedResourcePool.create({ capacity: CAPACITY });
}

/** What a caller that is not type-checked may pass. */
function untyped(value: unknown): Record<string, never> {
  return Object.defineProperties(JSON.parse("{}"), Object.getOwnPropertyDescriptors(value));
}

Deno.test("SharedResourcePool.tryAcquire() takes what is free in whatever thread's pool, and says not now otherwise", () => {
  using pool = newPool();
  using other = SharedResourcePool.attach(pool.handle);
  const first = pool.tryAcquire({ cpu: 6, gpu: 1 });
  assert(first !== undefined);
  assertEquals([first.amounts, first.released], [{ cpu: 6, gpu: 1 }, false]);
  assertStrictEquals(other.tryAcquire({ cpu: 3 }), undefined);
  assertStrictEquals(pool.tryAcquire({ "db.connections": 1, gpu: 1 }), undefined);
  assertEquals(other.snapshot(), {
    capacity: CAPACITY,
    inUse: { cpu: 6, memoryMb: 0, gpu: 1, "db.connections": 0 },
    available: { cpu: 2, memoryMb: 16_384, gpu: 0, "db.connections": 20 },
    leases: 1,
    waiters: 0,
    threads: 2,
    grants: 1,
    deaths: 0,
    leaks: 0,
    repairs: 0,
  });
  first.release();
  assertEquals([first.amounts, first.released], [{ cpu: 6, gpu: 1 }, true]);
  assertEquals(
    other.tryAcquire({ cpu: 8, gpu: 1 })?.amounts,
    { cpu: 8, gpu: 1 },
    "what was given back is there for others",
  );
});

Deno.test("SharedResourcePool.tryAcquire() finds what another thread gave back, also without the lock", () => {
  using pool = newPool();
  using other = SharedResourcePool.attach(pool.handle);
  for (let turn = 0; turn < 3; turn++) pool.tryAcquire({ cpu: 8 })?.release(); // without the lock from the second on
  assertEquals(other.tryAcquire({ cpu: 8 })?.amounts, { cpu: 8 });
});

Deno.test("SharedResourcePool.tryAcquire() gives the same kinds again and again, each lease of its own", () => {
  using pool = newPool();
  const old = Array.from({ length: 100 }, (_, i) => {
    const lease = pool.tryAcquire(i % 3 === 0 ? { cpu: 8 } : { cpu: 8, memoryMb: 100, gpu: 1 });
    assert(lease !== undefined);
    lease.release();
    return lease;
  });
  const lease = pool.tryAcquire({ cpu: 8 });
  old.forEach((each) => each.release());
  assertEquals([lease?.released, old.every((each) => each.released)], [false, true], "late releases change nothing");
  assertEquals(pool.snapshot().available.cpu, 0);
  assertEquals(pool.snapshot().grants, 101);
});

Deno.test("SharedResourcePool refuses a request that it could never grant, with the kind and the figure", async () => {
  using pool = newPool();
  const cases: [unknown, new (...args: never[]) => Error, string][] = [
    [{ cpu: 9 }, CapacityError, "Cannot acquire cpu: the request asks for 9, the pool has 8; ask for less"],
    [{ cpu: 1, gpu: 2 }, CapacityError, "Cannot acquire gpu: the request asks for 2, the pool has 1; ask for less"],
    [{ cpu: -1 }, RangeError, "Cannot acquire -1 of cpu: expected a finite number from 0 to 8"],
    [{ cpu: NaN }, RangeError, "Cannot acquire NaN of cpu: expected a finite number from 0 to 8"],
    [{ cpu: Infinity }, RangeError, "Cannot acquire Infinity of cpu: expected a finite number from 0 to 8"],
    [{ cpu: 1e-7 }, RangeError, "Cannot acquire 1e-7 of cpu: the pool counts in steps of 0.000001"],
    [{ cpu: "1" }, TypeError, "Cannot acquire 1 of cpu: expected a finite number from 0 to 8, got string"],
    [{ cpu: undefined }, TypeError, "got undefined"],
    [{}, TypeError, "has no amount above 0; ask for some of cpu, memoryMb, gpu, db.connections"],
    [{ cpu: 0, gpu: -0 }, TypeError, "has no amount above 0"],
    [{ tpu: 1 }, TypeError, 'Cannot acquire "tpu": the pool has no such resource; it has cpu, memoryMb, gpu, db.conn'],
    [JSON.parse('{ "__proto__": 1 }'), TypeError, 'Cannot acquire "__proto__": the pool has no such resource'],
    [{ toString: 1, cpu: 1 }, TypeError, 'Cannot acquire "toString"'],
  ];
  for (const [request, errorClass, message] of cases) {
    assertThrows(() => pool.tryAcquire(untyped(request)), errorClass, message);
    assertThrows(() => pool.acquireBlocking(untyped(request)), errorClass, message);
    await assertRejects(() => pool.acquire(untyped(request)), errorClass, message);
    await assertRejects(() => pool.withResources(untyped(request), () => {}), errorClass, message);
  }
  // @ts-expect-error: the pool has no tpu
  assertThrows(() => pool.tryAcquire({ tpu: 1 }), TypeError);
  await assertRejects(() => pool.acquire({ cpu: 1 }, { timeoutMs: NaN }), RangeError, "Cannot wait with timeoutMs NaN");
  assertThrows(() => pool.acquireBlocking({ cpu: 1 }, { timeoutMs: -1 }), RangeError, "Cannot wait with timeoutMs -1");
  assertEquals(pool.snapshot().available, CAPACITY, "a refusal takes nothing");
  assertEquals(
    pool.tryAcquire({ gpu: 1, cpu: 2 })?.amounts,
    { cpu: 2, gpu: 1 },
    "and leaves nothing behind that misleads",
  );
});

Deno.test("SharedResourcePool.create() refuses what no pool can be made of", () => {
  const create = (options: unknown) => () => SharedResourcePool.create(Object(options));
  assertThrows(create({ capacity: {} }), TypeError, "expected at least one, each once");
  assertThrows(create({ capacity: { "": 1 } }), TypeError, 'resource kind ""');
  assertThrows(create({ capacity: JSON.parse('{ "__proto__": 1 }') }), TypeError, 'resource kind "__proto__"');
  for (const amount of [-1, NaN, Infinity, 2 ** 53, "8", undefined]) {
    assertThrows(
      create({ capacity: { cpu: amount } }),
      RangeError,
      `a cpu capacity of ${amount}: expected a number in [0, 2^53`,
    );
  }
  for (const option of ["maxThreads", "maxLeases", "maxWaiters"]) {
    for (const size of [0, -1, 1.5, NaN, 2 ** 31, "9"]) {
      assertThrows(
        create({ capacity: { cpu: 1 }, [option]: size }),
        RangeError,
        `with ${option} ${size}: expected an integer`,
      );
    }
  }
  assertThrows(create({ capacity: { cpu: 1 }, maxThreads: 1025 }), RangeError, "expected an integer in [1, 1024]");
  using crowded = SharedResourcePool.create({ capacity: { cpu: 2 ** 53 - 1 }, maxThreads: 1024 });
  assertEquals(crowded.snapshot().available, { cpu: 2 ** 53 - 1 });
  using smallest = SharedResourcePool.create({
    capacity: { none: 0, one: 1 },
    maxThreads: 1,
    maxLeases: 1,
    maxWaiters: 1,
  });
  assertEquals(smallest.snapshot().available, { none: 0, one: 1 });
});

Deno.test("SharedResourcePool.attach() refuses what is no handle, or of another version", () => {
  using pool = newPool();
  const { handle } = pool;
  const attach = (value: unknown) => () => SharedResourcePool.attach(Object(value));
  assertEquals(handle, structuredClone(handle), "plain data");
  assertThrows(attach({}), TypeError, "what was passed is no handle of one");
  assertThrows(() => Reflect.apply(SharedResourcePool.attach, undefined, [null]), TypeError, "got null");
  assertThrows(() => Reflect.apply(SharedResourcePool.attach, undefined, [7]), TypeError, "got number");
  assertThrows(attach({ ...handle, buffer: new SharedArrayBuffer(8) }), TypeError, "is no handle");
  assertThrows(attach({ ...handle, buffer: new SharedArrayBuffer(1 << 16) }), TypeError, "is no handle");
  assertThrows(attach({ ...handle, buffer: new ArrayBuffer(1 << 16) }), TypeError, "is no handle");
  assertThrows(attach({ ...handle, kinds: ["cpu"] }), TypeError, "is no handle");
  assertThrows(attach({ ...handle, kinds: ["cpu", "cpu", "cpu", "cpu"] }), TypeError, "each once");
  assertThrows(
    attach({ ...handle, version: 99 }),
    TypeError,
    `has version 99, this thread's library has ${LAYOUT_VERSION}`,
  );
  new Int32Array(handle.buffer)[VERSION_AT] = 98;
  assertThrows(attach(handle), TypeError, "has version 98");
});

Deno.test("SharedResourcePool says which table is full, and which option makes it larger", async () => {
  using pool = SharedResourcePool.create({ capacity: { cpu: 9 }, maxThreads: 2, maxLeases: 2, maxWaiters: 1 });
  using other = SharedResourcePool.attach(pool.handle);
  const error = assertThrows(() => SharedResourcePool.attach(pool.handle), SharedPoolFullError, "larger maxThreads");
  assertEquals([error.code, error.table, error.size], ["shared_pool_full", "threads", 2]);

  const [first, second] = [pool.tryAcquire({ cpu: 1 }), other.tryAcquire({ cpu: 1 })];
  assertThrows(() => pool.tryAcquire({ cpu: 1 }), SharedPoolFullError, "room for 2 leases, and all of it is taken");
  await assertRejects(() => other.acquire({ cpu: 1 }), SharedPoolFullError, "larger maxLeases");
  first?.release();
  assertEquals(
    other.tryAcquire({ cpu: 1 })?.amounts,
    { cpu: 1 },
    "a record that was given back is used, by whoever needs it",
  );

  const waits = pool.acquire({ cpu: 9 });
  await assertRejects(() => other.acquire({ cpu: 9 }), SharedPoolFullError, "larger maxWaiters");
  assertThrows(() => other.acquireBlocking({ cpu: 9 }), SharedPoolFullError, "larger maxWaiters");
  assertEquals(pool.snapshot().waiters, 1);
  other.detach();
  assertEquals((await waits).amounts, { cpu: 9 });
  assertStrictEquals(second?.released, true);
});

Deno.test("SharedResourcePool.acquire() waits its turn, over all threads: nobody passes who would delay somebody", async () => {
  using pool = newPool();
  using other = SharedResourcePool.attach(pool.handle);
  const held = pool.tryAcquire({ cpu: 6 }), gpu = other.tryAcquire({ gpu: 1 });
  const log: string[] = [];
  const wait = async (name: string, from: typeof pool, request: Parameters<typeof pool.acquire>[0]) => {
    const lease = await from.acquire(request);
    log.push(name);
    return lease;
  };
  const large = wait("large", other, { cpu: 5 }), small = wait("small", pool, { cpu: 1 });
  const beside = wait("beside", other, { cpu: 1, gpu: 1 });
  assertStrictEquals(pool.tryAcquire({ cpu: 1 }), undefined, "2 are free, and kept for the large one");
  (await other.acquire({ memoryMb: 1 })).release(); // of no use to anybody who waits
  assertEquals(pool.snapshot().waiters, 3);
  gpu?.release();
  await nextTurn();
  assertEquals(log, []);
  held?.release();
  const leases = await Promise.all([large, small, beside]);
  assertEquals(log.toSorted(), ["beside", "large", "small"]);
  assertEquals(pool.snapshot().available, { ...CAPACITY, cpu: 1, gpu: 0 });
  leases.forEach((lease) => lease.release());
  assertEquals(pool.snapshot().available, CAPACITY);
  assertEquals([timers.size, pool.snapshot().waiters], [0, 0], "nothing is left that waits");
});

Deno.test("SharedResourcePool.acquire() lets what nobody ahead can use go past them", async () => {
  using pool = newPool();
  const gpu = pool.tryAcquire({ gpu: 1 });
  const blocked = pool.acquire({ cpu: 6, gpu: 1 });
  assertStrictEquals(pool.tryAcquire({ cpu: 3 }), undefined);
  const past = await pool.acquire({ cpu: 2, memoryMb: 16_384 });
  gpu?.release();
  assertEquals((await blocked).amounts, { cpu: 6, gpu: 1 }, "and is not missing when their turn has come");
  past.release();
});

Deno.test("SharedResourcePool.acquire() gives up at its time with how things stand, or with its signal's reason", async () => {
  using pool = newPool();
  const held = pool.tryAcquire({ cpu: 7, gpu: 1 });
  const clock = fakeClock();
  try {
    const first = pool.acquire({ cpu: 2 }), abort = new AbortController();
    const late = assertRejects(() => pool.acquire({ gpu: 1, cpu: 1 }, { timeoutMs: 50 }), WaitTimeoutError);
    const aborted = assertRejects(
      () => pool.acquire({ cpu: 1 }, { signal: abort.signal, timeoutMs: 1e6 }),
      Error,
      "no more",
    );
    clock.tick(60);
    assertEquals(
      (await late).message,
      "Cannot acquire 1 gpu and 1 cpu within 50 ms: free are 0 of 1 gpu, 1 of 8 cpu, and 1 wait ahead; raise timeoutMs, " +
        "or hold it for a shorter time",
    );
    abort.abort(new Error("no more"));
    await aborted;
    assertEquals(pool.snapshot().waiters, 1);
    await assertRejects(
      () => pool.acquire({ cpu: 1 }, { signal: AbortSignal.abort(new Error("before")) }),
      Error,
      "before",
    );
    held?.release();
    assertEquals((await first).amounts, { cpu: 2 });
    assertEquals(
      pool.tryAcquire({ cpu: 6, gpu: 1 })?.amounts,
      { cpu: 6, gpu: 1 },
      "nothing is set aside for those who left",
    );
    assertEquals(timers.size, 0);
  } finally {
    clock.uninstall();
  }
});

Deno.test("SharedResourcePool.acquire() gives back what it was granted in the very moment in which it was aborted", async () => {
  using pool = newPool();
  for (let i = 0; i < 20; i++) {
    const held = pool.tryAcquire({ cpu: 8 }), abort = new AbortController();
    const first = pool.acquire({ cpu: 8 }, abort), second = pool.acquire({ cpu: 8 });
    held?.release(); // grants the first, which is not told before its turn of the event loop
    abort.abort(new Error("no more"));
    await assertRejects(() => first, Error, "no more");
    (await second).release();
  }
  assertEquals(pool.snapshot().available, CAPACITY);
});

Deno.test("SharedResourcePool.acquire() keeps what it was granted in the very moment in which its time was up", async () => {
  using pool = newPool();
  const clock = fakeClock();
  try {
    const held = pool.tryAcquire({ cpu: 8 });
    const waits = pool.acquire({ cpu: 8 }, { timeoutMs: 10 });
    held?.release();
    clock.tick(20);
    assertEquals((await waits).amounts, { cpu: 8 });
  } finally {
    clock.uninstall();
  }
});

Deno.test("SharedResourcePool.acquireBlocking() takes what is free, and gives up at its time", () => {
  using pool = newPool();
  const lease = pool.acquireBlocking({ cpu: 8 });
  assertEquals(lease.amounts, { cpu: 8 });
  for (const timeoutMs of [0, 3]) {
    const error = assertThrows(() => pool.acquireBlocking({ cpu: 1 }, { timeoutMs }), WaitTimeoutError);
    assertEquals([error.code, error.timeoutMs], ["wait_timeout", timeoutMs]);
  }
  assertEquals(pool.snapshot().waiters, 0);
  lease.release();
  assertEquals(pool.acquireBlocking({ cpu: 8 }, { timeoutMs: 0 }).amounts, { cpu: 8 });
});

Deno.test("SharedResourcePool.acquireBlocking() says so where a thread must not sleep", () => {
  using pool = newPool();
  const held = pool.tryAcquire({ cpu: 8 });
  const { wait } = Atomics;
  Atomics.wait = () => {
    throw new TypeError("Atomics.wait cannot be called in this context");
  };
  try {
    assertThrows(() => pool.acquireBlocking({ cpu: 1 }), TypeError, "Cannot block this thread to wait for resources");
  } finally {
    Atomics.wait = wait;
  }
  held?.release();
  assertEquals(pool.snapshot().waiters, 0);
});

Deno.test("SharedResourcePool.withResources() releases on every way out", async () => {
  using pool = newPool();
  assertEquals(await pool.withResources({ cpu: 8 }, ({ amounts }) => amounts.cpu), 8);
  await assertRejects(() => pool.withResources({ cpu: 8 }, () => Promise.reject(new Error("mine"))), Error, "mine");
  assertEquals(pool.snapshot().available, CAPACITY);
});

Deno.test("SharedResourcePool.release() gives back by id, from whatever thread, once", async () => {
  using pool = newPool();
  using other = SharedResourcePool.attach(pool.handle);
  const lease = await pool.acquire({ cpu: 8 });
  const waits = other.acquire({ cpu: 5 });
  const { id } = lease;
  assertEquals([other.release(id), other.release(id), pool.release(id)], [true, false, false]);
  const next = await waits;
  assertStrictEquals(lease.released, true);
  lease.release();
  assertEquals(pool.snapshot().inUse.cpu, 5, "its holder's release came too late to change anything");
  assertEquals(next.released, false);

  const early = pool.tryAcquire({ gpu: 1 });
  early?.release();
  assertEquals(early?.id, -1, "a lease that is gone gets no name");
  const again = pool.tryAcquire({ gpu: 1 });
  assertEquals([pool.release(Number(early?.id)), again?.released], [false, false]);
  const named = Number(again?.id);
  again?.release();
  const last = pool.tryAcquire({ gpu: 1 });
  assertEquals([other.release(named), last?.released], [false, false], "a name is never that of a later lease");
  assertEquals(other.release(2 ** 40), false);
  assertThrows(() => pool.release(0.5), RangeError, "Cannot release lease 0.5: expected the id of a lease");
  assertThrows(() => pool.release(NaN), RangeError);
});

Deno.test("SharedLease.shrink() gives a part back, and serves whoever waits for it", async () => {
  using pool = newPool();
  const lease = await pool.acquire({ cpu: 4, memoryMb: 16_384 });
  const waits = pool.acquire({ memoryMb: 100 });
  lease.shrink({ memoryMb: 200.5 });
  (await waits).release();
  assertEquals(lease.amounts, { cpu: 4, memoryMb: 16_183.5 });
  assertThrows(
    () => lease.shrink({ cpu: 5 }),
    RangeError,
    "Cannot give back 5 of cpu: expected a number in steps of 0.000001 from 0 to 4",
  );
  assertThrows(() => lease.shrink({ gpu: 1 }), RangeError, "from 0 to 0, which is what the lease has");
  assertThrows(() => lease.shrink({ cpu: -1 }), RangeError);
  assertThrows(() => lease.shrink({ cpu: 99 }), RangeError);
  assertThrows(() => lease.shrink(untyped({ cpu: "1" })), TypeError);
  assertThrows(() => lease.shrink(untyped({ tpu: 1 })), TypeError, "the pool has no such resource");
  assertThrows(() => lease.shrink({}), TypeError, "Cannot give back nothing");
  lease.shrink({ cpu: 4 });
  assertEquals(lease.amounts, { memoryMb: 16_183.5 });
  assertEquals(pool.snapshot().inUse, { cpu: 0, memoryMb: 16_183.5, gpu: 0, "db.connections": 0 });
  lease.release();
  assertEquals(pool.snapshot().available, CAPACITY);
  lease.shrink({ memoryMb: 1 });
  assertEquals(pool.snapshot().available, CAPACITY, "nothing happens after the release");

  const whole = pool.tryAcquire({ cpu: 1, gpu: 1 });
  whole?.shrink({ gpu: 1, cpu: 1 });
  assertEquals([whole?.released, pool.snapshot().available], [true, CAPACITY]);
  const after = pool.tryAcquire({ cpu: 1, gpu: 1 });
  assertEquals(after?.amounts, { cpu: 1, gpu: 1 });
});

Deno.test("SharedResourcePool.detach() gives back all that its thread has, and ends its waits", async () => {
  using pool = newPool();
  const other = SharedResourcePool.attach(pool.handle);
  const held = other.tryAcquire({ cpu: 4 });
  for (let i = 0; i < 3; i++) other.tryAcquire({ gpu: 1 })?.release();
  const waits = assertRejects(
    () => other.acquire({ cpu: 8 }),
    SharedPoolDetachedError,
    "this thread has detached from it",
  );
  const mine = pool.acquire({ cpu: 6 });
  other.detach();
  other.detach();
  assertEquals((await mine).amounts, { cpu: 6 });
  assertEquals([(await waits).code, (await waits).reclaimed], ["shared_pool_detached", false]);
  assertThrows(() => other.tryAcquire({ cpu: 1 }), SharedPoolDetachedError, "attach it again first");
  assertThrows(() => other.snapshot(), SharedPoolDetachedError);
  assertThrows(() => other.release(1), SharedPoolDetachedError);
  assertThrows(() => other.reclaim(pool.thread), SharedPoolDetachedError);
  assertEquals(other.reclaimDead(), 0);

  using next = SharedResourcePool.attach(pool.handle); // has the place that the other one had
  for (let i = 0; i < 3; i++) next.tryAcquire({ gpu: 1 })?.release();
  assertThrows(
    () => other.tryAcquire({ gpu: 1 }),
    SharedPoolDetachedError,
    "detached",
    "does not take what the next one returned",
  );
  held?.release();
  const lease = next.tryAcquire({ gpu: 1 });
  assertEquals([lease?.released, held?.released, pool.snapshot().inUse.cpu, pool.snapshot().inUse.gpu], [
    false,
    true,
    6,
    1,
  ]);
});

Deno.test("SharedResourcePool.reclaim() takes back what a thread has, and turns it down from then on", async () => {
  using pool = newPool();
  const other = SharedResourcePool.attach(pool.handle);
  const { thread } = other;
  const held = other.tryAcquire({ cpu: 4, gpu: 1 });
  other.tryAcquire({ memoryMb: 16_384 })?.release();
  const waits = assertRejects(() => other.acquire({ cpu: 8 }), SharedPoolDetachedError, "as if it were dead");
  const mine = pool.acquire({ cpu: 6 });
  assertEquals([pool.reclaim(thread), pool.reclaim(thread), pool.reclaim(12_345)], [true, false, false]);
  assertEquals((await mine).amounts, { cpu: 6 });
  assertInstanceOf(await waits, SharedPoolDetachedError);
  const { threads, deaths, leaks } = pool.snapshot();
  assertEquals([held?.released, threads, deaths, leaks], [true, 1, 1, 1], "what had been released did not leak");
  held?.release();
  assertThrows(() => other.tryAcquire({ memoryMb: 16_384 }), SharedPoolDetachedError, "reclaimed what this one held");
  assertEquals(pool.snapshot().available, { ...CAPACITY, cpu: 2 });

  using next = SharedResourcePool.attach(pool.handle);
  assert(next.thread !== thread, "a name is used once");
  assertStrictEquals(next.reclaim(next.thread), true);
  assertThrows(() => next.tryAcquire({ cpu: 1 }), SharedPoolDetachedError, "has detached");
});

Deno.test("SharedResourcePool counts in millionths: a thousand threes of a third fit, and all come back to the last bit", () => {
  using pool = SharedResourcePool.create({ capacity: { cpu: 1, huge: Number.MAX_SAFE_INTEGER, odd: 0.1 + 0.2 } });
  for (const parts of [10, 3, 7]) {
    const leases = Array.from(
      { length: parts },
      () => pool.tryAcquire({ cpu: 1 / parts, odd: (0.1 + 0.2) / parts, huge: 1 }),
    );
    assert(leases.every((lease) => lease !== undefined));
    assertStrictEquals(pool.tryAcquire({ cpu: 0.1 }), undefined);
    leases.forEach((lease) => lease?.release());
    assertEquals(pool.snapshot().available, { cpu: 1, huge: Number.MAX_SAFE_INTEGER, odd: 0.1 + 0.2 });
  }
});
