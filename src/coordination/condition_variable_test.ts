import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { setImmediate as nextTurn } from "node:timers/promises";
import { timers } from "../reliability/timer_wheel.ts";
import { ConditionVariable } from "./condition_variable.ts";
import { Mutex, type MutexGuard } from "./mutex.ts";
import { withFakeTime } from "./testdata/fake_time.ts";
import { WaitTimeoutError } from "./waiter.ts";

Deno.test("ConditionVariable.wait() releases the mutex and holds it again when it goes on", async () => {
  const mutex = new Mutex(), condition = new ConditionVariable(mutex);
  const guard = await mutex.acquire(), waits = condition.wait(guard);
  assertEquals([mutex.locked, condition.waiters], [false, 1]);
  const other = await mutex.acquire();
  assertEquals([condition.notify(), mutex.waiters], [1, 1], "it stands in the mutex's line at once");
  guard.release(); // of its old guard: changes nothing
  assertEquals(mutex.locked, true);
  other.release();
  const again = await waits;
  assertEquals(mutex.locked, true);
  again.release();
  assertEquals(mutex.locked, false);
});

Deno.test("ConditionVariable.notify() wakes the most urgent first, and as many as it is told", async () => {
  const mutex = new Mutex(), condition = new ConditionVariable(mutex), order: string[] = [];
  const wait = async (name: string, priority: number) => {
    const guard = await condition.wait(await mutex.acquire(), { priority });
    order.push(name);
    guard.release();
  };
  const waits = [wait("a", 1), wait("b", 1), wait("c", 3), wait("d", 1)];
  await nextTurn();
  assertEquals(condition.notify(2), 2);
  await nextTurn();
  assertEquals(order, ["c", "a"]);
  assertEquals([condition.notifyAll(), condition.notifyAll(), condition.notify()], [2, 0, 0]);
  await Promise.all(waits);
  assertEquals(order, ["c", "a", "b", "d"]);
});

Deno.test("ConditionVariable hands on the notification of a waiter that is cancelled before it has the mutex", async () => {
  const mutex = new Mutex(), condition = new ConditionVariable(mutex), abort = new AbortController();
  const first = condition.wait(await mutex.acquire(), { signal: abort.signal });
  const second = condition.wait(await mutex.acquire());
  const holder = await mutex.acquire();
  condition.notify();
  assertEquals(condition.snapshot().notified, 1);
  abort.abort();
  await assertRejects(() => first);
  holder.release();
  (await second).release();
  assertEquals([mutex.locked, condition.snapshot().notified], [false, 0]);
});

Deno.test("ConditionVariable.wait() that gives up does not hold the mutex, whatever the reason", async () => {
  const mutex = new Mutex(), condition = new ConditionVariable(mutex, { name: "changed" });
  assertEquals(
    (await assertRejects(async () => condition.wait(await mutex.acquire(), { timeoutMs: 1 }), WaitTimeoutError))
      .message,
    'Cannot wait for the condition "changed" within 1 ms: it was not notified; ' +
      "raise timeoutMs, or find out who does not notify or does not release the mutex",
  );
  await assertRejects(async () => condition.wait(await mutex.acquire(), { timeoutMs: -1 }), RangeError);
  await assertRejects(async () => condition.wait(await mutex.acquire(), { signal: AbortSignal.abort() }));
  assertEquals([mutex.locked, timers.size], [false, 0]);
  const guard = await mutex.acquire();
  guard.release();
  await assertRejects(() => condition.wait(guard), TypeError, "acquire the mutex first");
});

Deno.test("ConditionVariable.wait() counts its time across both lines", async () => {
  const mutex = new Mutex(), condition = new ConditionVariable(mutex);
  const waits = condition.wait(await mutex.acquire(), { timeoutMs: 5 });
  const holder = await mutex.acquire();
  condition.notify();
  const error = await assertRejects(
    () => waits,
    WaitTimeoutError,
    "within 5 ms: it was notified, but the mutex is held",
  );
  assertEquals(error.timeoutMs, 5);
  holder.release();
});

Deno.test("ConditionVariable.waitUntil() keeps the guard if there is nothing to wait for, and asks again after each notification", async () => {
  const mutex = new Mutex(), condition = new ConditionVariable(mutex);
  const guard = await mutex.acquire();
  assertStrictEquals(await condition.waitUntil(guard, () => true), guard);
  let stock = 0, asked = 0;
  const waits = condition.waitUntil(guard, () => (asked++, stock === 2), { timeoutMs: 60_000 });
  for (stock of [1, 2]) {
    await mutex.withLock(() => condition.notify());
    await nextTurn();
  }
  assertEquals(asked, 3);
  (await waits).release();
});

Deno.test("ConditionVariable.waitUntil() does not hold the mutex after a predicate that throws", async () => {
  const mutex = new Mutex(), condition = new ConditionVariable(mutex);
  const predicate = (): boolean => {
    throw new Error("no");
  };
  await assertRejects(async () => condition.waitUntil(await mutex.acquire(), predicate), Error, "no");
  assertThrows(() => condition.tryLockWhen(predicate), Error, "no");
  await assertRejects(() => condition.lockWhen(predicate), Error, "no");
  assertEquals(mutex.locked, false);
});

Deno.test("ConditionVariable.tryLockWhen() takes the mutex only if it is free and the predicate true", () => {
  const mutex = new Mutex(), condition = new ConditionVariable(mutex);
  assertStrictEquals(condition.tryLockWhen(() => false), undefined);
  assertEquals(mutex.locked, false);
  const guard = condition.tryLockWhen(() => true);
  assert(guard !== undefined);
  assertStrictEquals(condition.tryLockWhen(() => true), undefined);
  guard.release();
});

Deno.test("ConditionVariable makes a bounded buffer that loses nothing", async () => {
  const mutex = new Mutex(), isNotFull = new ConditionVariable(mutex), isNotEmpty = new ConditionVariable(mutex);
  const buffer: number[] = [], taken: number[] = [];
  const producer = async (from: number) => {
    for (let n = from; n < from + 100; n++) {
      await isNotFull.withLockWhen(() => buffer.length < 3, () => {
        buffer.push(n);
        isNotEmpty.notify();
      });
    }
  };
  const consumer = async () => {
    for (let n = 0; n < 100; n++) {
      await isNotEmpty.withLockWhen(() => buffer.length > 0, () => {
        taken.push(...buffer.splice(0, 1));
        isNotFull.notify();
      });
    }
  };
  await Promise.all([producer(0), producer(100), consumer(), consumer()]);
  assertEquals(taken.toSorted((a, b) => a - b), Array.from({ length: 200 }, (_, n) => n));
});

Deno.test("ConditionVariable refuses what is no mutex, and counts that are none", () => {
  assertThrows(() => Reflect.construct(ConditionVariable, [{}]), TypeError, "expected a Mutex");
  for (const n of [0, -1, 0.5, NaN]) {
    assertThrows(() => new ConditionVariable(new Mutex()).notify(n), RangeError, `n ${n}`);
  }
});

Deno.test("ConditionVariable refuses to wait while its mutex was entered again, and releases the inner guard alone", async () => {
  const mutex = new Mutex({ reentry: "allow" }), condition = new ConditionVariable(mutex), owner = "ann";
  const outer = await mutex.acquire({ owner });
  const waits: ((guard: MutexGuard) => Promise<unknown>)[] = [
    (guard) => condition.wait(guard),
    (guard) => condition.waitUntil(guard, () => true),
  ];
  for (const wait of waits) {
    const inner = await mutex.acquire({ owner });
    const error = await assertRejects(() => wait(inner), TypeError, "expected that its mutex is entered once, found 2");
    assert(error.message.endsWith("release the inner ones first"));
    assertEquals([mutex.depth, mutex.isHeldBy(inner), mutex.isHeldBy(outer)], [1, false, true]);
  }
  await assertRejects(() => condition.lockWhen(() => true, { owner }), TypeError, "entered once");
  const waiting = condition.wait(outer, { owner });
  assertEquals(mutex.depth, 0);
  condition.notify();
  (await waiting).release();
});

Deno.test("ConditionVariable refuses a predicate that answers neither true nor false, and does not hold the mutex then", async () => {
  const mutex = new Mutex(), condition = new ConditionVariable(mutex);
  for (
    const [answer, kind] of [[Promise.resolve(false), "Promise"], [undefined, "Undefined"], [1, "Number"]] as const
  ) {
    const predicate = (): never => answer as never, found = `true or false, found [object ${kind}]`;
    await assertRejects(async () => condition.waitUntil(await mutex.acquire(), predicate), TypeError, found);
    await assertRejects(() => condition.lockWhen(predicate), TypeError, found);
    await assertRejects(() => condition.withLockWhen(predicate, () => {}), TypeError, found);
    assertThrows(() => condition.tryLockWhen(predicate), TypeError, found);
    assertEquals(mutex.depth, 0);
  }
});

Deno.test("ConditionVariable.notify() does not count a waiter whose signal is aborted and has not told it", async () => {
  const mutex = new Mutex(), condition = new ConditionVariable(mutex), abort = new AbortController();
  const woken: number[] = [];
  abort.signal.addEventListener("abort", () => woken.push(condition.notify(), condition.notifyAll()));
  const first = condition.wait(await mutex.acquire(), abort), second = condition.wait(await mutex.acquire());
  abort.abort(new Error("stop"));
  await assertRejects(() => first, Error, "stop");
  (await second).release();
  assertEquals([woken, mutex.locked], [[1, 0], false]);
});

Deno.test("ConditionVariable.notifyAll() listens to what it waits for before anybody can call that off", async () => {
  const mutex = new Mutex(), condition = new ConditionVariable(mutex), abort = new AbortController();
  const waits = [1, 2, 3].map(() => {
    const guard = mutex.tryAcquire();
    assert(guard !== undefined);
    return condition.wait(guard, { signal: abort.signal });
  });
  const held = mutex.tryAcquire(), acquire = mutex.acquire.bind(mutex);
  let listeners = 0;
  mutex.acquire = (options) => {
    const acquired = acquire(options), then = acquired.then.bind(acquired);
    acquired.then = (...listener) => (listeners++, then(...listener));
    return acquired;
  };
  condition.notifyAll();
  assertEquals(listeners, 3);
  abort.abort(new Error("enough"));
  for (const { status } of await Promise.allSettled(waits)) assertEquals(status, "rejected");
  held?.release();
  assertEquals([mutex.locked, mutex.waiters], [false, 0]);
});

Deno.test("ConditionVariable.lockWhen() has one time limit for the mutex and the condition together", () =>
  withFakeTime(async (clock) => {
    const mutex = new Mutex(), condition = new ConditionVariable(mutex), held = await mutex.acquire();
    let endedMs = -1;
    const waits = assertRejects(() => condition.lockWhen(() => false, { timeoutMs: 100 }), WaitTimeoutError);
    waits.then(() => endedMs = performance.now());
    await clock.tickAsync(60);
    held.release();
    await clock.tickAsync(200);
    await waits;
    assertEquals([endedMs, mutex.locked, condition.waiters], [100, false, 0]);
  }));
