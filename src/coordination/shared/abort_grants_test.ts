import { assertEquals, assertRejects } from "@std/assert";
import { timers } from "../../reliability/timer_wheel.ts";
import { type AbortPair, assertGrantsNothing } from "../testdata/abort_pairs.ts";
import { SharedBarrier } from "./barrier.ts";
import { SharedChannel } from "./channel.ts";
import { SharedEvent } from "./event.ts";
import { SharedLatch } from "./latch.ts";
import { SharedMutex } from "./mutex.ts";
import { SharedRateLimiter } from "./rate_limiter.ts";
import { SharedReadWriteLock } from "./read_write_lock.ts";
import { SharedSemaphore } from "./semaphore.ts";
import { settle } from "./testdata/shared_suites.ts";

const pairs: Readonly<Record<string, AbortPair>> = {
  SharedSemaphore(signal) {
    const semaphore = SharedSemaphore.create({ permits: 5 });
    semaphore.tryAcquire(3);
    return [semaphore.acquire(5, { signal }), semaphore.acquire(1, { signal })];
  },
  "SharedSemaphore through two handles"(signal) {
    const semaphore = SharedSemaphore.create({ permits: 5 }), elsewhere = SharedSemaphore.attach(semaphore.handle);
    semaphore.tryAcquire(3);
    return [semaphore.acquire(5, { signal }), elsewhere.acquire(1, { signal })];
  },
  SharedReadWriteLock(signal) {
    const lock = SharedReadWriteLock.create();
    lock.tryRead();
    return [lock.write({ signal }), lock.read({ signal })];
  },
  SharedRateLimiter(signal) {
    const limiter = SharedRateLimiter.create({ limit: 5, perMs: 1e6 });
    limiter.tryTake(3);
    return [limiter.take(5, { signal }), limiter.take(1, { signal })];
  },
  "SharedChannel that is full"(signal) {
    const channel = SharedChannel.create({ capacityBytes: 64 });
    channel.trySend(new Uint8Array(40));
    return [channel.send(new Uint8Array(30), { signal }), channel.send(new Uint8Array(4), { signal })];
  },
  "SharedChannel with a message that nobody has noticed"(signal) {
    const channel = SharedChannel.create(), elsewhere = SharedChannel.attach(channel.handle);
    const waits = [channel.receive({ signal }), channel.receive({ signal })];
    elsewhere.trySend(new Uint8Array(4));
    return waits;
  },
};

for (const [name, waits] of Object.entries(pairs)) {
  Deno.test(`${name} grants nothing to a waiter because another one of the same aborted signal left`, async () => {
    await assertGrantsNothing(waits);
    await settle();
    assertEquals(timers.size, 0);
  });
}

/** Each is set going by a listener that was on the signal before whoever waits; tells afterwards whether it is still to be had. */
const inListener: Readonly<
  Record<string, (signal: AbortSignal) => { readonly wait: Promise<unknown>; readonly isLeft: () => boolean }>
> = {
  SharedMutex(signal) {
    const mutex = SharedMutex.create(), guard = mutex.tryAcquire();
    signal.addEventListener("abort", () => guard?.release());
    return { wait: mutex.acquire({ signal }), isLeft: () => mutex.tryAcquire() !== undefined };
  },
  SharedSemaphore(signal) {
    const semaphore = SharedSemaphore.create({ permits: 2 }), permits = semaphore.tryAcquire(2);
    signal.addEventListener("abort", () => permits?.release());
    return { wait: semaphore.acquire(2, { signal }), isLeft: () => semaphore.available === 2 };
  },
  SharedReadWriteLock(signal) {
    const lock = SharedReadWriteLock.create(), guard = lock.tryWrite();
    signal.addEventListener("abort", () => guard?.release());
    return { wait: lock.read({ signal }), isLeft: () => lock.tryWrite() !== undefined };
  },
  "SharedEvent with automatic reset"(signal) {
    const event = SharedEvent.create({ reset: "auto" });
    signal.addEventListener("abort", () => event.set());
    return { wait: event.wait({ signal }), isLeft: () => event.isSet };
  },
  "SharedEvent with manual reset"(signal) {
    const event = SharedEvent.create();
    signal.addEventListener("abort", () => event.set());
    return { wait: event.wait({ signal }), isLeft: () => event.isSet };
  },
  SharedLatch(signal) {
    const latch = SharedLatch.create({ count: 1 });
    signal.addEventListener("abort", () => latch.countDown());
    return { wait: latch.wait({ signal }), isLeft: () => latch.tryWait() };
  },
};

for (const [name, make] of Object.entries(inListener)) {
  Deno.test(`${name} grants nothing to a waiter whose signal is aborted, before the signal has told it`, async () => {
    const abort = new AbortController(), { wait, isLeft } = make(abort.signal);
    abort.abort(new Error("stop"));
    await assertRejects(() => wait, Error, "stop");
    await settle();
    assertEquals([isLeft(), timers.size], [true, 0]);
  });
}

Deno.test("SharedSemaphore leaves what a waiter was granted, but had not noticed when it was aborted, to the next", async () => {
  const semaphore = SharedSemaphore.create({ permits: 1 }),
    abort = new AbortController(),
    held = semaphore.tryAcquire();
  const gone = semaphore.acquire(1, abort), next = semaphore.acquire();
  held?.release();
  abort.abort(new Error("stop"));
  await assertRejects(() => gone, Error, "stop");
  (await next).release();
  const { grants, aborts } = semaphore.snapshot().totals;
  assertEquals([semaphore.available, grants, aborts], [1, 2, 1]);
});

Deno.test("SharedSemaphore serves whoever stands behind 20,000 waiters of an aborted signal", async () => {
  const semaphore = SharedSemaphore.create({ permits: 2, maxWaiters: 20_001 }), abort = new AbortController();
  semaphore.tryAcquire(1);
  const waits = Array.from({ length: 20_000 }, () => semaphore.acquire(2, abort));
  const found = Promise.allSettled(waits), behind = semaphore.acquire(1);
  abort.abort(new Error("stop"));
  await behind;
  assertEquals((await found).filter(({ status }) => status === "rejected").length, 20_000);
  assertEquals([semaphore.available, semaphore.snapshot().totals.aborts], [0, 20_000]);
});

Deno.test("SharedBarrier that all have reached lets pass whose signal is aborted before it has noticed", async () => {
  const barrier = SharedBarrier.create({ parties: 2 }), abort = new AbortController();
  const first = barrier.arrive(abort);
  assertEquals(await Promise.all([barrier.arrive(), (abort.abort(), first)]), [true, false]);
  assertEquals(barrier.broken, false);
});

Deno.test("SharedEvent with automatic reset lets one pass, however often it was set while a waiter left", async () => {
  const event = SharedEvent.create({ reset: "auto" }), abort = new AbortController();
  const gone = event.wait(abort);
  event.set(); // for the one who waits, and has not noticed
  event.set();
  abort.abort(new Error("stop"));
  await assertRejects(() => gone, Error, "stop");
  assertEquals([event.tryWait(), event.tryWait()], [true, false]);
});
