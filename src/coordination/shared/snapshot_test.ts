import { assertEquals, assertRejects } from "@std/assert";
import FakeTimers from "@sinonjs/fake-timers";
import { WaitTimeoutError } from "../waiter.ts";
import { SharedBarrier } from "./barrier.ts";
import { SharedChannel } from "./channel.ts";
import { RECEIVING_LOCK_AT } from "./channel_ring.ts";
import { SharedChannelClosedError } from "./errors.ts";
import { SharedCounter } from "./counter.ts";
import { SharedEvent } from "./event.ts";
import { SharedLatch } from "./latch.ts";
import { LOCK_AT } from "./handle.ts";
import { homeMembership } from "./membership.ts";
import { SharedWords } from "./atomic_memory.ts";
import { SharedMutex } from "./mutex.ts";
import { SharedRateLimiter } from "./rate_limiter.ts";
import { SharedReadWriteLock } from "./read_write_lock.ts";
import { SharedSemaphore } from "./semaphore.ts";
import type { SharedSnapshot } from "./snapshot.ts";
import { Hand } from "./testdata/hand.ts";
import { settle } from "./testdata/shared_suites.ts";

type Clock = ReturnType<typeof FakeTimers.install>;

async function withClock(test: (clock: Clock) => Promise<void>): Promise<void> {
  const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  try {
    await test(clock);
  } finally {
    clock.tick(1); // the wheel clears its timer at the end of a turn
    clock.uninstall();
  }
}

/** Milliseconds, rounded: they are differences of times since 1970. */
function rounded({ type, name, holders, waiters, totals }: SharedSnapshot): unknown {
  const round = (ms: number | undefined) => ms === undefined ? undefined : Math.round(ms);
  return {
    type,
    name,
    holders: holders.map(({ owner, holds, ageMs }) => [owner, holds, round(ageMs)]),
    waiters: waiters.map(({ owner, priority, wants, waitedMs }) => [owner, priority, wants, round(waitedMs)]),
    totals: { ...totals, longestWaitMs: round(totals.longestWaitMs) },
  };
}

const LOCKS = {
  "mutex": () => {
    const mutex = SharedMutex.create({ name: "it", timing: "on" });
    return { take: mutex.acquire.bind(mutex), tryTake: () => mutex.tryAcquire(), lock: mutex, shown: 1 };
  },
  "semaphore": () => {
    const semaphore = SharedSemaphore.create({ name: "it", timing: "on", permits: 3 });
    return {
      take: (options?: { readonly timeoutMs?: number; readonly signal?: AbortSignal }) => semaphore.acquire(3, options),
      tryTake: () => semaphore.tryAcquire(3),
      lock: semaphore,
      shown: 3,
    };
  },
  "read-write lock": () => {
    const lock = SharedReadWriteLock.create({ name: "it", timing: "on" });
    return { take: lock.write.bind(lock), tryTake: () => lock.tryWrite(), lock, shown: "write" };
  },
} as const;

for (const [type, make] of Object.entries(LOCKS)) {
  Deno.test(`Shared ${type}: snapshot() tells who holds for how long, who waits, and what was counted`, () =>
    withClock(async (clock) => {
      const { take, tryTake, lock, shown } = make();
      const first = await take(), waits = take(), abort = new AbortController();
      assertEquals(tryTake(), undefined);
      clock.tick(100);
      const gone = [take({ timeoutMs: 20 }), take(abort)];
      clock.tick(10);
      assertEquals(rounded(lock.snapshot()), {
        type,
        name: "it",
        holders: [["main", shown, 110]],
        waiters: [["main", "normal", shown, 110], ["main", "normal", shown, 10], ["main", "normal", shown, 10]],
        totals: { grants: 1, waits: 0, timeouts: 0, aborts: 0, longestWaitMs: 0 },
      });
      clock.tick(20);
      abort.abort(new Error("enough"));
      await assertRejects(() => gone[0]!, WaitTimeoutError);
      await assertRejects(() => gone[1]!, Error, "enough");
      first.release();
      await settle();
      clock.tick(5);
      assertEquals(rounded(lock.snapshot()), {
        type,
        name: "it",
        holders: [["main", shown, 5]],
        waiters: [],
        totals: { grants: 2, waits: 1, timeouts: 1, aborts: 1, longestWaitMs: 130 },
      });
      (await waits).release();
      tryTake()?.release();
      assertEquals(rounded(lock.snapshot()), {
        type,
        name: "it",
        holders: [],
        waiters: [],
        totals: { grants: 3, waits: 1, timeouts: 1, aborts: 1, longestWaitMs: 130 },
      });
    }));
}

Deno.test("Shared event, latch, barrier and rate limiter: snapshot() tells who waits for how long, and what was counted", () =>
  withClock(async (clock) => {
    const event = SharedEvent.create({ timing: "on" }), latch = SharedLatch.create({ timing: "on", count: 1 });
    const barrier = SharedBarrier.create({ timing: "on", parties: 2 });
    const limiter = SharedRateLimiter.create({ timing: "on", limit: 1, clock: () => performance.now() });
    limiter.tryTake();
    const waits = [event.wait(), latch.wait(), barrier.arrive(), limiter.take()];
    const gone = [event.wait({ timeoutMs: 20 }), latch.wait({ timeoutMs: 20 }), limiter.take(1, { timeoutMs: 20 })];
    clock.tick(10);
    const snapshots = () => [event, latch, barrier, limiter].map((each) => rounded(each.snapshot()));
    const waiting = ["main", "normal", 1, 10],
      totals = { grants: 0, waits: 0, timeouts: 0, aborts: 0, longestWaitMs: 0 };
    const common = { name: undefined, holders: [] };
    assertEquals(snapshots(), [
      { ...common, type: "event", waiters: [waiting, waiting], totals },
      { ...common, type: "latch", waiters: [waiting, waiting], totals },
      { ...common, type: "barrier", waiters: [["main", "normal", 1, 10]], totals },
      { ...common, type: "rate limiter", waiters: [waiting, waiting], totals: { ...totals, grants: 1 } },
    ]);
    clock.tick(990);
    for (const each of gone) await assertRejects(() => each, WaitTimeoutError);
    event.set();
    latch.countDown();
    await barrier.arrive();
    clock.tick(1);
    await settle();
    await Promise.all(waits);
    const after = { grants: 1, waits: 1, timeouts: 1, aborts: 0, longestWaitMs: 1_000 };
    assertEquals(snapshots().slice(0, 2), [
      { ...common, type: "event", waiters: [], totals: { ...after, longestWaitMs: 1_001 } },
      { ...common, type: "latch", waiters: [], totals: { ...after, longestWaitMs: 1_001 } },
    ]);
    assertEquals([barrier.snapshot().totals.grants, limiter.snapshot().totals.grants], [2, 2]);
    const { available, most } = limiter.snapshot();
    assertEquals([barrier.snapshot().parties, latch.snapshot().count, event.snapshot().isSet, available, most], [
      2,
      0,
      true,
      0,
      1,
    ]);
  }));

Deno.test("Shared primitives tell no times unless they are asked to measure them", async () => {
  const mutex = SharedMutex.create(), guard = await mutex.acquire(), waits = mutex.acquire();
  const { holders, waiters, totals } = mutex.snapshot();
  assertEquals([holders[0]?.ageMs, waiters[0]?.waitedMs, totals.longestWaitMs], [undefined, undefined, undefined]);
  guard.release();
  (await waits).release();
});

Deno.test("Shared channel: snapshot() tells who waits at which end, what is taken, and what was counted of either", () =>
  withClock(async (clock) => {
    const channel = SharedChannel.create({ name: "it", timing: "on", capacityBytes: 64 }), message = new Uint8Array(44);
    const elsewhere = SharedChannel.attach(channel.handle), abort = new AbortController();
    const read = ["main", "normal", "read"], write = ["main", "normal", "write"];
    const none = { grants: 0, waits: 0, timeouts: 0, aborts: 0, longestWaitMs: 0 };
    const found = () => {
      const snapshot = elsewhere.snapshot(), { sent, capacityBytes, usedBytes, closed } = snapshot;
      const longestWaitMs = Math.round(sent.longestWaitMs ?? NaN);
      return [rounded(snapshot), { ...sent, longestWaitMs }, [capacityBytes, usedBytes, closed]];
    };
    const expected = (waiters: unknown, totals: object, holders: unknown = []) => ({
      type: "channel",
      name: "it",
      holders,
      waiters,
      totals: { ...none, ...totals },
    });
    const waits = channel.receive(), gone = [channel.receive({ timeoutMs: 20 }), channel.receive(abort)];
    clock.tick(10);
    assertEquals(found(), [expected([1, 2, 3].map(() => [...read, 10]), {}), none, [64, 0, false]]);
    clock.tick(20);
    abort.abort(new Error("enough"));
    await assertRejects(() => gone[0]!, WaitTimeoutError);
    await assertRejects(() => gone[1]!, Error, "enough");
    elsewhere.trySend(message);
    await settle();
    assertEquals((await waits).length, 44);
    const received = { grants: 1, waits: 1, timeouts: 1, aborts: 1, longestWaitMs: 30 };
    assertEquals(found(), [expected([], received), { ...none, grants: 1 }, [64, 0, false]]);
    channel.trySend(message);
    const sends = [channel.send(message), channel.send(message), channel.send(message, { timeoutMs: 5 })];
    clock.tick(7);
    await assertRejects(() => sends[2]!, WaitTimeoutError);
    assertEquals(found(), [
      expected([[...write, 7], [...write, 7]], received),
      { ...none, grants: 2, timeouts: 1 },
      [64, 48, false],
    ]);
    elsewhere.tryReceive();
    await settle();
    await sends[0];
    channel.close();
    await Promise.all([assertRejects(() => sends[1]!, SharedChannelClosedError), settle()]);
    const sent = { ...none, grants: 3, waits: 1, timeouts: 1, longestWaitMs: 7 };
    assertEquals(found(), [expected([], { ...received, grants: 2 }), sent, [64, 48, true]]);
    const memory = new SharedWords(channel.handle.buffer), { lockName } = homeMembership();
    for (const at of [LOCK_AT, RECEIVING_LOCK_AT]) memory.store(at, lockName);
    assertEquals(elsewhere.snapshot().holders, [
      { owner: "main", holds: "write", ageMs: undefined },
      { owner: "main", holds: "read", ageMs: undefined },
    ]);
  }));

Deno.test("Shared channel: snapshot() tells of a thread that sleeps, and nothing of it afterwards", async () => {
  const channel = SharedChannel.create({ format: "json" });
  using hand = await Hand.hire(channel.handle, "reader");
  hand.order({ task: "take blocking" });
  while (channel.snapshot().waiters.length === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  const waiter = { owner: "reader", priority: "normal", wants: "read", waitedMs: undefined } as const;
  assertEquals(channel.snapshot().waiters, [waiter]);
  await channel.send(1);
  await hand.report();
  const { waiters, totals } = channel.snapshot();
  assertEquals([waiters, totals.grants, totals.waits], [[], 1, 1]);
});

Deno.test("SharedCounter.snapshot() tells what it has come to", () => {
  const counter = SharedCounter.create({ name: "served" });
  SharedCounter.attach(counter.handle).add(-3);
  assertEquals(counter.snapshot(), { type: "counter", name: "served", value: -3n });
});

Deno.test("SharedMutex.snapshot() tells 64 of more who wait, also when others of them leave", async () => {
  const mutex = SharedMutex.create(), held = mutex.tryAcquire(), abort = new AbortController();
  const waits = Array.from({ length: 64 }, () => mutex.acquire());
  const more = mutex.acquire(abort); // for whom there is no room on the board
  assertEquals(mutex.snapshot().waiters.length, 64);
  abort.abort(new Error("enough"));
  await assertRejects(() => more, Error, "enough");
  assertEquals(mutex.snapshot().waiters.length, 64);
  held?.release();
  for (const wait of waits) (await wait).release();
  assertEquals(mutex.snapshot().waiters, []);
});
