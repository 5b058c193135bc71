import { assert, assertEquals, assertInstanceOf, assertMatch, assertStringIncludes } from "@std/assert";
import { Bulkhead, CircuitBreaker, Coalescer, hedge, retry, timeout } from "../reliability/mod.ts";
import { timers } from "../reliability/timer_wheel.ts";
import * as coordination from "./mod.ts";

/** A waiting function that is called with whatever somebody may pass as its options. */
type Wait = (options: never) => Promise<unknown>;

const { Mutex, Semaphore, ReadWriteLock, KeyedMutex, LeaseLock, Quota, Latch, ResetEvent, Barrier, Channel } =
  coordination;
const { AgentPool, Mailbox, Topics, WorkQueue } = coordination;

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
  "LeaseLock.acquire": () => {
    const lock = new LeaseLock({ ttlMs: 1e6 });
    return (options) => {
      const lease = lock.tryAcquire(); // it has a timer of its own
      return lock.acquire(options).finally(() => lease?.release());
    };
  },
  "Quota.acquire": () => held(new Quota(1), (it) => it.tryAcquire(1), (it) => (options) => it.acquire(1, options)),
  "Latch.wait": () => held(new Latch(1), () => {}, (it) => (options) => it.wait(options)),
  "ResetEvent.wait": () => held(new ResetEvent(), () => {}, (it) => (options) => it.wait(options)),
  "Barrier.arrive": () => held(new Barrier(2), () => {}, (it) => (options) => it.arrive(options)),
  "Channel.receive": () => held(new Channel<number>(1), () => {}, (it) => (options) => it.receive(options)),
  "Channel.send": () => held(new Channel<number>(0), () => {}, (it) => (options) => it.send(1, options)),
  "Channel.drain": () => held(new Channel<number>(1), (it) => it.trySend(1), (it) => (options) => it.drain(options)),
  "Channel.values": () => held(new Channel<number>(1), () => {}, (it) => (options) => it.values(options).next()),
  "Mailbox.post": () =>
    held(new Mailbox<number>({ capacity: 1 }), (it) => it.tryPost(1), (it) => (options) => it.post(2, options)),
  "Mailbox.request": () => held(new Mailbox<number>(), () => {}, (it) => (options) => it.request(2, options)),
  "Mailbox.receive": () => held(new Mailbox<number>(), () => {}, (it) => (options) => it.receive(options)),
  "Topics.publish": () =>
    held(
      new Topics<number>(),
      (it) => it.subscribe("a", { capacity: 1, overflow: "wait" }),
      (it) => async (options) => {
        await it.publish("a", 1);
        await it.publish("a", 2, options);
      },
    ),
  "WorkQueue.add": () =>
    held(new WorkQueue<number>({ capacity: 1 }), (it) => it.tryAdd(1), (it) => (options) => it.add(2, options)),
  "WorkQueue.take": () => held(new WorkQueue<number>(), () => {}, (it) => (options) => it.take(options)),
  "WorkQueue.whenEmpty": () =>
    held(new WorkQueue<number>(), (it) => it.tryAdd(1), (it) => (options) => it.whenEmpty(options)),
  "AgentPool.run": () => busyPool((pool) => (options) => pool.run(1, options)),
  "AgentPool.submit": () => busyPool((pool) => (options) => pool.submit(1, options)),
  "AgentPool.drain": () => busyPool((pool) => (options) => pool.drain(options)),
  "KeyedRateLimiter.take": () =>
    held(
      new coordination.KeyedRateLimiter<string>({ algorithm: "token_bucket", limit: 1, perMs: 1e9 }),
      (it) => it.tryTake("k"),
      (it) => (options) => it.take("k", 1, options),
    ),
  "TokenBucket.take": () =>
    held(
      new coordination.TokenBucket({ limit: 1, perMs: 1e9 }),
      (it) => it.tryTake(1),
      (it) => (options) => it.take(1, options),
    ),
  "Bulkhead.execute": () =>
    held(
      new Bulkhead({ maxConcurrency: 1, maxQueue: 1 }),
      (it) => it.tryAcquire(),
      (it) => (o) => it.execute(() => 1, o),
    ),
  "CircuitBreaker.execute": () =>
    held(new CircuitBreaker(), () => {}, (it) => (options) => it.execute(() => 1, options)),
  "retry.execute": () => held(retry({ maxRetries: 1 }), () => {}, (it) => (options) => it.execute(() => 1, options)),
  "hedge.execute": () => held(hedge({ delayMs: 1e6 }), () => {}, (it) => (options) => it.execute(() => 1, options)),
  "Coalescer.execute": () => held(new Coalescer(), () => {}, (it) => (options) => it.execute(() => 1, options)),
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

/** A pool whose only worker has something to do, and in whose queue there is no room. */
function busyPool(wait: (pool: coordination.AgentPool<number, unknown>) => Wait): Wait {
  const pool = new AgentPool<number, unknown>({ run: () => new Promise(() => {}) }, { max: 1, maxQueue: 0 });
  return held(pool, () => pool.run(0), wait);
}

const thrown = new Error("hostile");
const failing = (option: string): object =>
  Object.defineProperty({}, option, {
    get: () => {
      throw thrown;
    },
  });

const reason = new Error("called off");
const failingSignal = (): AbortSignal =>
  Object.defineProperty(new AbortController().signal, "aborted", {
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
      assertMatch(error.message, /options .*: expected an object; pass them by name/);
    }
    assertEquals(timers.size, 0);
  });

  Deno.test(`${name}() rejects with what its options throw when they are read`, async () => {
    for (const options of [failing("signal"), failing("timeoutMs"), { signal: failingSignal() }]) {
      assertEquals(await rejection(make(), options), thrown);
    }
    assertEquals(timers.size, 0);
  });

  Deno.test(`${name}() reads each option once`, async () => {
    const abort = new AbortController(), options = {};
    for (const [option, value] of Object.entries({ signal: abort.signal, timeoutMs: 1e6, priority: 1, owner: "ann" })) {
      let reads = 0;
      Object.defineProperty(options, option, {
        get: () => {
          if (++reads > 1) throw thrown;
          return value;
        },
      });
    }
    const ended = rejection(make(), options);
    abort.abort(reason);
    const outcome = await ended;
    assert(outcome === reason || outcome === "resolved", `${outcome}`); // a policy need not wait, a publisher is told who was served
    assertEquals(timers.size, 0);
  });

  Deno.test(`${name}() words a signal that cannot be printed`, async () => {
    const error = await rejection(make(), { signal: Object.create(null) });
    assertInstanceOf(error, TypeError);
    assertStringIncludes(error.message, "signal");
    assert(!error.message.includes("Cannot convert"), error.message);
  });
}

/** Each with what could be had at once, and whether it still can. */
const free: Readonly<Record<string, () => readonly [wait: Wait, isFree: () => boolean]>> = {
  Mutex: () => freed(new Mutex(), (it) => (options) => it.acquire(options), (it) => !it.locked),
  Semaphore: () => freed(new Semaphore(2), (it) => (options) => it.acquire(2, options), (it) => it.available === 2),
  ReadWriteLock: () => freed(new ReadWriteLock(), (it) => (options) => it.write(options), (it) => !it.writing),
  KeyedMutex: () => freed(new KeyedMutex(), (it) => (options) => it.acquire("k", options), (it) => it.size === 0),
  LeaseLock: () => freed(new LeaseLock({ ttlMs: 1e6 }), (it) => (options) => it.acquire(options), (it) => !it.locked),
  Quota: () => freed(new Quota(2), (it) => (options) => it.acquire(2, options), (it) => it.used === 0),
  ResetEvent: () =>
    freed(new ResetEvent({ mode: "auto", isSet: true }), (it) => (options) => it.wait(options), (it) => it.isSet),
  Barrier: () => freed(new Barrier(2), (it) => (options) => it.arrive(options), (it) => it.arrived === 0 && !it.broken),
  Channel: () => freed(new Channel<number>(1), (it) => (options) => it.send(1, options), (it) => it.buffered === 0),
  Mailbox: () => freed(new Mailbox<number>(), (it) => (options) => it.post(1, options), (it) => it.size === 0),
  WorkQueue: () => freed(new WorkQueue<number>(), (it) => (options) => it.add(1, options), (it) => it.size === 0),
  AgentPool: () =>
    freed(
      new AgentPool({ run: (n: number) => Promise.resolve(n) }),
      (it) => (options) => it.run(1, options),
      (it) => it.running + it.waiting + it.snapshot().tasks.completed === 0,
    ),
  TokenBucket: () =>
    freed(
      new coordination.TokenBucket({ limit: 1, perMs: 1e9 }),
      (it) => (options) => it.take(1, options),
      (it) => it.snapshot().available === 1,
    ),
  Bulkhead: () =>
    freed(
      new Bulkhead({ maxConcurrency: 1 }),
      (it) => (options) => it.execute(() => 1, options),
      (it) => it.running === 0 && it.snapshot().totals.grants === 0,
    ),
  Coalescer: () => freed(new Coalescer(), (it) => (options) => it.execute(() => 1, options), (it) => it.size === 0),
};

function freed<Subject>(subject: Subject, wait: (it: Subject) => Wait, isFree: (it: Subject) => boolean) {
  return [wait(subject), () => isFree(subject)] as const;
}

for (const [name, make] of Object.entries(free)) {
  Deno.test(`${name} that is free grants nothing for options that fail`, async () => {
    const [wait, isFree] = make();
    for (const options of [failing("signal"), failing("timeoutMs"), { signal: failingSignal() }]) {
      assertEquals(await rejection(wait, options), thrown);
      assert(isFree());
    }
    assertEquals(timers.size, 0);
  });
}

Deno.test("Mutex hands over although a waiter's signal throws when it is asked again", async () => {
  const mutex = new Mutex(), held = mutex.tryAcquire(), { signal } = new AbortController();
  const waits = mutex.acquire({ signal });
  Object.defineProperty(signal, "aborted", {
    get: () => {
      throw thrown;
    },
  });
  held?.release();
  (await waits).release();
  assertEquals(mutex.locked, false);
});

Deno.test("Coalescer.execute() rejects with what its key throws when it is read", async () => {
  const coalescer = new Coalescer();
  assertEquals(await rejection((options) => coalescer.execute(() => 1, options), failing("key")), thrown);
  assertEquals(coalescer.size, 0);
});

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
