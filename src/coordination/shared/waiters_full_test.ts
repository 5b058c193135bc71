import { assertEquals, assertRejects } from "@std/assert";
import { timers } from "../../reliability/timer_wheel.ts";
import { SharedWaitersFullError } from "./errors.ts";
import { SharedEvent } from "./event.ts";
import { SharedSemaphore } from "./semaphore.ts";

Deno.test("SharedSemaphore has room for whoever asks though many before it gave up, and one still waits", async () => {
  const semaphore = SharedSemaphore.create({ permits: 1, maxWaiters: 3 }), held = semaphore.tryAcquire();
  const first = semaphore.acquire(), gone: Promise<unknown>[] = [];
  let last = new AbortController(), lastWait = semaphore.acquire(1, last);
  for (let i = 0; i < 100; i++) { // so that there is always one behind
    const next = new AbortController(), nextWait = semaphore.acquire(1, next);
    gone.push(assertRejects(() => lastWait, Error, "enough"));
    last.abort(new Error("enough"));
    [last, lastWait] = [next, nextWait];
  }
  const full = semaphore.acquire();
  await assertRejects(() => semaphore.acquire(), SharedWaitersFullError, "3 wait already");
  await Promise.all(gone);
  held?.release();
  for (const wait of [first, lastWait, full]) (await wait).release();
  assertEquals([semaphore.available, timers.size], [1, 0]);
});

Deno.test("SharedSemaphore has room for whoever asks in the turn in which those before were served", async () => {
  const semaphore = SharedSemaphore.create({ permits: 1, maxWaiters: 1 }), held = semaphore.tryAcquire();
  const first = semaphore.acquire();
  held?.release(); // now it is served, though it will notice in a later turn only
  const second = semaphore.acquire();
  await assertRejects(() => semaphore.acquire(), SharedWaitersFullError);
  (await first).release();
  (await second).release();
  assertEquals([semaphore.available, timers.size], [1, 0]);
});

Deno.test("SharedEvent has room for 1,000 who wait for each of its turns, all in one turn of the event loop", async () => {
  const event = SharedEvent.create({ maxWaiters: 1_000 }), waits: Promise<void>[] = [];
  for (let round = 0; round < 20; round++) {
    for (let i = 0; i < 1_000; i++) waits.push(event.wait());
    event.set();
    event.reset();
  }
  await Promise.all(waits);
  assertEquals([event.waiters, timers.size], [0, 0]);
});

Deno.test("Shared waiters are served in the order of arrival, wherever in the line others have given up", async () => {
  const semaphore = SharedSemaphore.create({ permits: 1, maxWaiters: 8 }), held = semaphore.tryAcquire();
  const order: number[] = [], patient: Promise<unknown>[] = [];
  for (let i = 0; i < 8; i++) {
    const abort = new AbortController(), impatient = semaphore.acquire(1, abort);
    if (i % 3 === 0) {
      patient.push(semaphore.acquire().then((permit) => (order.push(i), permit.release())));
    }
    abort.abort(new Error("enough"));
    await assertRejects(() => impatient, Error, "enough");
  }
  held?.release();
  await Promise.all(patient);
  assertEquals(order, [0, 3, 6]);
});

Deno.test("SharedSemaphore grants nothing to make room to a waiter whose signal is aborted, before the signal has told it", async () => {
  const semaphore = SharedSemaphore.create({ permits: 1, maxWaiters: 1 }), abort = new AbortController();
  const held = semaphore.tryAcquire();
  let next: Promise<string> = Promise.resolve("");
  abort.signal.addEventListener("abort", () => {
    held?.release(); // so that the one who waits has its answer, and its place in line still
    next = semaphore.acquire().then(() => "granted", (error) => error.code);
  });
  const gone = semaphore.acquire(1, abort);
  abort.abort(new Error("stop"));
  await assertRejects(() => gone, Error, "stop");
  assertEquals([await next, semaphore.available], ["shared_waiters_full", 1]);
});
