import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { install } from "@sinonjs/fake-timers";
import { timers } from "../../reliability/timer_wheel.ts";
import { WaitTimeoutError } from "../waiter.ts";
import { SharedRateLimiter } from "./rate_limiter.ts";

Deno.test("SharedRateLimiter allows what a list of the moments of all tokens would allow", () =>
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 20 }),
    fc.integer({ min: 1, max: 5 }),
    fc.array(fc.record({ afterMs: fc.nat(200), tokens: fc.integer({ min: 1, max: 5 }), isElsewhere: fc.boolean() })),
    (limit, burst, calls) => {
      let nowMs = 0, level = burst; // the model: a bucket that fills, counted in whole millionths
      const clock = () => nowMs, limiter = SharedRateLimiter.create({ limit, burst, clock });
      const elsewhere = SharedRateLimiter.attach(limiter.handle, { clock });
      for (const { afterMs, tokens, isElsewhere } of calls) {
        nowMs += afterMs;
        level = Math.min(burst, level + afterMs * limit / 1_000);
        if (tokens > burst) continue;
        const isAllowed = level >= tokens - 1e-9;
        assertEquals((isElsewhere ? elsewhere : limiter).tryTake(tokens), isAllowed);
        if (isAllowed) level -= tokens;
      }
    },
  )));

Deno.test("SharedRateLimiter survives a clock that is set by a day, forwards and backwards", () => {
  let nowMs = 1e12;
  const limiter = SharedRateLimiter.create({ limit: 10, burst: 2, clock: () => nowMs });
  const takeAll = () => [limiter.tryTake(), limiter.tryTake(), limiter.tryTake()];
  assertEquals(takeAll(), [true, true, false]);
  nowMs += 86_400_000;
  assertEquals(takeAll(), [true, true, false], "full, not more than full");
  nowMs -= 86_400_000;
  assertEquals(takeAll(), [false, false, false], "nothing more than before");
  nowMs += 100;
  assertEquals(takeAll(), [true, false, false], "and it goes on at once");
});

function countTaken(...limiters: readonly SharedRateLimiter[]): number {
  let taken = 0;
  for (let i = 0; i < 1_000; i++) for (const limiter of limiters) if (limiter.tryTake()) taken++;
  return taken;
}

Deno.test("SharedRateLimiter gives out no more if one thread's clock is a little behind another's", () => {
  for (const behindMs of [0.1, 1, 500, 5_000]) {
    const ahead = SharedRateLimiter.create({ limit: 1_000, burst: 1, clock: () => 1e12 });
    const behind = SharedRateLimiter.attach(ahead.handle, { clock: () => 1e12 - behindMs });
    assertEquals(countTaken(ahead, behind), 1, `${behindMs} ms`);
  }
});

Deno.test("SharedRateLimiter serves a thread whose clock was set back by a day before it looked at it", () => {
  let nowMs = 1e12;
  const ahead = SharedRateLimiter.create({ limit: 10, burst: 1, clock: () => nowMs });
  const behind = SharedRateLimiter.attach(ahead.handle, { clock: () => nowMs - 86_400_000 });
  assertEquals([ahead.tryTake(), behind.tryTake()], [true, false]);
  nowMs += 100;
  assertEquals([behind.tryTake(), ahead.tryTake()], [true, false]);
});

Deno.test("SharedRateLimiter counts the highest rate exactly, however long after it was made", () => {
  for (const afterMs of [0, 86_400_000, 365 * 86_400_000]) {
    let nowMs = 1e12;
    const limiter = SharedRateLimiter.create({ limit: 1e9, burst: 10, clock: () => nowMs });
    nowMs += afterMs;
    assertEquals([countTaken(limiter), countTaken(limiter), limiter.snapshot().available], [10, 0, 0]);
  }
});

Deno.test("SharedRateLimiter stands still while its clock throws or tells no number, and goes on afterwards", async () => {
  let read: () => number = () => 1e12;
  const limiter = SharedRateLimiter.create({ limit: 10, burst: 1, clock: () => read() });
  assertEquals(limiter.tryTake(), true);
  for (const bad of [NaN, Infinity, -Infinity, 1e25]) {
    read = () => bad;
    assertEquals([limiter.tryTake(), limiter.retryAfterMs(), limiter.snapshot().available], [false, 100, 0]);
  }
  read = () => {
    throw new Error("no clock");
  };
  assertEquals([limiter.tryTake(), limiter.retryAfterMs()], [false, 100]);
  await assertRejects(() => limiter.take(1, { timeoutMs: 1 }), WaitTimeoutError);
  read = () => 1e12 + 100;
  assertEquals([limiter.tryTake(), limiter.tryTake()], [true, false]);
});

Deno.test("SharedRateLimiter.take() serves in order; who gives up takes nothing", async () => {
  const clock = install();
  try {
    const limiter = SharedRateLimiter.create({ limit: 10, burst: 2, clock: () => performance.now() });
    const order: string[] = [], abort = new AbortController();
    await limiter.take(2);
    const gone = limiter.take(2, { signal: abort.signal });
    const waits = ["a", "b"].map((name) => limiter.take().then(() => order.push(name)));
    assertEquals(limiter.tryTake(), false);
    const late = assertRejects(() => limiter.take(1, { timeoutMs: 50 }), WaitTimeoutError, "1 of the tokens");
    await clock.tickAsync(60);
    await late;
    abort.abort(new Error("enough"));
    await assertRejects(() => gone, Error, "enough");
    await clock.tickAsync(60);
    assertEquals(order, ["a"]);
    await clock.tickAsync(110);
    await Promise.all(waits);
    assertEquals([order, timers.size], [["a", "b"], 0]);
  } finally {
    clock.uninstall();
  }
});

Deno.test("SharedRateLimiter.takeBlocking() sleeps until there are tokens, and gives up when time is up", () => {
  const limiter = SharedRateLimiter.create({ limit: 1_000, burst: 1 });
  for (let i = 0; i < 5; i++) limiter.takeBlocking();
  let nowMs = 0;
  const stopped = SharedRateLimiter.create({ limit: 1, clock: () => nowMs });
  stopped.takeBlocking();
  assertThrows(() => stopped.takeBlocking(1, { timeoutMs: 1 }), WaitTimeoutError, "in 1000 ms at the earliest");
  nowMs += 1_000;
  stopped.takeBlocking();
});

Deno.test("SharedRateLimiter refuses numbers that make no sense", () => {
  for (const limit of [0, -1, 1.5, NaN, 2e9]) {
    assertThrows(() => SharedRateLimiter.create({ limit }), RangeError, `${limit}`);
  }
  assertThrows(() => SharedRateLimiter.create({ limit: 1, perMs: 0 }), RangeError, "perMs 0");
  assertThrows(
    () => SharedRateLimiter.create({ limit: 1e9, perMs: 1 }),
    RangeError,
    "limit 1000000000 in perMs 1",
  );
  for (const reading of [NaN, Infinity, 1e25]) {
    assertThrows(() => SharedRateLimiter.create({ limit: 1, clock: () => reading }), RangeError, `tells ${reading}`);
  }
  const clock: () => number = JSON.parse("null");
  assertThrows(() => SharedRateLimiter.create({ limit: 1, clock }), TypeError, "a clock that is null");
  const limiter = SharedRateLimiter.create({ limit: 5, burst: 3 });
  assertThrows(() => SharedRateLimiter.attach(limiter.handle, { clock }), TypeError, "a clock that is null");
  for (const tokens of [0, -1, 0.5, 4]) {
    assertThrows(() => limiter.tryTake(tokens), RangeError, "expected an integer in [1, 3]");
  }
});

Deno.test("SharedRateLimiter refuses what its own clock asks of it, and does not wait for itself", () => {
  const refusals: unknown[] = [];
  let limiter: SharedRateLimiter | undefined = undefined;
  const clock = () => {
    try {
      limiter?.tryTake();
    } catch (error) {
      refusals.push(error);
    }
    return 1_000;
  };
  limiter = SharedRateLimiter.create({ limit: 2, clock });
  assertEquals([limiter.tryTake(), limiter.tryTake(), limiter.tryTake(), refusals.length], [true, true, false, 3]);
  assert(String(refusals[0]).includes("in its own clock"));
});
