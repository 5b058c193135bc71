import { assert, assertEquals } from "@std/assert";
import { timers } from "../../reliability/timer_wheel.ts";
import type { SharedHandle } from "./handle.ts";
import { SharedReadWriteLock } from "./read_write_lock.ts";
import { SharedSemaphore } from "./semaphore.ts";
import { Hand } from "./testdata/hand.ts";

/** How many Workers take what the main thread waits for, again and again. */
const WORKERS = 2;
/** How often the main thread waits. */
const WAITS = 60;

/** How often others have taken it while the main thread waited for it. */
async function passes(handle: SharedHandle, take: () => Promise<{ release(): void }>): Promise<number[]> {
  const counts = new SharedArrayBuffer(4), sum = new Int32Array(counts), passed: number[] = [];
  const hands = await Promise.all(Array.from({ length: WORKERS }, () => Hand.hire(handle)));
  for (const hand of hands) hand.order({ task: "hammer", count: 40_000, counts });
  while (Atomics.load(sum, 0) === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  for (let i = 0; i < WAITS; i++) {
    const waits = take(), before = Atomics.load(sum, 0), guard = await waits;
    passed.push(Atomics.load(sum, 0) - before);
    guard.release();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  for (const hand of hands) {
    await hand.report();
    hand[Symbol.dispose]();
  }
  assertEquals([sum[0], timers.size], [WORKERS * 40_000, 0]);
  return passed;
}

for (
  const [name, open] of Object.entries({
    SharedSemaphore: () => {
      const semaphore = SharedSemaphore.create({ permits: 2 });
      return { handle: semaphore.handle, take: () => semaphore.acquire(2) };
    },
    SharedReadWriteLock: () => {
      const lock = SharedReadWriteLock.create();
      return { handle: lock.handle, take: () => lock.write() };
    },
  })
) {
  Deno.test(`${name}: whoever waits is passed by nobody, however many threads come`, async () => {
    const { handle, take } = open(), passed = await passes(handle, take);
    // one who has it already, and one of each Worker who was there before
    assert(passed.every((times) => times <= 1 + WORKERS), `passed ${passed}`);
  });
}
