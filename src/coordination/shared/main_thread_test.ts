import { assertEquals } from "@std/assert";
import { timers } from "../../reliability/timer_wheel.ts";
import { SharedWords } from "./atomic_memory.ts";
import { RECEIVING_LOCK_AT } from "./channel_ring.ts";
import { LOCK_AT, type SharedHandle } from "./handle.ts";
import { NAME_SHIFT } from "./lock_word.ts";
import {
  SharedBarrier,
  SharedChannel,
  SharedEvent,
  SharedLatch,
  SharedRateLimiter,
  SharedReadWriteLock,
  SharedSemaphore,
} from "./mod.ts";
import { Hand } from "./testdata/hand.ts";

/** As in the main thread of a browser, in which no thread may sleep. */
async function withoutSleep(test: () => Promise<void>): Promise<void> {
  const { wait } = Atomics;
  Atomics.wait = () => {
    throw new TypeError("Atomics.wait cannot be called in this context");
  };
  try {
    await test();
  } finally {
    Atomics.wait = wait;
  }
}

/** A thread that is no more: it died while it had the lock that protects a primitive's words. */
const DEAD = 77 << NAME_SHIFT;

function die(buffer: SharedArrayBuffer, at: number): void {
  new SharedWords(buffer).store(at, DEAD);
}

const ways: Record<string, () => { readonly handle: SharedHandle; readonly use: () => Promise<unknown> }> = {
  "SharedSemaphore.withPermits()": () => {
    const semaphore = SharedSemaphore.create({ permits: 1 });
    return { handle: semaphore.handle, use: () => semaphore.withPermits(1, () => {}) };
  },
  "SharedReadWriteLock.withRead()": () => {
    const lock = SharedReadWriteLock.create();
    return { handle: lock.handle, use: () => lock.withRead(() => {}) };
  },
  "SharedBarrier.withBarrier()": () => {
    const barrier = SharedBarrier.create({ parties: 1 });
    return { handle: barrier.handle, use: () => barrier.withBarrier(() => {}) };
  },
  "SharedEvent.wait()": () => {
    const event = SharedEvent.create();
    event.set();
    return { handle: event.handle, use: () => event.wait() };
  },
  "SharedLatch.withCountDown()": () => {
    const latch = SharedLatch.create({ count: 1 });
    return { handle: latch.handle, use: () => latch.withCountDown(() => {}) };
  },
  "SharedRateLimiter.take()": () => {
    const limiter = SharedRateLimiter.create({ limit: 1 });
    return { handle: limiter.handle, use: () => limiter.take() };
  },
  "SharedChannel.send()": () => {
    const channel = SharedChannel.create();
    return { handle: channel.handle, use: () => channel.send(Uint8Array.of(1)) };
  },
};

Deno.test("Shared primitives do not put the main thread to sleep for a lock whose holder is elsewhere", () =>
  withoutSleep(async () => {
    for (const make of Object.values(ways)) {
      const { handle: { buffer }, use } = make();
      die(buffer, LOCK_AT);
      await use();
      assertEquals(new Int32Array(buffer)[LOCK_AT], 0);
    }
    const channel = SharedChannel.create(), { buffer } = channel.handle;
    await channel.send(Uint8Array.of(1));
    die(buffer, RECEIVING_LOCK_AT);
    assertEquals(await channel.receive(), Uint8Array.of(1));
    assertEquals(timers.size, 0);
  }));

Deno.test("Shared primitives do not put the main thread to sleep for a lock that a Worker leaves when it is wanted", () =>
  withoutSleep(async () => {
    using hand = await Hand.hire(SharedSemaphore.create({ permits: 1 }).handle);
    const meet = async (handle: SharedHandle, use: () => Promise<unknown>, lockAt = LOCK_AT) => {
      await hand.tell({ task: "enter until wanted", handle, lockAt });
      await use();
      await hand.report();
      assertEquals(new Int32Array(handle.buffer)[lockAt], 0);
    };
    for (const make of Object.values(ways)) {
      const { handle, use } = make();
      await meet(handle, use);
    }
    const channel = SharedChannel.create();
    await channel.send(Uint8Array.of(1));
    await meet(channel.handle, () => channel.receive(), RECEIVING_LOCK_AT);
    assertEquals(timers.size, 0);
  }));

Deno.test("SharedSemaphore counts exactly among Workers and a main thread that may not sleep", () =>
  withoutSleep(async () => {
    const semaphore = SharedSemaphore.create({ permits: 2 }), counts = new SharedArrayBuffer(4);
    const sum = new Int32Array(counts), hands = await Promise.all([1, 2].map(() => Hand.hire(semaphore.handle)));
    hands.forEach((hand) => hand.order({ task: "hammer", count: 2_000, counts }));
    for (let i = 0; i < 200; i++) await semaphore.withPermits(2, () => void (sum[0] = sum[0]! + 1));
    await Promise.all(hands.map((hand) => hand.report()));
    assertEquals([sum[0], semaphore.available, timers.size], [4_200, 2, 0]);
    hands.forEach((hand) => hand[Symbol.dispose]());
  }));
