import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { mean, standardDeviation, trimmedMean } from "./moments.ts";
import { MICHELSON, numericalAccuracy } from "./testdata/reference_data.ts";

/** Digits in which a result agrees with the certified value, as NIST counts them. */
function digits(actual: number, certified: number): number {
  return actual === certified ? 15 : -Math.log10(Math.abs(actual - certified) / Math.abs(certified));
}

Deno.test("trimmedMean is the mean of the middle", () => {
  assertEquals(trimmedMean([5, 1, 1e9, 3, -1e9, 4, 2, 3], 0.25), 3);
  assertEquals(trimmedMean([1, 2, 6], 0.25), 3, "less than one of three is none");
  assertEquals(trimmedMean([1, 2, 6], 1 / 3), 2);
  assertEquals(trimmedMean([1, 2, 4, 100], 0.25), 3);
});

Deno.test("mean() and standardDeviation() agree with the values that NIST certifies", () => {
  const michelson = MICHELSON.map((speed) => 299 + speed / 1000);
  assert(digits(mean(michelson), 299.8524) > 14);
  assert(digits(standardDeviation(michelson), 0.0790105478190518) > 12); // the input itself has no more
  const numAcc1 = [10000001, 10000003, 10000002];
  assertEquals([mean(numAcc1), standardDeviation(numAcc1)], [10000002, 1]);
});

Deno.test("mean() and standardDeviation() keep their digits where the values are large and close together", () => {
  // NumAcc2, 3 and 4 of NIST; the tenth of a number near 10^7 is itself known to 8 digits only
  for (const [center, deviationDigits] of [[1.2, 13], [1000000.2, 9], [10000000.2, 8]] as const) {
    const values = numericalAccuracy(center);
    assert(digits(mean(values), center) > 13, `mean of ${center}`);
    assert(digits(standardDeviation(values), 0.1) > deviationDigits, `standard deviation around ${center}`);
  }
});

Deno.test("mean() and standardDeviation() need a value, and one alone does not deviate", () => {
  assertThrows(() => mean([]), RangeError, "at least one value is needed");
  assertThrows(() => standardDeviation([]), RangeError, "at least one value is needed");
  assertEquals([mean([5]), standardDeviation([5])], [5, 0]);
});

Deno.test("mean() and standardDeviation() follow shift and scale, whatever the order", () =>
  fc.assert(fc.property(fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 1 }), (values) => {
    const moved = values.map((value) => 1000 - 2 * value).toReversed();
    assertAlmostEquals(mean(moved), 1000 - 2 * mean(values), 1e-6);
    assertAlmostEquals(standardDeviation(moved), 2 * standardDeviation(values), 1e-6);
    assert(mean(values) >= Math.min(...values) - 1e-9 && mean(values) <= Math.max(...values) + 1e-9);
  })));
