import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { timers } from "../../reliability/timer_wheel.ts";
import { type WaitOptions, WaitTimeoutError } from "../waiter.ts";
import {
  SharedBarrier,
  SharedChannel,
  SharedChannelClosedError,
  SharedCounter,
  SharedEvent,
  type SharedHandle,
  SharedLatch,
  SharedMutex,
  SharedRateLimiter,
  SharedReadWriteLock,
  SharedReentryError,
  SharedSemaphore,
  SharedWaitersFullError,
} from "./mod.ts";
import { KINDS } from "./testdata/kinds.ts";

Deno.test("Shared primitives refuse numbers that make no sense, saying which and what range", () => {
  for (const bad of [0, -1, 1.5, NaN, Infinity, 2 ** 40]) {
    const says = `${bad}: expected an integer from `;
    assertThrows(() => SharedSemaphore.create({ permits: bad }), RangeError, `permits ${says}1 to 1048576`);
    assertThrows(() => SharedSemaphore.create({ permits: 1, maxWaiters: bad }), RangeError, `maxWaiters ${says}`);
    assertThrows(() => SharedReadWriteLock.create({ maxWaiters: bad }), RangeError, `maxWaiters ${says}`);
    assertThrows(() => SharedEvent.create({ maxWaiters: bad }), RangeError, `maxWaiters ${says}`);
    assertThrows(() => SharedBarrier.create({ parties: bad }), RangeError, `parties ${says}1 to 65536`);
    assertThrows(() => SharedLatch.create({ count: bad }), RangeError, `count ${says}1 to 2147483647`);
    assertThrows(() => SharedLatch.create({ count: 1 }).countDown(bad), RangeError, says);
    assertThrows(
      () => SharedChannel.create({ capacityBytes: bad }),
      RangeError,
      `capacityBytes ${says}64 to 1073741824`,
    );
    assertThrows(
      () => SharedSemaphore.create({ permits: 3 }).tryAcquire(bad),
      RangeError,
      `expected an integer in [1, 3]`,
    );
  }
  assertThrows(() => SharedEvent.create({ reset: JSON.parse('"later"') }), TypeError, 'reset "later"');
  assertThrows(() => SharedChannel.create({ format: JSON.parse('"xml"') }), TypeError, 'format "xml"');
  assertThrows(() => SharedLatch.create({ count: 1, name: "" }), TypeError, 'name ""');
});

const HANDLES: readonly SharedHandle[] = [
  SharedMutex.create(),
  SharedReadWriteLock.create(),
  SharedSemaphore.create({ permits: 2 }),
  SharedBarrier.create({ parties: 2 }),
  SharedLatch.create({ count: 2 }),
  SharedEvent.create(),
  SharedCounter.create(),
  SharedRateLimiter.create({ limit: 2 }),
  SharedChannel.create(),
].map(({ handle }) => handle);

for (const [type, kind] of Object.entries(KINDS)) {
  Deno.test(`A shared ${type} attaches to no handle but its own, as it was made, and says what is wrong`, () => {
    const attach = (handle: unknown) => () => Reflect.apply(kind.attach, kind, [handle]);
    const refuses = (handle: unknown, says: string) =>
      assertThrows(attach(handle), TypeError, `Cannot attach to a shared ${type}: ${says}`);
    for (const handle of HANDLES) {
      if (handle.type === type) attach(handle)();
      else refuses(handle, `it is the handle of "${handle.type}"`);
    }
    const own = HANDLES.find((handle) => handle.type === type), buffer = own?.buffer ?? new SharedArrayBuffer(8);
    for (const none of [undefined, 7, "handle"]) refuses(none, `expected the handle of one, got ${typeof none}`);
    refuses(null, "expected the handle of one, got null");
    refuses({}, "expected the handle of one, got another object");
    refuses({ ...own, version: 1 }, "its layout has version 1, this thread's library has 3");
    refuses({ ...own, buffer: new ArrayBuffer(buffer.byteLength) }, "the handle's buffer is no SharedArrayBuffer");
    refuses({ ...own, threads: new SharedArrayBuffer(8) }, "the handle's list of threads is none");
    for (const byteLength of [0, 8, buffer.byteLength - 8, buffer.byteLength + 8]) {
      const resized = new SharedArrayBuffer(byteLength), bytes = new Uint8Array(buffer);
      new Uint8Array(resized).set(bytes.subarray(0, byteLength));
      refuses({ ...own, buffer: resized }, `the handle's buffer of ${byteLength} bytes is none that create() has made`);
    }
    const older = new SharedArrayBuffer(buffer.byteLength), words = new Int32Array(older);
    words.set(new Int32Array(buffer));
    words[1] = 1;
    refuses({ ...own, buffer: older }, "its layout has version 1");
    const another = HANDLES.find((handle) => handle.type !== type);
    refuses({ ...own, buffer: another?.buffer }, "the handle's buffer of ");
  });
}

Deno.test("Shared primitives refuse a name or a timing that is none", () => {
  const badName: unknown = JSON.parse("7"), badTiming: unknown = "always";
  for (const kind of Object.values(KINDS)) {
    const create = (options: object) => () =>
      Reflect.apply(kind.create, kind, [{ permits: 1, parties: 1, count: 1, limit: 1, ...options }]);
    assertThrows(create({ name: "" }), TypeError, 'name ""');
    assertThrows(create({ name: badName }), TypeError, "name 7");
    if (kind === SharedCounter || kind === SharedChannel) continue; // nothing of these is timed
    assertThrows(create({ timing: badTiming }), TypeError, 'timing "always": expected "on" or "off"');
  }
});

Deno.test("Shared primitives are made as large as they say", async () => {
  const barrier = SharedBarrier.create({ parties: 65_536 }), latch = SharedLatch.create({ count: 2 ** 31 - 1 });
  assertEquals([barrier.arrived, latch.countDown(2 ** 31 - 2)], [0, 1]);
  const semaphore = SharedSemaphore.create({ permits: 1_048_576, maxWaiters: 65_536 });
  using all = await semaphore.acquire(1_048_576);
  assertEquals([all.permits, semaphore.available], [1_048_576, 0]);
  assertThrows(
    () => SharedSemaphore.create({ permits: 1e9 }),
    RangeError,
    "permits 1000000000: expected an integer from 1 to",
  );
  assertThrows(
    () => SharedBarrier.create({ parties: 1e9 }),
    RangeError,
    "parties 1000000000: expected an integer from 1 to",
  );
  assertThrows(() => SharedEvent.create({ maxWaiters: 1e9 }), RangeError, "maxWaiters 1000000000: expected");
  assertThrows(() => SharedChannel.create({ capacityBytes: 2 ** 30 + 1 }), RangeError, "capacityBytes 1073741825");
});

Deno.test("SharedBarrier serves 20,000 parties, and tells as many that one has left", async () => {
  const barrier = SharedBarrier.create({ parties: 20_000 });
  const arrive = (count: number) => Array.from({ length: count }, () => barrier.arrive());
  const passed = await Promise.all(arrive(20_000));
  assertEquals([passed.filter((isLast) => isLast).length, barrier.arrived], [1, 0]);
  const told = arrive(19_999);
  assertEquals(barrier.arrived, 19_999);
  const outcomes = Promise.allSettled(told);
  barrier.leave();
  assertEquals((await outcomes).filter(({ status }) => status === "rejected").length, 19_999);
  assertEquals([barrier.arrived, timers.size], [0, 0]);
});

Deno.test("Shared primitives reject what their waiting forms are asked, and never throw it", async () => {
  const semaphore = SharedSemaphore.create({ permits: 1 }),
    reason = new Error("enough"),
    signal = AbortSignal.abort(reason);
  for (
    const wait of [
      (options: { signal?: AbortSignal; timeoutMs?: number }) => semaphore.acquire(1, options),
      (options: { signal?: AbortSignal; timeoutMs?: number }) => SharedReadWriteLock.create().write(options),
      (options: { signal?: AbortSignal; timeoutMs?: number }) => SharedBarrier.create({ parties: 2 }).arrive(options),
      (options: { signal?: AbortSignal; timeoutMs?: number }) => SharedLatch.create({ count: 1 }).wait(options),
      (options: { signal?: AbortSignal; timeoutMs?: number }) => SharedEvent.create().wait(options),
      (options: { signal?: AbortSignal; timeoutMs?: number }) => SharedChannel.create().receive(options),
      (options: { signal?: AbortSignal; timeoutMs?: number }) =>
        SharedChannel.create().send(new Uint8Array(1), options),
    ]
  ) {
    assertStrictEquals(await assertRejects(() => wait({ signal })), reason);
    await assertRejects(() => wait({ timeoutMs: -1 }), RangeError, "timeoutMs -1");
  }
  await assertRejects(() => semaphore.acquire(2), RangeError, "Cannot acquire 2 permits");
  assertEquals(semaphore.available, 1);
});

Deno.test("Shared primitives leave their place when an option fails that is read again", async () => {
  const semaphore = SharedSemaphore.create({ permits: 1 }), mutex = SharedMutex.create(), held = semaphore.tryAcquire();
  const guard = mutex.tryAcquire(), channel = SharedChannel.create(), limiter = SharedRateLimiter.create({ limit: 1 });
  limiter.tryTake();
  const waits: ((options: WaitOptions) => Promise<unknown>)[] = [
    (options) => semaphore.acquire(1, options),
    (options) => mutex.acquire(options),
    (options) => channel.receive(options),
    (options) => limiter.take(1, options),
  ];
  for (const wait of waits) {
    let reads = 0;
    const options = Object.defineProperty({}, "timeoutMs", { get: () => reads++ === 0 ? undefined : NaN });
    await assertRejects(() => wait(options), RangeError);
  }
  held?.release();
  guard?.release();
  assertEquals([semaphore.snapshot().waiters, semaphore.available, timers.size], [[], 1, 0]);
  assertEquals([mutex.tryAcquire() !== undefined, channel.trySend(new Uint8Array(1))], [true, true]);
  assertEquals(channel.tryReceive()?.length, 1);
});

Deno.test("SharedSemaphore gives up in time, leaves no place behind, and says how things stood", async () => {
  const semaphore = SharedSemaphore.create({ permits: 2, maxWaiters: 2, name: "seats" });
  const held = await semaphore.acquire(2), abort = new AbortController();
  const gone = [semaphore.acquire(1, abort), semaphore.acquire(2, { timeoutMs: 1 })];
  await assertRejects(
    () => semaphore.acquire(),
    SharedWaitersFullError,
    'the shared semaphore "seats": 2 wait already',
  );
  const late = await assertRejects(() => gone[1]!, WaitTimeoutError);
  assertEquals(
    late.message,
    'Cannot acquire the shared semaphore "seats" within 1 ms: 0 of 2 permits are free; ' +
      "raise timeoutMs, or hold it for a shorter time",
  );
  abort.abort(new Error("enough"));
  await assertRejects(() => gone[0]!, Error, "enough");
  assertThrows(() => semaphore.acquireBlocking(1), SharedReentryError);
  assertEquals(semaphore.snapshot().waiters, []);
  const next = semaphore.acquire(1);
  held.release();
  held.release();
  (await next).release();
  assertEquals(await semaphore.withPermits(2, ({ permits }) => permits), 2);
  assertEquals([semaphore.available, timers.size], [2, 0]);
});

Deno.test("Shared primitives keep no timer or waiter after 1,000 aborted waits", async () => {
  const lock = SharedReadWriteLock.create({ maxWaiters: 1_024 }), abort = new AbortController();
  const guard = await lock.write();
  const waits = Array.from({ length: 1_000 }, (_, i) => i % 2 === 0 ? lock.read(abort) : lock.write(abort));
  abort.abort(new Error("enough"));
  const outcomes = await Promise.allSettled(waits);
  assertEquals(outcomes.filter(({ status }) => status === "rejected").length, 1_000);
  assertEquals([lock.snapshot().waiters, timers.size], [[], 0]);
  guard.release();
  assertEquals(await lock.withWrite(() => lock.snapshot().holders), [{
    owner: "main",
    holds: "write",
    ageMs: undefined,
  }]);
  assertEquals(await lock.withRead(({ mode }) => mode), "read");
});

Deno.test("SharedChannel carries any bytes through its end, and its senders wait for room", async () => {
  const channel = SharedChannel.create({ capacityBytes: 128 });
  let next = 0;
  for (let length = 0; length <= 124; length += 3) { // of which many wrap around
    const message = Uint8Array.from({ length }, () => next++);
    assertEquals(channel.trySend(message), true);
    assertEquals(channel.tryReceive(), message);
  }
  assertThrows(() => channel.trySend(new Uint8Array(125)), RangeError, "expected at most 124");
  assertThrows(() => channel.trySend(JSON.parse('"text"')), TypeError, "expected a Uint8Array");
  channel.sendBlocking(new Uint8Array(124));
  assertEquals([channel.trySend(new Uint8Array(0)), channel.usedBytes], [false, 128]);
  const waits = [1, 2].map((byte) => channel.send(Uint8Array.of(byte)));
  await assertRejects(
    () => channel.send(new Uint8Array(1), { timeoutMs: 1 }),
    WaitTimeoutError,
    "128 of 128 bytes are taken",
  );
  assertThrows(() => channel.sendBlocking(new Uint8Array(1), { timeoutMs: 1 }), WaitTimeoutError, "room in");
  assertEquals(channel.receiveBlocking().length, 124);
  await Promise.all(waits);
  assertEquals([await channel.receive(), await channel.receive()], [Uint8Array.of(1), Uint8Array.of(2)]);
  assertThrows(() => channel.receiveBlocking({ timeoutMs: 1 }), WaitTimeoutError, "a message from");
  const [receives, full] = [channel.receive(), SharedChannel.create({ capacityBytes: 64 })];
  channel.close();
  await assertRejects(() => receives, SharedChannelClosedError, "closed and drained");
  assertThrows(() => channel.trySend(new Uint8Array(1)), SharedChannelClosedError, "send into");
  full.sendBlocking(new Uint8Array(60));
  const turnedDown = full.send(new Uint8Array(1));
  full.close();
  await assertRejects(() => turnedDown, SharedChannelClosedError);
  assertEquals([full.tryReceive()?.length, full.drained, timers.size], [60, true, 0]);
});

Deno.test("SharedChannel of JSON refuses what has no form in it, and another format's handle", async () => {
  const channel = SharedChannel.create({ format: "json" });
  for (const value of [undefined, () => 0, Symbol("s")]) {
    assertThrows(() => channel.trySend(value), TypeError, "no form in JSON");
  }
  assertThrows(() => SharedChannel.attach(channel.handle), TypeError, "for bytes: it carries json");
  const text = "ä€😀".repeat(1_000);
  channel.trySend({ text, list: [1, null, true] });
  assertEquals(await channel.receive(), { text, list: [1, null, true] });
});

Deno.test("SharedChannel.trySend() refuses a message of 2 GB as too long, and goes on", () => {
  const channel = SharedChannel.create({ capacityBytes: 64 });
  for (const length of [2 ** 31 - 1, 2 ** 31, 2 ** 32 - 4]) {
    assertThrows(() => channel.trySend(new Uint8Array(length)), RangeError, "expected at most 60");
  }
  assertEquals([channel.usedBytes, channel.trySend(Uint8Array.of(1)), channel.tryReceive()], [
    0,
    true,
    Uint8Array.of(1),
  ]);
});

Deno.test("SharedChannel.trySend() does not pass a send of its thread that waits", async () => {
  const channel = SharedChannel.create({ capacityBytes: 64 });
  assertEquals(channel.trySend(new Uint8Array(28)), true);
  const waits = channel.send(new Uint8Array(60));
  assertEquals(channel.trySend(Uint8Array.of(1)), false, "there is room for it, but the other was first");
  assertEquals((await channel.receive()).length, 28);
  await waits;
  assertEquals((await channel.receive()).length, 60);
  assertEquals(channel.trySend(Uint8Array.of(1)), true);
  const refused = channel.send(new Uint8Array(60));
  channel.close();
  assertThrows(() => channel.trySend(Uint8Array.of(1)), SharedChannelClosedError);
  await assertRejects(() => refused, SharedChannelClosedError);
});

Deno.test("SharedCounter refuses what is no signed 64-bit integer, and changes nothing", () => {
  const counter = SharedCounter.create();
  assertEquals(counter.add(1), 1n);
  for (const bad of [2n ** 64n + 1n, 2n ** 63n, -(2n ** 63n) - 1n]) {
    assertThrows(() => counter.compareAndSet(bad, 9n), RangeError, `Cannot expect ${bad}`);
    assertThrows(() => counter.compareAndSet(1n, bad), RangeError, `Cannot set ${bad}`);
    assertThrows(() => counter.add(bad), RangeError, `Cannot add ${bad}`);
  }
  assertThrows(() => counter.add(2 ** 53), RangeError, "Cannot add 9007199254740992");
  assertEquals([counter.value, counter.compareAndSet(1n, -(2n ** 63n)), counter.value], [1n, true, -(2n ** 63n)]);
});

Deno.test("Shared blocking waits refuse to sleep behind a task of their thread that could not go on meanwhile", async () => {
  const semaphore = SharedSemaphore.create({ permits: 3 }), held = semaphore.tryAcquire(2);
  const first = semaphore.acquire(2), timeoutMs = 1; // which is over at once if the wait is not refused
  assertThrows(() => semaphore.acquireBlocking(1, { timeoutMs }), SharedReentryError, "is to have it first");
  held?.release(); // now it is granted, but the task has not gone on yet
  assertThrows(() => semaphore.acquireBlocking(2, { timeoutMs }), SharedReentryError);
  semaphore.acquireBlocking(1, { timeoutMs }).release();
  (await first).release();
  semaphore.acquireBlocking(3, { timeoutMs }).release();

  const lock = SharedReadWriteLock.create(), reads = lock.tryRead(), writes = lock.write();
  assertThrows(() => lock.readBlocking({ timeoutMs }), SharedReentryError);
  assertThrows(() => lock.writeBlocking({ timeoutMs }), SharedReentryError);
  reads?.release();
  (await writes).release();
  const reading = lock.readBlocking({ timeoutMs });
  assertThrows(() => lock.writeBlocking({ timeoutMs }), SharedReentryError);
  lock.readBlocking({ timeoutMs }).release();
  reading.release();
  const writing = lock.writeBlocking({ timeoutMs });
  assertThrows(() => lock.readBlocking({ timeoutMs }), SharedReentryError);
  assertThrows(() => lock.writeBlocking({ timeoutMs }), SharedReentryError);
  writing.release();
  assertEquals(timers.size, 0);
});

Deno.test("Shared primitives that make whoever comes sleep wake them when their time is up, and they stand in line no more", () => {
  const event = SharedEvent.create(),
    latch = SharedLatch.create({ count: 1 }),
    barrier = SharedBarrier.create({ parties: 2 });
  const timeoutMs = 1;
  assertThrows(() => event.waitBlocking({ timeoutMs }), WaitTimeoutError);
  assertThrows(() => latch.waitBlocking({ timeoutMs }), WaitTimeoutError);
  assertThrows(() => barrier.arriveBlocking({ timeoutMs }), WaitTimeoutError);
  assertEquals(barrier.broken, true);
  assertEquals([event, latch, barrier].map((primitive) => primitive.snapshot().waiters.length), [0, 0, 0]);
});
