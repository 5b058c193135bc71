import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { timers } from "../../reliability/timer_wheel.ts";
import { WaitTimeoutError } from "../waiter.ts";
import {
  SharedBarrier,
  SharedChannel,
  SharedChannelClosedError,
  SharedEvent,
  SharedLatch,
  SharedReadWriteLock,
  SharedReentryError,
  SharedSemaphore,
  SharedWaitersFullError,
} from "./mod.ts";

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
  assertEquals(await lock.withWrite(() => lock.snapshot().holders), [{ owner: "main", holds: "write" }]);
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
