import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { MAX_CAPACITY, toUnits, unitsPerWhole } from "./units.ts";

Deno.test("toUnits() gives every decimal of six places its own integer", () =>
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 * 1_000_000 }), (millionths) => {
      assertEquals(toUnits(Number(`${millionths}e-6`), 1_000_000), millionths);
    }),
    { numRuns: 10_000 },
  ));

Deno.test("toUnits() rounds down, so that n shares of 1/n fit", () => {
  for (let n = 1; n <= 1000; n++) assert(toUnits(1 / n, 1_000_000) * n <= 1_000_000, `1/${n}`);
});

Deno.test("toUnits() never gives a larger amount fewer units", () => {
  const amount = fc.double({ min: 0, max: 1e9, noNaN: true });
  fc.assert(fc.property(amount, amount, (a, b) => {
    assert(toUnits(Math.min(a, b), 1_000_000) <= toUnits(Math.max(a, b), 1_000_000));
  }));
});

Deno.test("unitsPerWhole() keeps the units of any capacity a safe integer", () =>
  fc.assert(fc.property(fc.double({ min: 0, max: MAX_CAPACITY, noNaN: true }), (capacity) => {
    assert(Number.isSafeInteger(toUnits(capacity, unitsPerWhole(capacity))));
  })));
