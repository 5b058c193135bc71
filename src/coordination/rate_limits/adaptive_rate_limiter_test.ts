import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { AdaptiveRateLimiter } from "./adaptive_rate_limiter.ts";
import { CompositeRateLimiter } from "./composite_rate_limiter.ts";
import { withFakeTime } from "./testdata/fake_time.ts";
import { moves } from "./testdata/recipes.ts";
import { TokenBucket } from "./token_bucket.ts";

const calls = fc.record({
  kind: fc.constantFrom("take", "take", "take", "good", "slow", "failed"),
  moveMs: moves,
  n: fc.integer({ min: 1, max: 3 }),
});

/** The promise of the bucket and the two steps of the limit, with a log of who asked for what. */
class Model {
  limit = 4;
  missing = 0;
  #since = 0;
  #periodEnd = 50;
  #reports: boolean[] = [];
  #isFelt = false;

  constructor(readonly badRatio: number) {}

  take(n: number, now: number): boolean {
    this.#flow(now);
    const isTaken = this.missing + n <= 3;
    if (isTaken) this.missing += n;
    else this.#isFelt = true;
    return isTaken;
  }

  report(isBad: boolean, now: number): void {
    if (now >= this.#periodEnd) {
      this.#flow(now);
      const bad = this.#reports.filter((isBad) => isBad).length / this.#reports.length;
      if (bad > this.badRatio) this.limit = Math.max(2, this.limit / 2);
      else if (this.#isFelt && this.#reports.length > 0) this.limit = Math.min(10, this.limit + 1);
      this.#periodEnd = now + 50;
      this.#reports = [];
      this.#isFelt = false;
    }
    this.#reports.push(isBad);
  }

  #flow(now: number): void {
    this.missing = Math.max(0, this.missing - (now - this.#since) * this.limit / 50);
    this.#since = now;
  }
}

Deno.test("AdaptiveRateLimiter moves its limit by the book, and grants what a bucket at that rate would", () =>
  fc.assert(
    fc.property(
      fc.constantFrom(0, 0.25, 0.5),
      fc.array(calls, { maxLength: 80, size: "max" }),
      (badRatio, script) => {
        let wall = 0, now = 0;
        const options = { min: 2, max: 10, start: 4, perMs: 50, burst: 3, slowMs: 100, badRatio };
        const limiter = new AdaptiveRateLimiter({ ...options, clock: () => wall }), model = new Model(badRatio);
        for (const { kind, moveMs, n } of script) {
          wall += moveMs;
          if (moveMs > 0) now += moveMs;
          limiter.retryAfterMs(); // which lets its clock see a step back
          const before = model.missing;
          if (kind === "take") {
            const isTaken = limiter.tryTake(n), isTakenByModel = model.take(n, now);
            if (isTaken !== isTakenByModel) { // within what the two sums round differently
              assert(Math.abs(3 - n - (isTakenByModel ? model.missing - n : model.missing)) < 1e-9, `${before}`);
              return;
            }
          } else if (kind === "failed") limiter.failed();
          else limiter.succeeded(kind === "slow" ? 101 : 100);
          if (kind !== "take") model.report(kind !== "good", now);
          assertEquals(limiter.limit, model.limit);
          assertEquals(limiter.snapshot().limit, model.limit);
        }
      },
    ),
    { numRuns: 300 },
  ));

Deno.test("AdaptiveRateLimiter finds the capacity of what it calls, and stays near it", () => {
  let now = 0, served = 0;
  const clock = () => now, server = new TokenBucket({ limit: 60, perMs: 1000, burst: 6, clock });
  const limiter = new AdaptiveRateLimiter({ min: 1, max: 1000, perMs: 1000, increase: 2, decrease: 0.8, clock });
  const limits: number[] = [];
  for (; now < 200_000; now++) {
    while (limiter.tryTake()) {
      if (!server.tryTake()) limiter.failed();
      else {
        limiter.succeeded(5);
        if (now >= 100_000) served++;
      }
    }
    if (now >= 100_000) limits.push(limiter.limit);
  }
  const [lowest, highest] = [Math.min(...limits), Math.max(...limits)];
  assert(lowest >= 60 * 0.8 * 0.8 && highest <= 70, `from ${lowest} to ${highest}`);
  assert(served >= 100 * 60 * 0.85, `${served} calls were served in 100 s`);
});

Deno.test("AdaptiveRateLimiter does not grow while nobody feels its limit, nor change without reports", () => {
  let now = 0;
  const limiter = new AdaptiveRateLimiter({ max: 100, start: 10, perMs: 100, burst: 50, clock: () => now });
  for (let call = 0; call < 50; call++) {
    now += 100;
    assert(limiter.tryTake());
    limiter.succeeded();
  }
  assertEquals(limiter.limit, 10);
  assert(!limiter.tryTake(50), "felt once");
  now += 100_000;
  assertEquals(limiter.limit, 10);
});

Deno.test("AdaptiveRateLimiter grows when its limit was felt by who takes from several at once, and only then", () => {
  let now = 0;
  const limiter = new AdaptiveRateLimiter({ max: 100, start: 10, perMs: 100, clock: () => now });
  const composite = new CompositeRateLimiter([limiter], { clock: () => now });
  const limitAfterPeriod = () => {
    limiter.succeeded();
    now += 100;
    limiter.succeeded();
    return limiter.limit;
  };
  assert(composite.tryTake());
  assertEquals(limitAfterPeriod(), 10, "what it was asked for it had");
  assertEquals([composite.tryTake(), composite.tryTake()], [true, false]);
  assertEquals(limitAfterPeriod(), 11);
});

Deno.test("AdaptiveRateLimiter.take() is served earlier once the limit has grown, and later once it has shrunk", () =>
  withFakeTime(async (time) => {
    const limiter = new AdaptiveRateLimiter({ max: 100, start: 1, perMs: 1000, increase: 9 }), servedAt: number[] = [];
    limiter.tryTake();
    limiter.take().then(() => servedAt.push(time.now()));
    limiter.take().then(() => servedAt.push(time.now()));
    limiter.succeeded();
    await time.pass(1000);
    limiter.succeeded(); // the first report of the next period: ten a second from now on
    assertEquals(limiter.limit, 10);
    await time.pass(100);
    assertEquals(servedAt, [1000, 1100]);
    await time.pass(900);
    limiter.tryTake();
    limiter.failed(); // in a period of its own, as the last one was good
    limiter.take().then(() => servedAt.push(time.now()));
    await time.pass(1000);
    assertEquals(servedAt.length, 3);
  }));

Deno.test("AdaptiveRateLimiter refuses options and reports out of range", () => {
  const make = (options: object) => () => new AdaptiveRateLimiter({ max: 10, ...options });
  assertThrows(make({ max: 0 }), RangeError, "with max 0");
  assertThrows(make({ min: 11 }), RangeError, "with max 10: expected at least min, which is 11");
  assertThrows(make({ start: 11 }), RangeError, "with start 11");
  assertThrows(make({ decrease: 1 }), RangeError, "with decrease 1");
  assertThrows(make({ increase: 0 }), RangeError, "with increase 0");
  assertThrows(make({ increase: Infinity }), RangeError, "with increase Infinity");
  assertThrows(make({ badRatio: 1 }), RangeError, "with badRatio 1");
  assertThrows(make({ slowMs: 0 }), RangeError, "with slowMs 0");
  assertThrows(() => new AdaptiveRateLimiter({ max: 10 }).succeeded(-1), RangeError, "a latencyMs of -1");
});

Deno.test("AdaptiveRateLimiter grows as long as somebody waits, and to its highest limit at most", () =>
  withFakeTime(async (time) => {
    const limiter = new AdaptiveRateLimiter({ max: 4, start: 1, perMs: 10, burst: 100 });
    assert(limiter.tryTake(100));
    const wait = limiter.take(100), limits: number[] = [];
    for (let period = 0; period < 5; period++) {
      await time.pass(10);
      limiter.succeeded();
      limits.push(limiter.limit);
    }
    assertEquals(limits, [1, 2, 3, 4, 4]);
    await time.pass(1000);
    await wait;
  }));
