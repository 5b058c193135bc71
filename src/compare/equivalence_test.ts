import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { equivalencePValue } from "./equivalence.ts";

/** The threshold whose bound on the log scale is `bound`. */
function thresholdAt(bound: number): number {
  return Math.expm1(bound);
}

Deno.test("equivalencePValue() gives the values of NCSS's example of two yields, as the tests of the R package TOSTER quote them", () => {
  // tests/testthat/test-NCSS1.R: a difference of -8.1153846 within 110 either way; in hundreds, which changes no t.
  const pooled = { effect: -0.081153846, standardError: 0.51114285, degreesOfFreedom: 27 };
  const welch = { effect: -0.081153846, standardError: 0.53618547, degreesOfFreedom: 19.169 };
  assertAlmostEquals(equivalencePValue(pooled, thresholdAt(1.1)), 0.02821, 5e-6);
  assertAlmostEquals(equivalencePValue(welch, thresholdAt(1.1)), 0.03628, 5e-6);
});

Deno.test("equivalencePValue() gives the value of the replication in D. Lakens, Equivalence Tests: A Practical Primer (2017)", () => {
  // Means 5.25 and 5.22, standard deviations 0.95 and 0.83, 95 and 89 persons, bounds of 0.43 standard deviations: t(182) = -2.69, p = 0.004.
  const pooledVariance = (94 * 0.95 ** 2 + 88 * 0.83 ** 2) / 182;
  const standardError = Math.sqrt(pooledVariance * (1 / 95 + 1 / 89));
  const bound = 0.43 * Math.sqrt(pooledVariance);
  assertAlmostEquals((0.03 - bound) / standardError, -2.69, 5e-3);
  const p = equivalencePValue({ effect: 0.03, standardError, degreesOfFreedom: 182 }, thresholdAt(bound));
  assertAlmostEquals(p, 0.004, 5e-4);
});

Deno.test("equivalencePValue() is one half at the threshold, on either side, and more beyond it", () => {
  for (const sign of [-1, 1]) {
    const at = (effect: number) =>
      equivalencePValue({ effect: sign * effect, standardError: 0.02, degreesOfFreedom: 9 }, 0.1);
    assertAlmostEquals(at(Math.log(1.1)), 0.5, 1e-12);
    assert(at(0.2) > 0.99);
  }
});

Deno.test("equivalencePValue() without a standard error is certain", () => {
  const at = (effect: number) => equivalencePValue({ effect, standardError: 0, degreesOfFreedom: 3 }, 0.1);
  assertEquals([at(0), at(0.09), at(Math.log1p(0.1)), at(-0.2)], [0, 0, 1, 1]);
});

Deno.test("equivalencePValue() does not care which side is the baseline, and grows with the effect's size", () =>
  fc.assert(fc.property(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.double({ min: 1e-3, max: 1, noNaN: true }),
    fc.integer({ min: 1, max: 60 }),
    (effect, standardError, degreesOfFreedom) => {
      const p = equivalencePValue({ effect, standardError, degreesOfFreedom }, 0.1);
      assertEquals(equivalencePValue({ effect: -effect, standardError, degreesOfFreedom }, 0.1), p);
      const most = p * (1 + 1e-12); // Student's distribution is as exact as that
      assert(equivalencePValue({ effect: effect / 2, standardError, degreesOfFreedom }, 0.1) <= most);
      assert(equivalencePValue({ effect, standardError, degreesOfFreedom }, 0.2) <= most);
    },
  )));

Deno.test("equivalencePValue() throws for a threshold that is none", () => {
  for (const threshold of [0, -0.1, NaN]) {
    assertThrows(
      () => equivalencePValue({ effect: 0, standardError: 1, degreesOfFreedom: 1 }, threshold),
      RangeError,
      `it is ${threshold}`,
    );
  }
});
