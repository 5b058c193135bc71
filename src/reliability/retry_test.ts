import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { backoffDelayMs, type BackoffOptions, MAX_DELAY_MS, retryPolicy } from "./retry.ts";

Deno.test("retryPolicy() applies defaults and refuses what is out of range", () => {
  assertEquals(retryPolicy({ maxRetries: 2 }), {
    maxRetries: 2,
    initialDelayMs: 100,
    base: 2,
    jitter: true,
    maxDelayMs: 60_000,
  });
  const wrong: [keyof BackoffOptions, number[]][] = [
    ["maxRetries", [-1, 0.5, NaN, Infinity]],
    ["initialDelayMs", [-1, NaN, Infinity]],
    ["base", [0.5, NaN, Infinity]],
    ["maxDelayMs", [-1, NaN, MAX_DELAY_MS + 1]],
  ];
  for (const [name, values] of wrong) {
    for (const value of values) {
      assertThrows(() => retryPolicy({ maxRetries: 1, [name]: value }), RangeError, `retry.${name}: wanted`);
    }
  }
});

Deno.test("retryPolicy() refuses texts, and backoffDelayMs() random numbers that would lead past the cap", () => {
  // @ts-expect-error: a text
  assertThrows(() => retryPolicy({ maxRetries: 1, maxDelayMs: "5" }), RangeError, 'from 0 to 60000, found "5"');
  const policy = retryPolicy({ maxRetries: 1 });
  for (const luck of [-1, 1, 2, NaN]) {
    assertThrows(() => backoffDelayMs(policy, 1, () => luck), RangeError, `random number in [0, 1), found ${luck}`);
  }
});

Deno.test("backoffDelayMs() grows by the base up to the cap, and jitter takes at most half away", () =>
  fc.assert(
    fc.property(
      fc.record({
        initialDelayMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
        base: fc.double({ min: 1, max: 1e3, noNaN: true }),
        maxDelayMs: fc.double({ min: 0, max: MAX_DELAY_MS, noNaN: true }),
      }),
      fc.integer({ min: 1, max: 1_000 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (options, retry, luck) => {
        const plain = retryPolicy({ maxRetries: 1, ...options, jitter: false });
        const full = backoffDelayMs(plain, retry, () => luck);
        assert(full >= 0 && full <= options.maxDelayMs);
        assert(full <= backoffDelayMs(plain, retry + 1, () => luck));
        const spread = backoffDelayMs({ ...plain, jitter: true }, retry, () => luck);
        assert(spread >= full / 2 && spread <= full);
      },
    ),
  ));
