import { assertEquals, assertRejects } from "@std/assert";
import { setTimeout as sleep } from "node:timers/promises";
import { timers } from "../../reliability/timer_wheel.ts";
import { SharedBarrier } from "./barrier.ts";
import { SharedChannel } from "./channel.ts";
import { RECEIVING_LOCK_AT } from "./channel_ring.ts";
import { SharedCounter } from "./counter.ts";
import { SharedBarrierBrokenError } from "./errors.ts";
import { SharedEvent } from "./event.ts";
import { LOCK_AT, type SharedHandle } from "./handle.ts";
import { SharedLatch } from "./latch.ts";
import { FREE_AT, OWN_AT } from "./monitor_layout.ts";
import { SharedMutex } from "./mutex.ts";
import { SharedRateLimiter } from "./rate_limiter.ts";
import { SharedReadWriteLock } from "./read_write_lock.ts";
import { SharedSemaphore } from "./semaphore.ts";
import { Hand } from "./testdata/hand.ts";

/** Waits for something that takes as long as it takes; a test that waits for ever is ended by whoever runs it. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(2);
}

/** A Worker with a life that can be proven to be over. */
async function mortal(handle: SharedHandle): Promise<{ readonly hand: Hand; readonly die: () => Promise<void> }> {
  const life = SharedMutex.create(), hand = await Hand.hire(life.handle, "doomed");
  await hand.tell({ task: "take" });
  await hand.tell({ task: "attach", handle });
  return {
    hand,
    die: async () => {
      hand.worker.terminate();
      (await life.acquire()).release();
    },
  };
}

/** A primitive, how a Worker leaves it that dies in its critical section, and how it must be afterwards. */
interface Inside {
  readonly handle: SharedHandle;
  readonly lockAt?: number;
  /** What the Worker has written there, half of what it was about to. */
  readonly writes?: readonly (readonly [at: number, value: number])[];
  readonly check: () => Promise<void>;
}

const INSIDE: Record<string, () => Inside | Promise<Inside>> = {
  "a SharedSemaphore's, having counted wrong": () => {
    const semaphore = SharedSemaphore.create({ permits: 3 });
    return {
      handle: semaphore.handle,
      writes: [[FREE_AT, 1]],
      check: async () => {
        const [all] = await Promise.all([semaphore.acquire(3)]);
        assertEquals([semaphore.available, all.ownerDied], [0, false]);
        all.release();
        assertEquals([semaphore.available, semaphore.snapshot().holders], [3, []]);
      },
    };
  },
  "a SharedReadWriteLock's, having counted wrong": () => {
    const lock = SharedReadWriteLock.create();
    return {
      handle: lock.handle,
      writes: [[FREE_AT, 0]],
      check: async () => {
        const readers = await Promise.all([lock.read(), lock.read()]), writes = lock.write();
        readers.forEach((guard) => guard.release());
        (await writes).release();
        assertEquals(lock.snapshot().holders, []);
      },
    };
  },
  "a SharedEvent's, having set it": async () => {
    const event = SharedEvent.create({ reset: "auto" }), waits = event.wait();
    await Promise.resolve();
    return {
      handle: event.handle,
      writes: [[FREE_AT, 1]],
      check: async () => {
        await waits; // whom it was about to serve
        assertEquals([event.isSet, event.waiters], [false, 0]);
      },
    };
  },
  "a SharedLatch's, having opened it": () => {
    const latch = SharedLatch.create({ count: 1 }), waits = latch.wait();
    return {
      handle: latch.handle,
      writes: [[FREE_AT, 1]],
      check: async () => {
        await waits;
        assertEquals([latch.count, latch.tryWait(), latch.snapshot().waiters], [0, true, []]);
      },
    };
  },
  "a SharedBarrier's, having broken it": () => {
    const barrier = SharedBarrier.create({ parties: 3 });
    const told = [1, 2].map(() => assertRejects(() => barrier.arrive(), SharedBarrierBrokenError));
    return {
      handle: barrier.handle,
      writes: [[OWN_AT, 1]],
      check: async () => {
        await Promise.all(told);
        assertEquals([barrier.broken, barrier.arrived], [true, 0]);
        barrier.reset();
        assertEquals(await Promise.all([1, 2, 3].map(() => barrier.arrive())), [false, false, true]);
      },
    };
  },
  "a SharedRateLimiter's": () => {
    const limiter = SharedRateLimiter.create({ limit: 2, clock: () => 0 });
    return {
      handle: limiter.handle,
      check: async () => {
        await limiter.take();
        assertEquals([limiter.tryTake(), limiter.tryTake(), limiter.snapshot().available], [true, false, 0]);
      },
    };
  },
  "a SharedChannel's senders'": () => {
    const channel = SharedChannel.create({ format: "json" });
    return {
      handle: channel.handle,
      check: async () => {
        await Promise.all([channel.send(1), channel.send(2)]);
        assertEquals([await channel.receive(), await channel.receive()], [1, 2]);
        assertEquals(channel.usedBytes, 0);
      },
    };
  },
  "a SharedChannel's receivers'": () => {
    const channel = SharedChannel.create({ format: "json" });
    channel.trySend(1);
    return {
      handle: channel.handle,
      lockAt: RECEIVING_LOCK_AT,
      check: async () => {
        assertEquals(await channel.receive(), 1);
        assertEquals([channel.tryReceive(), channel.usedBytes], [undefined, 0]);
      },
    };
  },
};

for (const [whose, make] of Object.entries(INSIDE)) {
  Deno.test(`A Worker that dies in a critical section blocks nobody and leaves exact books: ${whose}`, async () => {
    const { handle, lockAt = LOCK_AT, writes = [], check } = await make();
    using hand = await Hand.hire(handle, "doomed");
    await hand.tell({ task: "enter", handle, lockAt, writes });
    hand.worker.terminate();
    await check();
    assertEquals(timers.size, 0);
  });
}

/** A primitive, at which a Worker waits and dies, and how it must be afterwards. */
interface Waiting {
  readonly handle: SharedHandle;
  readonly waiters: () => number;
  readonly count?: number;
  readonly check: () => Promise<void>;
}

const WAITING: Record<string, () => Waiting | Promise<Waiting>> = {
  "a SharedMutex": async () => {
    const mutex = SharedMutex.create(), mine = await mutex.acquire();
    return {
      handle: mutex.handle,
      waiters: () => mutex.snapshot().waiters.length,
      check: async () => {
        const next = mutex.acquire();
        mine.release();
        const guard = await next;
        assertEquals([guard.ownerDied, mutex.snapshot().waiters], [false, []]);
        guard.release();
      },
    };
  },
  "a SharedSemaphore": async () => {
    const semaphore = SharedSemaphore.create({ permits: 2 }), mine = await semaphore.acquire(2);
    return {
      handle: semaphore.handle,
      waiters: () => semaphore.snapshot().waiters.length,
      count: 2,
      check: async () => {
        const next = semaphore.acquire(1);
        mine.release();
        (await next).release();
        assertEquals([semaphore.available, semaphore.snapshot().waiters], [2, []]);
      },
    };
  },
  "a SharedReadWriteLock": async () => {
    const lock = SharedReadWriteLock.create(), mine = await lock.read();
    return {
      handle: lock.handle,
      waiters: () => lock.snapshot().waiters.length,
      count: 2, // to write
      check: async () => {
        const reads = await lock.read(); // which would have to wait behind the writer
        assertEquals([reads.ownerDied, lock.snapshot().waiters], [false, []]);
        [mine, reads].forEach((guard) => guard.release());
        lock.tryWrite()?.release();
        assertEquals(lock.snapshot().totals.grants, 3);
      },
    };
  },
  "a SharedBarrier": () => {
    const barrier = SharedBarrier.create({ parties: 3 });
    return {
      handle: barrier.handle,
      waiters: () => barrier.arrived,
      check: async () => {
        await assertRejects(() => barrier.arrive(), SharedBarrierBrokenError);
        barrier.reset();
        assertEquals(await Promise.all([1, 2, 3].map(() => barrier.arrive())), [false, false, true]);
      },
    };
  },
  "a SharedLatch": () => {
    const latch = SharedLatch.create({ count: 1 });
    return {
      handle: latch.handle,
      waiters: () => latch.snapshot().waiters.length,
      check: async () => {
        const waits = latch.wait();
        latch.countDown();
        await waits;
        assertEquals(latch.snapshot().waiters, []);
      },
    };
  },
  "a SharedEvent": () => {
    const event = SharedEvent.create({ reset: "auto" });
    return {
      handle: event.handle,
      waiters: () => event.waiters,
      check: async () => {
        const waits = event.wait();
        event.set(); // granted to the dead, if it was not found yet
        await waits;
        assertEquals([event.isSet, event.waiters], [false, 0]);
      },
    };
  },
  "a SharedRateLimiter": () => {
    const limiter = SharedRateLimiter.create({ limit: 1, perMs: 3_600_000 });
    limiter.takeBlocking();
    return {
      handle: limiter.handle,
      waiters: () => limiter.snapshot().waiters.length,
      check: async () => {
        await until(() => limiter.snapshot().waiters.length === 0);
        assertEquals([limiter.snapshot().available, limiter.tryTake()], [0, false]);
      },
    };
  },
};

for (const [what, make] of Object.entries(WAITING)) {
  Deno.test(`A Worker that dies waiting for ${what} takes nothing with it`, async () => {
    const { handle, waiters, count = 1, check } = await make(), { hand, die } = await mortal(handle);
    hand.order({ task: "take", count });
    await until(() => waiters() === 1);
    await die();
    await check();
    assertEquals(timers.size, 0);
  });
}

Deno.test("SharedBarrier tells a thread that sleeps at it of a party that died", async () => {
  const barrier = SharedBarrier.create({ parties: 3 });
  using sleeper = await Hand.hire(barrier.handle, "sleeper");
  using doomed = await Hand.hire(barrier.handle, "doomed");
  sleeper.order({ task: "take blocking" });
  doomed.order({ task: "take" });
  await until(() => barrier.arrived === 2);
  assertEquals(barrier.snapshot().waiters.map(({ owner }) => owner).sort(), ["doomed", "sleeper"]);
  doomed.worker.terminate();
  await assertRejects(() => sleeper.report(), Error, "SharedBarrierBrokenError");
  assertEquals([barrier.broken, barrier.arrived], [true, 0]);
});

Deno.test("SharedChannel keeps every message as a whole, in order, when a Worker dies that receives them", async () => {
  const channel = SharedChannel.create({ format: "json", capacityBytes: 64 });
  const { hand, die } = await mortal(channel.handle);
  hand.order({ task: "take" }); // waits for the first
  await channel.send(1);
  await hand.report();
  hand.order({ task: "take" }); // and for another, which it does not get
  await die();
  for (let i = 2; i <= 4; i++) await channel.send(i);
  assertEquals([await channel.receive(), await channel.receive(), await channel.receive()], [2, 3, 4]);
  assertEquals([channel.usedBytes, timers.size], [0, 0]);
});

Deno.test("SharedCounter and SharedRateLimiter have counted exactly what a Worker did that died in between", async () => {
  const counter = SharedCounter.create(),
    limiter = SharedRateLimiter.create({ limit: 1e9, perMs: 31_536_000_000 });
  for (const { handle } of [counter, limiter]) {
    const counts = new SharedArrayBuffer(4), sum = new Int32Array(counts), { hand, die } = await mortal(handle);
    hand.order({ task: "act for ever", count: 10, counts });
    await until(() => Atomics.load(sum, 0) >= 1_000);
    await die();
    const done = handle.type === "counter" ? Number(counter.value) : limiter.snapshot().totals.grants;
    assertEquals(done, sum[0]);
  }
  assertEquals(timers.size, 0);
});
