import { assertEquals, assertRejects, assertThrows } from "@std/assert";
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
  assertThrows(() => SharedRateLimiter.create({ limit: 1, intervalMs: 0 }), RangeError, "intervalMs 0");
  const limiter = SharedRateLimiter.create({ limit: 5, burst: 3 });
  for (const tokens of [0, -1, 0.5, 4]) {
    assertThrows(() => limiter.tryTake(tokens), RangeError, "expected an integer in [1, 3]");
  }
});
