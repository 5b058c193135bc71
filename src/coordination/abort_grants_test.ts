import { assertEquals, assertRejects } from "@std/assert";
import { Bulkhead } from "../reliability/bulkhead.ts";
import { ResourcePool } from "../resources/mod.ts";
import { AgentPool } from "./agent_pool/agent_pool.ts";
import { Channel } from "./channel.ts";
import { Latch } from "./latch.ts";
import { KeyedMutex } from "./keyed_mutex.ts";
import { LeaseLock } from "./lease_lock.ts";
import { Mailbox } from "./messages/mailbox.ts";
import { Mutex } from "./mutex.ts";
import { Quota } from "./quota.ts";
import { KeyedRateLimiter } from "./rate_limits/keyed_rate_limiter.ts";
import { TokenBucket } from "./rate_limits/token_bucket.ts";
import { ReadWriteLock } from "./read_write_lock.ts";
import { ResetEvent } from "./reset_event.ts";
import { Semaphore } from "./semaphore.ts";
import { type AbortPair, assertGrantsNothing } from "./testdata/abort_pairs.ts";
import { WorkQueue } from "./work/work_queue.ts";

const pairs: Readonly<Record<string, AbortPair>> = {
  Semaphore(signal) {
    const semaphore = new Semaphore(5);
    semaphore.tryAcquire(3);
    return [semaphore.acquire(5, { signal }), semaphore.acquire(1, { signal })];
  },
  ReadWriteLock(signal) {
    const lock = new ReadWriteLock();
    lock.tryRead();
    return [lock.write({ signal }), lock.read({ signal })];
  },
  Quota(signal) {
    const quota = new Quota(5);
    quota.tryAcquire(3);
    return [quota.acquire(5, { signal }), quota.acquire(1, { signal })];
  },
  TokenBucket(signal) {
    const bucket = new TokenBucket({ limit: 5, perMs: 1e6 });
    bucket.tryTake(3);
    return [bucket.take(5, { signal }), bucket.take(1, { signal })];
  },
  KeyedRateLimiter(signal) {
    const limiter = new KeyedRateLimiter({ algorithm: "token_bucket", limit: 5, perMs: 1e6 });
    limiter.tryTake("a", 3);
    return [limiter.take("a", 5, { signal }), limiter.take("a", 1, { signal })];
  },
  ResourcePool(signal) {
    const pool = new ResourcePool({ capacity: { cpu: 5 } });
    pool.tryAcquire({ cpu: 3 });
    return [pool.acquire({ cpu: 5 }, { signal }), pool.acquire({ cpu: 1 }, { signal })];
  },
  AgentPool(signal) {
    const pool = new AgentPool({ run: () => new Promise<never>(() => {}) }, { max: 1, maxQueue: 1 });
    pool.tryRun("holds the worker");
    return [pool.run("queued", { signal }), pool.submit("outside", { signal })];
  },
};

for (const [name, waits] of Object.entries(pairs)) {
  Deno.test(`${name} grants nothing to a waiter because another one of the same aborted signal left`, async () => {
    await assertGrantsNothing(waits);
  });
}

/** Each is set going by a listener that was on the signal before whoever waits. */
const inListener: Readonly<Record<string, (signal: AbortSignal) => Promise<unknown>>> = {
  Mutex(signal) {
    const mutex = new Mutex(), guard = mutex.tryAcquire();
    signal.addEventListener("abort", () => guard?.release());
    return mutex.acquire({ signal });
  },
  LeaseLock(signal) {
    const lock = new LeaseLock({ ttlMs: 1e6 }), guard = lock.tryAcquire();
    signal.addEventListener("abort", () => guard?.release());
    return lock.acquire({ signal });
  },
  ResetEvent(signal) {
    const event = new ResetEvent({ mode: "auto" });
    signal.addEventListener("abort", () => event.set());
    return event.wait({ signal });
  },
  Latch(signal) {
    const latch = new Latch(1);
    signal.addEventListener("abort", () => latch.countDown());
    return latch.wait({ signal });
  },
  "Channel's receiver"(signal) {
    const channel = new Channel<string>(1);
    signal.addEventListener("abort", () => channel.trySend("bye"));
    return channel.receive({ signal });
  },
  "Channel's sender"(signal) {
    const channel = new Channel<string>(0);
    signal.addEventListener("abort", () => channel.tryReceive());
    return channel.send("bye", { signal });
  },
  "closed Channel's receiver"(signal) {
    const channel = new Channel<string>(0);
    signal.addEventListener("abort", () => channel.close());
    return channel.receive({ signal });
  },
  "WorkQueue's taker"(signal) {
    const queue = new WorkQueue<string>();
    signal.addEventListener("abort", () => queue.tryAdd("work"));
    return queue.take({ signal });
  },
  "WorkQueue's adder"(signal) {
    const queue = new WorkQueue<string>({ capacity: 1 });
    queue.tryAdd("held");
    const delivery = queue.tryTake();
    signal.addEventListener("abort", () => delivery?.ack());
    return queue.add("work", { signal });
  },
  "Mailbox's receiver"(signal) {
    const box = new Mailbox<string>();
    signal.addEventListener("abort", () => box.tryPost("bye"));
    return box.receive({ signal });
  },
  "closed Mailbox's receiver"(signal) {
    const box = new Mailbox<string>();
    signal.addEventListener("abort", () => box.close());
    return box.receive({ signal });
  },
  "Mailbox's poster"(signal) {
    const box = new Mailbox<string>({ capacity: 1 });
    box.tryPost("first");
    signal.addEventListener("abort", () => box.tryReceive());
    return box.post("second", { signal });
  },
  "Letter's requester"(signal) {
    const box = new Mailbox<string, string>();
    signal.addEventListener("abort", () => assertEquals(box.tryReceive()?.reply("late"), false));
    return box.request("well?", { signal });
  },
  "Bulkhead's waiter"(signal) {
    const bulkhead = new Bulkhead({ maxConcurrency: 1, maxQueue: 1 }), place = bulkhead.tryAcquire();
    signal.addEventListener("abort", () => place?.release());
    return bulkhead.execute(() => "called", { signal });
  },
};

for (const [name, wait] of Object.entries(inListener)) {
  Deno.test(`${name} grants nothing to a waiter whose signal is aborted, before the signal has told it`, async () => {
    const abort = new AbortController(), reason = new Error("stop");
    const waiting = wait(abort.signal);
    abort.abort(reason);
    await assertRejects(() => waiting, Error, "stop");
  });
}

Deno.test("ResetEvent.set() that finds only an aborted waiter stays set", async () => {
  const event = new ResetEvent({ mode: "auto" }), abort = new AbortController();
  abort.signal.addEventListener("abort", () => event.set());
  const waiting = event.wait(abort);
  abort.abort(new Error("stop"));
  await assertRejects(() => waiting, Error, "stop");
  assertEquals([event.isSet, event.snapshot().totals.aborts], [true, 1]);
});

Deno.test("KeyedMutex forgets a key whose last waiter is aborted by the signal in whose listener it is released", async () => {
  const mutex = new KeyedMutex(), abort = new AbortController(), guard = mutex.tryAcquire("a");
  abort.signal.addEventListener("abort", () => guard?.release());
  const waiting = mutex.acquire("a", abort);
  abort.abort(new Error("stop"));
  await assertRejects(() => waiting, Error, "stop");
  assertEquals(mutex.size, 0);
});

Deno.test("WorkQueue keeps what comes back in the listener of the signal of who waits, for whoever is next", async () => {
  const queue = new WorkQueue<string>({ capacity: 1 }), abort = new AbortController();
  abort.signal.addEventListener("abort", () => queue.tryAdd("work"));
  const aborted = queue.take(abort), next = queue.take();
  abort.abort(new Error("stop"));
  await assertRejects(() => aborted, Error, "stop");
  assertEquals([(await next).attempt, queue.snapshot().totals.aborts], [1, 1]);
});

Deno.test("AgentPool begins no task of an aborted signal, and serves whoever stands behind 20,000", async () => {
  const begun: number[] = [], abort = new AbortController(), gate = Promise.withResolvers<void>();
  const run = (n: number) => {
    begun.push(n);
    return gate.promise;
  };
  const pool = new AgentPool({ run }, { max: 2, maxQueue: 9_000, scaling: { by: "queue", tasksPerWorker: 50_000 } });
  let late: Promise<void> | undefined;
  abort.signal.addEventListener("abort", () => late = pool.run(-2));
  const first = pool.run(-1);
  const found = Promise.allSettled(Array.from({ length: 20_000 }, (_, n) => pool.run(n, abort)));
  const behind = pool.run(20_000);
  abort.abort(new Error("stop"));
  assertEquals([pool.waiting, pool.submitters, pool.size, begun], [2, 0, 1, [-1]]);
  gate.resolve();
  await Promise.all([first, behind, late]);
  assertEquals((await found).filter(({ status }) => status === "rejected").length, 20_000);
  const { completed, cancelled } = await pool.drain();
  assertEquals([completed, cancelled, begun], [3, 20_000, [-1, 20_000, -2]]);
});

Deno.test("Semaphore serves whoever stands behind 20,000 waiters of an aborted signal", async () => {
  const semaphore = new Semaphore(2), abort = new AbortController();
  semaphore.tryAcquire(1);
  const waits = Array.from({ length: 20_000 }, () => semaphore.acquire(2, { signal: abort.signal }));
  const found = Promise.allSettled(waits), behind = semaphore.acquire(1);
  abort.abort(new Error("stop"));
  await behind;
  assertEquals((await found).filter(({ status }) => status === "rejected").length, 20_000);
  assertEquals([semaphore.waiters, semaphore.available, semaphore.snapshot().totals.aborts], [0, 0, 20_000]);
});
