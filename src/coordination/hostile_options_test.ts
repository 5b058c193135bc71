import { assert, assertEquals, assertInstanceOf, assertMatch, assertStringIncludes } from "@std/assert";
import { Bulkhead, CircuitBreaker, timeout } from "../reliability/mod.ts";
import { timers } from "../reliability/timer_wheel.ts";
import * as coordination from "./mod.ts";

/** A waiting function that is called with whatever somebody may pass as its options. */
type Wait = (options: never) => Promise<unknown>;

const { Mutex, Semaphore, ReadWriteLock, KeyedMutex, Quota, Latch, ResetEvent, Barrier, Channel } = coordination;

/** Each in a state in which the call would have to wait. */
const waits: Readonly<Record<string, () => Wait>> = {
  "Mutex.acquire": () =>
    held(new Mutex(), (mutex) => mutex.tryAcquire(), (mutex) => (options) => mutex.acquire(options)),
  "Semaphore.acquire": () =>
    held(new Semaphore(1), (it) => it.tryAcquire(), (it) => (options) => it.acquire(1, options)),
  "ReadWriteLock.read": () => held(new ReadWriteLock(), (it) => it.tryWrite(), (it) => (options) => it.read(options)),
  "ReadWriteLock.write": () => held(new ReadWriteLock(), (it) => it.tryRead(), (it) => (options) => it.write(options)),
  "KeyedMutex.acquire": () =>
    held(new KeyedMutex<string>(), (it) => it.tryAcquire("k"), (it) => (options) => it.acquire("k", options)),
  "Quota.acquire": () => held(new Quota(1), (it) => it.tryAcquire(1), (it) => (options) => it.acquire(1, options)),
  "Latch.wait": () => held(new Latch(1), () => {}, (it) => (options) => it.wait(options)),
  "ResetEvent.wait": () => held(new ResetEvent(), () => {}, (it) => (options) => it.wait(options)),
  "Barrier.arrive": () => held(new Barrier(2), () => {}, (it) => (options) => it.arrive(options)),
  "Channel.receive": () => held(new Channel<number>(1), () => {}, (it) => (options) => it.receive(options)),
  "Channel.send": () => held(new Channel<number>(0), () => {}, (it) => (options) => it.send(1, options)),
  "TokenBucket.take": () =>
    held(
      new coordination.TokenBucket({ limit: 1, perMs: 1e9 }),
      (it) => it.tryTake(1),
      (it) => (options) => it.take(1, options),
    ),
  "Bulkhead.execute": () =>
    held(
      new Bulkhead({ maxConcurrent: 1, maxQueue: 1 }),
      (it) => it.tryAcquire(),
      (it) => (o) => it.execute(() => 1, o),
    ),
  "CircuitBreaker.execute": () =>
    held(new CircuitBreaker(), () => {}, (it) => (options) => it.execute(() => 1, options)),
  "timeout.execute": () => held(timeout(1_000), () => {}, (it) => (options) => it.execute(() => 1, options)),
  "ConditionVariable.wait": () => {
    const mutex = new Mutex(), condition = new coordination.ConditionVariable(mutex);
    return async (options) => {
      const guard = mutex.tryAcquire();
      assert(guard !== undefined, "the mutex has been released");
      await condition.wait(guard, options);
    };
  },
};

function held<Subject>(subject: Subject, hold: (it: Subject) => unknown, wait: (it: Subject) => Wait): Wait {
  hold(subject);
  return wait(subject);
}

const thrown = new Error("hostile");
const failing = (option: string): object =>
  Object.defineProperty({}, option, {
    get: () => {
      throw thrown;
    },
  });

/** The error with which it rejects, having thrown nothing. */
async function rejection(wait: Wait, options: unknown): Promise<unknown> {
  let promise: Promise<unknown>;
  try {
    promise = wait(options as never);
  } catch (error) {
    throw new Error("threw instead of rejecting", { cause: error });
  }
  return await promise.then(() => "resolved", (error) => error);
}

for (const [name, make] of Object.entries(waits)) {
  Deno.test(`${name}() rejects options that are no object, and says so`, async () => {
    for (const options of [7, "oops", [], null, true]) {
      const error = await rejection(make(), options);
      assertInstanceOf(error, TypeError, String(options));
      assertMatch(error.message, /options .*: expected an object such as/);
    }
    assertEquals(timers.size, 0);
  });

  Deno.test(`${name}() rejects with what its options throw when they are read`, async () => {
    const signal = Object.defineProperty(new AbortController().signal, "aborted", {
      get: () => {
        throw thrown;
      },
    });
    for (const options of [failing("signal"), { signal }]) assertEquals(await rejection(make(), options), thrown);
    assertEquals(timers.size, 0);
  });

  Deno.test(`${name}() words a signal that cannot be printed`, async () => {
    const error = await rejection(make(), { signal: Object.create(null) });
    assertInstanceOf(error, TypeError);
    assertStringIncludes(error.message, "signal");
    assert(!error.message.includes("Cannot convert"), error.message);
  });
}

Deno.test("ConditionVariable.wait() keeps no mutex for options that fail when they are read again", async () => {
  const mutex = new Mutex(), condition = new coordination.ConditionVariable(mutex);
  for (const option of ["timeoutMs", "signal", "priority", "owner"]) {
    let reads = 0;
    const options = Object.defineProperty({}, option, {
      get: () => {
        if (++reads > 1) throw thrown;
        return undefined;
      },
    });
    const guard = mutex.tryAcquire();
    assert(guard !== undefined);
    const waiting = condition.wait(guard, options);
    condition.notifyAll();
    (await waiting).release();
    assertEquals(mutex.locked, false);
  }
});
