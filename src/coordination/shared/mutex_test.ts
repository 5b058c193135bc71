import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { timers } from "../../reliability/timer_wheel.ts";
import { WaitTimeoutError } from "../waiter.ts";
import { SharedReentryError } from "./errors.ts";
import { SharedMutex } from "./mutex.ts";
import { Hand } from "./testdata/hand.ts";

Deno.test("SharedMutex keeps Workers apart that take it in every way, and counts exactly", async () => {
  const mutex = SharedMutex.create(), counts = new SharedArrayBuffer(4), sum = new Int32Array(counts);
  const hands = await Promise.all([1, 2, 3].map(() => Hand.hire(mutex.handle)));
  hands.forEach((hand) => hand.order({ task: "hammer", count: 20_000, counts }));
  for (let i = 0; i < 200; i++) await mutex.withLock(() => void (sum[0] = sum[0]! + 1));
  await Promise.all(hands.map((hand) => hand.report()));
  assertEquals([sum[0], mutex.locked, timers.size], [60_200, false, 0]);
  hands.forEach((hand) => hand[Symbol.dispose]());
});

Deno.test("SharedMutex is taken over from a Worker that died with it, and the next owner is told", async () => {
  const mutex = SharedMutex.create();
  for (const task of ["take", "take blocking"] as const) {
    using hand = await Hand.hire(mutex.handle, "doomed");
    assertEquals(await hand.tell({ task }), { ownerDied: false });
    assertEquals(mutex.snapshot().holders, [{ owner: "doomed", holds: 1, ageMs: undefined }]);
    assertStrictEquals(mutex.tryAcquire(), undefined);
    const next = mutex.acquire(), last = mutex.acquire();
    hand.worker.terminate();
    using guard = await next;
    assertEquals(guard.ownerDied, true);
    guard.release();
    using after = await last;
    assertEquals(after.ownerDied, false, "told once");
  }
  assertEquals([mutex.locked, timers.size], [false, 0]);
});

Deno.test("SharedMutex.acquireBlocking() takes over from a Worker that died while others sleep", async () => {
  const mutex = SharedMutex.create();
  using doomed = await Hand.hire(mutex.handle);
  using sleeper = await Hand.hire(mutex.handle);
  await doomed.tell({ task: "take" });
  sleeper.order({ task: "take blocking" });
  doomed.worker.terminate();
  assertEquals(await sleeper.report(), { ownerDied: true });
  await sleeper.tell({ task: "release" });
  assertEquals(mutex.locked, false);
});

Deno.test("SharedMutex.tryAcquire() gets what a Worker held that died, if it is asked again", async () => {
  const mutex = SharedMutex.create();
  using hand = await Hand.hire(mutex.handle);
  await hand.tell({ task: "take" });
  hand.worker.terminate();
  let guard = mutex.tryAcquire();
  while (guard === undefined) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    guard = mutex.tryAcquire();
  }
  assertEquals(guard.ownerDied, true);
  guard.release();
});

Deno.test("SharedMutex.acquire() serves the tasks of a thread in order, and those who give up leave at once", async () => {
  const mutex = SharedMutex.create(), abort = new AbortController(), order: number[] = [], reason = new Error("enough");
  const holder = mutex.acquireBlocking();
  const waits = [1, 2, 3].map((i) => mutex.acquire().then((guard) => (order.push(i), guard.release())));
  const gone = mutex.acquire({ signal: abort.signal, timeoutMs: 60_000 });
  const late = await assertRejects(() => mutex.acquire({ timeoutMs: 1 }), WaitTimeoutError);
  assertEquals(
    late.message,
    'Cannot acquire the shared mutex within 1 ms: thread "main" holds it, and 4 of this thread wait ahead; ' +
      "raise timeoutMs, or hold it for a shorter time",
  );
  abort.abort(reason);
  assertStrictEquals(await assertRejects(() => gone), reason);
  holder.release();
  await Promise.all(waits);
  assertEquals([order, mutex.locked, timers.size], [[1, 2, 3], false, 0]);
});

Deno.test("SharedMutex.acquire() loses no wake-up when the only one that waits gives up in the turn of the release", async () => {
  const mutex = SharedMutex.create(), elsewhere = SharedMutex.attach(mutex.handle);
  for (let i = 0; i < 20; i++) {
    const abort = new AbortController(), holder = mutex.acquireBlocking();
    const gone = mutex.acquire({ signal: abort.signal }), waits = elsewhere.acquire();
    holder.release();
    abort.abort();
    await assertRejects(() => gone);
    (await waits).release();
  }
  assertEquals(mutex.locked, false);
});

Deno.test("SharedMutex.acquireBlocking() refuses to sleep until its own thread acts, and gives up when time is up", async () => {
  const mutex = SharedMutex.create({ name: "ledger" });
  const guard = await mutex.acquire();
  assertThrows(() => mutex.acquireBlocking({ timeoutMs: 5 }), SharedReentryError, 'the shared mutex "ledger"');
  using hand = await Hand.hire(mutex.handle);
  await assertRejects(() => hand.tell({ task: "take blocking", timeoutMs: 1 }), Error, "WaitTimeoutError");
  guard.release();
  guard.release();
  assertEquals(mutex.locked, false);
});

Deno.test("SharedMutexGuard released twice changes nothing for the one who holds it now", () => {
  const mutex = SharedMutex.create(), first = mutex.acquireBlocking();
  first.release();
  using second = mutex.tryAcquire();
  first.release();
  assert(second !== undefined && mutex.locked);
});

Deno.test("SharedMutex.attach() says what is wrong with what is no handle of one", () => {
  const { handle } = SharedMutex.create();
  const attach = (changed: object) => () => SharedMutex.attach({ ...handle, ...changed });
  assertThrows(() => SharedMutex.attach(JSON.parse("null")), TypeError, "expected the handle of one, got null");
  assertThrows(attach({ type: "event" }), TypeError, 'it is the handle of "event"');
  assertThrows(attach({ version: 7 }), TypeError, "version 7, this thread's library has 3");
  assertThrows(attach({ buffer: new ArrayBuffer(128) }), TypeError, "no SharedArrayBuffer");
  assertThrows(attach({ buffer: new SharedArrayBuffer(8) }), TypeError, "buffer of 8 bytes is none");
  assertThrows(attach({ threads: new SharedArrayBuffer(8) }), TypeError, "list of threads is none");
  const damaged = new SharedArrayBuffer(handle.buffer.byteLength);
  new Int32Array(damaged).set(new Int32Array(handle.buffer));
  new Int32Array(damaged)[1] = 1;
  assertThrows(attach({ buffer: damaged }), TypeError, "version 1");
  for (const timeoutMs of [-1, NaN, Infinity]) {
    assertThrows(() => SharedMutex.create().acquireBlocking({ timeoutMs }), RangeError, `timeoutMs ${timeoutMs}`);
  }
});

Deno.test("SharedMutex.acquire() looks at no more than a hundred of those ahead to say how many there are", async () => {
  const mutex = SharedMutex.create(), holder = mutex.acquireBlocking();
  const waits = Array.from({ length: 150 }, (_, i) => mutex.acquire({ timeoutMs: 151 - i })); // the last one gives up first
  const told = await Promise.all(waits.map((wait) => wait.then(String, ({ message }: Error) => message)));
  assert(told[0]?.includes("and 0 of this thread wait ahead"), told[0]);
  assert(told.at(-1)?.includes("and at least 100 of this thread wait ahead"), told.at(-1));
  holder.release();
  assertEquals([mutex.locked, timers.size], [false, 0]);
});
