import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { MAX_DENOMINATOR, MAX_NUMERATOR, toFraction } from "./fraction.ts";

Deno.test("toFraction() gives back what was divided", () =>
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 100_000 }), (top, bottom) => {
      let [a, b] = [top, bottom];
      while (b > 0) [a, b] = [b, a % b];
      if (top / bottom < 1 / MAX_DENOMINATOR) return;
      assertEquals(toFraction(top / bottom), { numerator: top / a, denominator: bottom / a });
    }),
    { numRuns: 5000 },
  ));

Deno.test("toFraction() comes as close as it says to any number in its range, in lowest terms", () =>
  fc.assert(
    fc.property(fc.double({ min: 1 / MAX_DENOMINATOR, max: MAX_NUMERATOR, noNaN: true }), (value) => {
      const { numerator, denominator } = toFraction(value);
      assert(Number.isInteger(numerator) && numerator >= 1 && numerator <= MAX_NUMERATOR);
      assert(Number.isInteger(denominator) && denominator >= 1 && denominator <= MAX_DENOMINATOR);
      assert(Math.abs(numerator / denominator - value) <= value / MAX_DENOMINATOR, `${numerator} / ${denominator}`);
    }),
    { numRuns: 5000 },
  ));
