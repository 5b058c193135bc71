import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { benjaminiHochberg, holm } from "./multiplicity.ts";

/** The 15 tests of the example in Y. Benjamini and Y. Hochberg (1995), section 3.2, out of order and with one test missing. */
const EXAMPLE = [
  ...[0.759, 0.0001, 0.0201, 0.0004, 1, 0.0019, null, 0.6528],
  ...[0.0095, 0.0278, 0.5719, 0.0298, 0.0344, 0.4262, 0.0459, 0.324],
];

function assertAdjusted(actual: readonly (number | null)[], expected: readonly (number | null)[]): void {
  assertEquals(actual.length, expected.length);
  for (const [index, value] of expected.entries()) {
    const found = actual[index] ?? null;
    if (value === null || found === null) assertEquals(found, value);
    else assertAlmostEquals(found, value, 1e-12);
  }
}

Deno.test("benjaminiHochberg() gives R's p.adjust values for the example of its paper, where 4 of 15 are found at 0.05", () => {
  const adjusted = benjaminiHochberg(EXAMPLE);
  assertEquals(adjusted.filter((p) => p !== null && p <= 0.05).length, 4);
  assertAdjusted(adjusted, [
    ...[0.8132142857142857, 0.0015, 0.0603, 0.003, 1, 0.0095, null, 0.7532307692307693],
    ...[0.035625, 0.06385714285714286, 0.714875, 0.06385714285714286, 0.0645, 0.5811818181818183, 0.0765, 0.486],
  ]);
});

Deno.test("holm() gives R's p.adjust values for the same example, where 3 of 15 are found at 0.05", () => {
  const adjusted = holm(EXAMPLE);
  assertEquals(adjusted.filter((p) => p !== null && p <= 0.05).length, 3);
  assertAdjusted(adjusted, [
    ...[1, 0.0015, 0.2211, 0.0056, 1, 0.0247, null, 1],
    ...[0.114, 0.278, 1, 0.278, 0.278, 1, 0.3213, 1],
  ]);
});

Deno.test("adjusted p-values of no tests, of one, and of equal ones", () => {
  for (const adjust of [holm, benjaminiHochberg]) {
    assertEquals(adjust([]), []);
    assertEquals(adjust([null, null]), [null, null]);
    assertEquals(adjust([null, 0.03]), [null, 0.03]);
  }
  assertEquals(benjaminiHochberg([0.25, 0.25]), [0.25, 0.25]);
  assertEquals(holm([0.25, 0.25]), [0.5, 0.5]);
});

Deno.test("adjusted p-values keep the order, are never smaller than before, and Holm's never smaller than Benjamini and Hochberg's", () =>
  fc.assert(
    fc.property(fc.array(fc.option(fc.double({ min: 0, max: 1, noNaN: true })), { maxLength: 40 }), (pValues) => {
      const [byHolm, byHochberg] = [holm(pValues), benjaminiHochberg(pValues)];
      for (const [i, p] of pValues.entries()) {
        const [strict, lenient] = [byHolm[i] ?? null, byHochberg[i] ?? null];
        if (p === null || strict === null || lenient === null) {
          assertEquals([strict, lenient], [p, p]);
          continue;
        }
        assert(p <= lenient && lenient <= strict && strict <= 1);
        for (const [j, other] of pValues.entries()) {
          if (other !== null && other >= p) assert((byHolm[j] ?? 0) >= strict && (byHochberg[j] ?? 0) >= lenient);
        }
      }
    }),
  ));

Deno.test("holm() and benjaminiHochberg() throw for what is no probability", () => {
  for (const adjust of [holm, benjaminiHochberg]) {
    for (const p of [-0.1, 1.1, NaN]) assertThrows(() => adjust([0.5, p]), RangeError, `one is ${p}`);
  }
});
