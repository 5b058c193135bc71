import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { timers } from "../../reliability/timer_wheel.ts";
import type { TurnOptions } from "../turn_options.ts";
import { WaitTimeoutError } from "../waiter.ts";
import { KeyedRateLimiter } from "./keyed_rate_limiter.ts";
import { LeakyBucket } from "./leaky_bucket.ts";
import { RateQueueFullError } from "./rate_queue_full_error.ts";
import { createRateLimiter, type RateLimiterRecipe } from "./recipe.ts";
import { SlidingLog } from "./sliding_log.ts";
import { settle, withFakeTime } from "./testdata/fake_time.ts";
import { RateLine } from "./testdata/rate_line.ts";
import { RateOracle } from "./testdata/rate_oracle.ts";
import { DAY_MS, recipes } from "./testdata/recipes.ts";
import { TokenBucket } from "./token_bucket.ts";

interface Call {
  readonly kind: "take" | "try" | "ask" | "abort" | "pass";
  readonly n: number;
  readonly level: number;
}

const calls: fc.Arbitrary<Call> = fc.record({
  kind: fc.constantFrom("take", "take", "take", "try", "ask", "abort", "pass", "pass"),
  n: fc.nat(999),
  level: fc.constantFrom(0, 1, 1, 1, 2),
});

/** A limiter, or one key of a keyed one. */
interface Subject {
  tryTake(n: number): boolean;
  take(n: number, options: TurnOptions): Promise<void>;
  retryAfterMs(n: number): number;
  snapshot(): { readonly waiters: readonly unknown[] };
}

function keyOf(recipe: RateLimiterRecipe): Subject {
  const keyed = new KeyedRateLimiter({ ...recipe, maxKeys: 2 });
  return {
    tryTake: (n) => keyed.tryTake("a", n),
    take: (n, options) => keyed.take("a", n, options),
    retryAfterMs: (n) => keyed.retryAfterMs("a", n),
    snapshot: () => keyed.snapshot(),
  };
}

/** Drives a limiter and its model through a script, and then until nobody waits. */
function follow(script: readonly Call[], recipe: RateLimiterRecipe, make: (recipe: RateLimiterRecipe) => Subject) {
  return withFakeTime(async (time) => {
    const limiter = make(recipe), oracle = new RateOracle(recipe), line = new RateLine(oracle);
    const queue = recipe.algorithm === "leaky_bucket" ? oracle.most : Infinity;
    const aborts: AbortController[] = [], served: string[] = [], full: number[] = [], fullByModel: number[] = [];
    const pass = async () => {
      await time.pass(1);
      line.serve(time.now());
      assertEquals([served, limiter.snapshot().waiters.length], [line.served, line.size]);
    };
    for (const { kind, n: size, level } of script) {
      const n = size % oracle.most + 1, now = time.now();
      if (kind === "take") {
        const abort = new AbortController(), id = aborts.push(abort) - 1;
        limiter.take(n, { signal: abort.signal, priority: level }).then(
          () => served.push(`${id}@${time.now()}`),
          (error) => error instanceof RateQueueFullError && full.push(id),
        );
        if (!line.take({ id, n, level }, now, queue)) fullByModel.push(id);
      } else if (kind === "try") {
        assertEquals(limiter.tryTake(n), line.tryTake(n, now));
      } else if (kind === "ask") {
        const copy = new RateOracle(recipe);
        copy.log.push(...oracle.log);
        const waitMs = limiter.retryAfterMs(n);
        if (line.size === 0) assertEquals(Math.ceil(waitMs), line.readyAt(n, now, copy) - now);
        else assert(waitMs <= line.readyAt(n, now, copy) - now, "the model serves at whole milliseconds only");
      } else if (kind === "abort") {
        aborts[size % (aborts.length || 1)]?.abort();
        line.forget(size % (aborts.length || 1), now);
      } else {
        for (let ms = size % 20; ms > 0; ms--) await pass();
      }
      await settle();
      assertEquals([served, full, limiter.snapshot().waiters.length], [line.served, fullByModel, line.size]);
    }
    for (let ms = 0; line.size > 0; ms++) {
      assert(ms < 100_000, "nobody waits for ever");
      await pass();
    }
  });
}

for (const [name, make] of [["RateLimiter", createRateLimiter], ["KeyedRateLimiter", keyOf]] as const) {
  Deno.test(`${name}.take() serves in order of rank and arrival, as soon as may be, whoever leaves when`, () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(calls, { maxLength: 40, size: "max" }),
        recipes,
        (script, recipe) => follow(script, recipe, make),
      ),
      { numRuns: 150 },
    ));
}

Deno.test("Rate Limiter: 20 contenders at 10 calls a second are served 10 at once, then one every 100 ms", () =>
  withFakeTime(async (time) => {
    const limiter = new TokenBucket({ limit: 10, perMs: 1000 }), servedAt: number[] = [];
    for (let contender = 0; contender < 20; contender++) limiter.take().then(() => servedAt.push(time.now()));
    await time.pass(2000);
    const expected = [...Array(10).fill(0), ...Array.from({ length: 10 }, (_, place) => 100 * (place + 1))];
    assertEquals(servedAt, expected);
  }));

Deno.test("Rate Limiter Contention: 20 contenders who call all the time never get more than 10 in any second", () =>
  withFakeTime(async (time) => {
    const limiter = new SlidingLog({ limit: 10, perMs: 1000 }), calledAt: number[] = [], perContender: number[] = [];
    const done = Promise.all(Array.from({ length: 20 }, async (_, contender) => {
      for (let call = 0; call < 5; call++) {
        await limiter.take();
        calledAt.push(time.now());
        perContender[contender] = (perContender[contender] ?? 0) + 1;
      }
    }));
    await time.pass(9000);
    await done;
    for (const start of calledAt) {
      assert(calledAt.filter((at) => at >= start && at < start + 1000).length <= 10);
    }
    assertEquals(calledAt.at(-1), 9000, "and no fewer: 100 calls in ten seconds, the first of which begins at 0");
    assertEquals(perContender, Array(20).fill(5));
  }));

Deno.test("RateLimiter.take() is not starved by small requests", () =>
  withFakeTime(async (time) => {
    const bucket = new TokenBucket({ limit: 10, perMs: 1000 });
    bucket.tryTake(10);
    let isServed = false;
    bucket.take(10).then(() => isServed = true);
    for (let ms = 0; ms < 999; ms++) {
      assert(!bucket.tryTake(1), "whatever has come back is kept for the large one");
      await time.pass(1);
    }
    assert(!isServed);
    await time.pass(1);
    assert(isServed);
  }));

Deno.test("RateLimiter.take() rejects at once what could never be granted, and wrong options, and takes nothing", async () => {
  const bucket = new TokenBucket({ limit: 10, burst: 5 });
  await assertRejects(() => bucket.take(6), RangeError, "from 1 to 5");
  await assertRejects(() => bucket.take(1, { timeoutMs: -1 }), RangeError, "timeoutMs");
  await assertRejects(() => bucket.take(1, { priority: NaN }), TypeError, "priority");
  await assertRejects(() => bucket.take(1, { signal: AbortSignal.abort(new Error("gone")) }), Error, "gone");
  const keyed = new KeyedRateLimiter({ algorithm: "token_bucket", limit: 5, name: "users" });
  await assertRejects(() => keyed.take("a", 6), RangeError, 'the keyed token bucket "users": expected');
  await assertRejects(() => keyed.take("a", 1, { owner: "" }), TypeError, "owner");
  assertEquals([bucket.snapshot().available, keyed.snapshot().cells], [5, 0]);
});

Deno.test("RateLimiter.take() gives up when its time is up, takes nothing, and lets the next one go at once", () =>
  withFakeTime(async (time) => {
    const bucket = new TokenBucket({ limit: 10, perMs: 1000, name: "mail" }), served: string[] = [];
    bucket.tryTake(9);
    const large = assertRejects(
      () => bucket.take(10, { timeoutMs: 50 }),
      WaitTimeoutError,
      'Cannot acquire 10 tokens of the token bucket "mail" within 50 ms: 1 can be had now, and 0 wait ahead',
    );
    bucket.take(1).then(() => served.push(`small@${time.now()}`));
    await time.pass(60);
    await large;
    assertEquals(served, ["small@50"]);
    const { totals, available } = bucket.snapshot();
    assertEquals([totals.grants, totals.waits, totals.timeouts, available], [2, 1, 1, 0]);
  }));

Deno.test("RateLimiter.snapshot() tells who waits, for how much and how long", () =>
  withFakeTime(async (time) => {
    const bucket = new TokenBucket({ limit: 1, perMs: 100, name: "mail", timing: "on" });
    await bucket.take();
    const first = bucket.take(1, { owner: "ada" }), urgent = bucket.take(1, { owner: "bob", priority: "high" });
    await time.pass(30);
    assertEquals(bucket.snapshot().waiters, [
      { owner: "bob", priority: "high", wants: 1, waitedMs: 30 },
      { owner: "ada", priority: "normal", wants: 1, waitedMs: 30 },
    ]);
    assertEquals(bucket.retryAfterMs(), 270);
    await time.pass(170);
    await Promise.all([first, urgent]);
    const { type, name, holders, totals } = bucket.snapshot();
    assertEquals({ type, name, holders }, { type: "token_bucket", name: "mail", holders: [] });
    assertEquals(totals, { grants: 3, waits: 2, timeouts: 0, aborts: 0, longestWaitMs: 200 });
  }));

Deno.test("LeakyBucket lets work leave at its rate, and refuses who finds it full", () =>
  withFakeTime(async (time) => {
    const bucket = new LeakyBucket({ limit: 10, perMs: 1000, queue: 3, name: "out" }), leftAt: number[] = [];
    for (let work = 0; work < 4; work++) bucket.take().then(() => leftAt.push(time.now()));
    const error = await assertRejects(() => bucket.take(), RateQueueFullError, "3 wait already, and at most 3 may");
    assertEquals([error.code, error.waiting], ["rate_queue_full", 3]);
    await time.pass(300);
    assertEquals(leftAt, [0, 100, 200, 300]);
  }));

Deno.test("RateLimiter.take() waits by the limiter's own clock: never too early, and not for ever if that goes back by a day", () =>
  withFakeTime(async (time) => {
    let offsetMs = 0;
    const bucket = new TokenBucket({ limit: 1, perMs: 1000, clock: () => time.now() + offsetMs });
    bucket.tryTake();
    let servedAt = -1;
    bucket.take().then(() => servedAt = time.now());
    await time.pass(400);
    offsetMs = -DAY_MS; // what has passed since its last reading is lost, no more
    await time.pass(1599);
    assertEquals(servedAt, -1);
    await time.pass(1);
    assertEquals(servedAt, 2000);
    bucket.take().then(() => servedAt = time.now());
    await time.pass(10);
    offsetMs += 3 * DAY_MS;
    assert(!bucket.tryTake(), "noticed at the next call: the one who waits is served, and nothing is left");
    await settle();
    assertEquals(servedAt, 2010);
    assert(!bucket.tryTake());
  }));

Deno.test("RateLimiter.take() sets its timer anew for whoever is first after a leap of the clock", () =>
  withFakeTime(async (time) => {
    let offsetMs = 0;
    const bucket = new TokenBucket({ limit: 1, perMs: 1000, burst: 60, clock: () => time.now() + offsetMs });
    bucket.tryTake(60);
    const large = bucket.take(60);
    let servedAt = -1;
    bucket.take(1).then(() => servedAt = time.now());
    offsetMs = DAY_MS;
    assert(!bucket.tryTake());
    await large;
    await time.pass(1000);
    assertEquals(servedAt, 1000);
  }));

Deno.test("RateLimiter keeps nothing of 1,000 aborted waits, and has one timer for all of them", () =>
  withFakeTime(async () => {
    const bucket = new TokenBucket({ limit: 1, perMs: 1000 }),
      keyed = new KeyedRateLimiter({ algorithm: "gcra", limit: 1 });
    bucket.tryTake();
    keyed.tryTake("a");
    const abort = new AbortController(), waits: Promise<void>[] = [];
    for (let wait = 0; wait < 500; wait++) waits.push(bucket.take(1, abort), keyed.take("a", 1, abort));
    assertEquals(timers.size, 2);
    abort.abort(new Error("enough"));
    const ends = await Promise.allSettled(waits);
    assert(ends.every((end) => end.status === "rejected" && end.reason.message === "enough"));
    assertEquals([bucket.snapshot().waiters, bucket.snapshot().totals.aborts], [[], 500]);
    assertEquals([keyed.snapshot().contendedKeys, keyed.snapshot().totals.aborts], [0, 500]);
  }));

Deno.test("RateLimiter.retryAfterMs() counts what those in line will take, in the window in which they will", () =>
  withFakeTime(async (time) => {
    for (const algorithm of ["fixed_window", "sliding_log"] as const) {
      const limiter = createRateLimiter({ algorithm, limit: 5, perMs: 100 });
      assert(limiter.tryTake(3));
      const wait = limiter.take(5);
      assertEquals(limiter.retryAfterMs(), 200, algorithm);
      await time.pass(100);
      await wait;
      assertEquals(limiter.retryAfterMs(), 100);
    }
  }));
