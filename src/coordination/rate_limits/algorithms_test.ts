import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { KeyedRateLimiter } from "./keyed_rate_limiter.ts";
import { createRateLimiter, type RateLimiterRecipe } from "./recipe.ts";
import { RateOracle } from "./testdata/rate_oracle.ts";
import { DAY_MS, moves, recipes } from "./testdata/recipes.ts";

const calls = fc.record({ moveMs: moves, n: fc.nat(8), ask: fc.boolean(), key: fc.nat(2) });

Deno.test("Every algorithm grants exactly what a log of all grants allows, whatever the clock does", () =>
  fc.assert(
    fc.property(recipes, fc.array(calls, { maxLength: 80, size: "max" }), (recipe, script) => {
      let wall = 1_000_000, now = 0; // now: the time that the limiter should have
      const limiter = createRateLimiter({ ...recipe, clock: () => wall }), oracle = new RateOracle(recipe);
      for (const call of script) {
        wall += call.moveMs;
        if (call.moveMs > 0) now += call.moveMs;
        const n = call.n % oracle.most + 1, allowed = oracle.allows(n, now);
        assertEquals(limiter.snapshot().available, available(recipe, oracle, now), "available");
        const waitMs = limiter.retryAfterMs(n); // also tells a limiter of a step back
        assertEquals(Math.ceil(waitMs), oracle.readyAt(n, now) - now, "the first whole millisecond");
        if (call.ask) continue;
        assertEquals(limiter.tryTake(n), allowed);
        if (allowed) oracle.grant(n, now);
      }
    }),
    { numRuns: 400 },
  ));

/** A leaky bucket lets go of any number at once, or of none. */
function available(recipe: RateLimiterRecipe, oracle: RateOracle, now: number): number {
  return recipe.algorithm === "leaky_bucket" && oracle.allows(1, now) ? oracle.most : oracle.available(now);
}

Deno.test("Every algorithm's retryAfterMs is exact: a moment earlier fails, then it succeeds, on a clock of fractions too", () =>
  fc.assert(
    fc.property(
      recipes,
      fc.array(fc.record({ ms: fc.double({ min: 0, max: 50, noNaN: true }), n: fc.nat(8) }), {
        maxLength: 40,
        size: "max",
      }),
      (recipe, script) => {
        let wall = 0;
        const limiter = createRateLimiter({ ...recipe, clock: () => wall }), { most } = limiter.snapshot();
        for (const { ms, n: size } of script) {
          wall += ms;
          const n = size % most + 1, waitMs = limiter.retryAfterMs(n), start = wall;
          if (waitMs > 1e-6) {
            wall = start + waitMs - 1e-6;
            assert(!limiter.tryTake(n), `${n} too early`);
          }
          wall = start + waitMs + (waitMs > 0 ? 1e-9 : 0); // what the sums of the test itself round
          assert(limiter.tryTake(n), `${n} in time`);
        }
      },
    ),
  ));

Deno.test("Every algorithm stays within what it promises for a period, taken as fast as it lets", () =>
  fc.assert(fc.property(recipes, fc.array(fc.nat(8), { maxLength: 60, size: "max" }), (recipe, sizes) => {
    let now = 0;
    const limiter = createRateLimiter({ ...recipe, clock: () => now }), oracle = new RateOracle(recipe);
    for (const size of sizes) {
      const n = size % oracle.most + 1;
      now += Math.ceil(limiter.retryAfterMs(n));
      assert(limiter.tryTake(n));
      oracle.grant(n, now);
    }
    const { limit } = recipe, perMs = recipe.perMs ?? 1000, most = oracle.mostInPeriod();
    switch (recipe.algorithm) {
      case "token_bucket":
        return assert(most <= (recipe.burst ?? limit) + limit);
      case "gcra":
        return assert(most <= Math.floor((recipe.toleranceMs ?? 0) * limit / perMs + limit) + 1);
      case "leaky_bucket": // all but the last one have had their time within the period
        return assert(most <= (1 + (recipe.toleranceMs ?? 0) / perMs) * limit + oracle.most);
      case "sliding_log":
        return assert(most <= limit);
      default:
        return assert(most <= 2 * limit);
    }
  })));

Deno.test("SlidingCounter passes the limit by at most the later window's share of what the earlier one took", () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 2, max: 30 }),
      fc.array(fc.record({ ms: fc.nat(20), n: fc.nat(8) }), { maxLength: 60, size: "max" }),
      (limit, perMs, script) => {
        let now = 0;
        const recipe = { algorithm: "sliding_counter" as const, limit, perMs };
        const limiter = createRateLimiter({ ...recipe, clock: () => now });
        const log: { at: number; n: number }[] = [];
        const sum = (from: number, to: number) =>
          log.reduce((total, { at, n }) => total + (at >= from && at < to ? n : 0), 0);
        for (const { ms, n: size } of script) {
          now += ms;
          const n = size % limit + 1;
          if (limiter.tryTake(n)) log.push({ at: now, n });
          const border = Math.floor(now / perMs) * perMs, elapsedMs = now - border;
          const before = sum(border - perMs, border);
          assert(sum(now - perMs + 1, now + 1) * perMs <= limit * perMs + elapsedMs * before);
          assert(sum(border, border + perMs) <= limit, "never within a window of its own");
        }
      },
    ),
  ));

Deno.test("KeyedRateLimiter answers for each key what a limiter of its own would, whatever it has forgotten", () =>
  fc.assert(
    fc.property(recipes, fc.array(calls, { maxLength: 80, size: "max" }), (recipe, script) => {
      let wall = 0;
      const clock = () => wall, keyed = new KeyedRateLimiter<number>({ ...recipe, clock });
      const alone = [0, 1, 2].map(() => createRateLimiter({ ...recipe, clock })), { most } = alone[0]!.snapshot();
      for (const { moveMs, n: size, ask, key } of script) {
        wall += moveMs;
        for (const limiter of alone) limiter.retryAfterMs(); // whose clock must see every step back
        const n = size % most + 1, limiter = alone[key]!;
        assertEquals(keyed.retryAfterMs(key, n), limiter.retryAfterMs(n));
        if (!ask) assertEquals(keyed.tryTake(key, n), limiter.tryTake(n));
      }
    }),
    { numRuns: 300 },
  ));

Deno.test("Every algorithm gives no second burst when its clock goes back by a day, and goes on at its rate", () => {
  for (const algorithm of ["token_bucket", "gcra", "fixed_window", "sliding_log", "sliding_counter"] as const) {
    let wall = 10 * DAY_MS;
    const options = { limit: 10, perMs: 1000, clock: () => wall };
    const limiter = createRateLimiter(
      algorithm === "gcra" ? { algorithm, ...options, toleranceMs: 900 } : { algorithm, ...options },
    );
    assert(limiter.tryTake(10), algorithm);
    for (let step = 0; step < 20; step++) {
      wall += step % 2 === 0 ? -DAY_MS : 0;
      assert(!limiter.tryTake(1), `${algorithm}, step ${step}`);
    }
    wall += 2000;
    assert(limiter.tryTake(10), `${algorithm} goes on`);
    wall += DAY_MS;
    assert(limiter.tryTake(10), `${algorithm}: a day later`);
    assert(!limiter.tryTake(1), `${algorithm}: a day's tokens are not kept`);
  }
});

Deno.test("Every algorithm survives a clock that tells no number, or the end of time", () => {
  for (const algorithm of ["token_bucket", "gcra", "fixed_window", "sliding_log", "sliding_counter"] as const) {
    let wall = NaN;
    const limiter = createRateLimiter({ algorithm, limit: 1, perMs: 1000, clock: () => wall });
    assert(limiter.tryTake());
    for (wall of [NaN, Infinity, -Infinity, 5]) assert(!limiter.tryTake(), `${algorithm} at ${wall}`);
    wall = 2005;
    assert(limiter.tryTake(), algorithm);
  }
});

Deno.test("Every algorithm refuses what it could never grant, and what is no number of tokens", () => {
  const limiter = createRateLimiter({ algorithm: "token_bucket", limit: 5, burst: 3, name: "mail" });
  for (const n of [0, -1, 0.5, 4, NaN, Infinity]) {
    for (const call of [() => limiter.tryTake(n), () => limiter.retryAfterMs(n)]) {
      assertThrows(
        call,
        RangeError,
        `Cannot take ${n} tokens from the token bucket "mail": expected a whole number from 1 to 3`,
      );
    }
  }
  assertEquals(limiter.snapshot().available, 3, "nothing was taken");
});

Deno.test("Every algorithm refuses options out of range, and says which", () => {
  const make = (recipe: object) => () => createRateLimiter({ algorithm: "gcra", limit: 1, ...recipe });
  for (const limit of [0, -1, 1.5, NaN, 2e9]) assertThrows(make({ limit }), RangeError, `with limit ${limit}`);
  for (const perMs of [0, -1, NaN, Infinity]) assertThrows(make({ perMs }), RangeError, `with perMs ${perMs}`);
  assertThrows(make({ limit: 1e6, perMs: 0.5 }), RangeError, "with limit 1000000 in perMs 0.5");
  assertThrows(make({ toleranceMs: -1 }), RangeError, "with toleranceMs -1");
  assertThrows(make({ algorithm: "token_bucket", burst: 0 }), RangeError, "with burst 0");
  assertThrows(make({ algorithm: "leaky_bucket", queue: 0.5 }), RangeError, "with queue 0.5");
  assertThrows(make({ algorithm: "sliding_log", limit: 2e7 }), RangeError, "with limit 20000000");
  assertThrows(make({ algorithm: "luck" }), TypeError, 'of algorithm "luck"');
  assertThrows(() => new KeyedRateLimiter({ algorithm: "gcra", limit: 1, maxKeys: 0 }), RangeError, "with maxKeys 0");
});

Deno.test("Every algorithm is named in what its limiter says of itself, with one state and with one for each key", () => {
  const all = ["token_bucket", "leaky_bucket", "gcra", "fixed_window", "sliding_log", "sliding_counter"] as const;
  for (const algorithm of all) {
    const recipe: RateLimiterRecipe = { algorithm, limit: 1 };
    assertEquals(createRateLimiter(recipe).snapshot().type, algorithm);
    assertEquals(new KeyedRateLimiter(recipe).snapshot().type, `keyed_${algorithm}`);
  }
});
