import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { mean } from "./moments.ts";
import { meanInterval, studentT, studentTQuantile } from "./student_t.ts";
import { SLEEP_DIFFERENCES } from "./testdata/reference_data.ts";
import { rateOf, Simulation } from "./testdata/simulated.ts";

Deno.test("studentTQuantile() agrees with the table of the NIST/SEMATECH handbook, 1.3.6.7.2", () => {
  const table = [[1, 12.706, 63.657], [2, 4.303, 9.925], [5, 2.571, 4.032], [10, 2.228, 3.169], [30, 2.042, 2.750]];
  for (const [freedom = 0, p975, p995] of table) {
    assertAlmostEquals(studentTQuantile(0.975, freedom), p975 ?? 0, 5e-4);
    assertAlmostEquals(studentTQuantile(0.995, freedom), p995 ?? 0, 5e-4);
  }
});

Deno.test("studentTQuantile() agrees with R's qt and SciPy's t.ppf in ten digits", () => {
  const references = [
    [0.975, 1, 12.706204736174694],
    [0.975, 4, 2.7764451051977934],
    [0.995, 4, 4.604094871349992],
    [0.9, 2.5, 1.7302509288071766],
    [0.95, 10_000, 1.645006018069243],
    [0.9995, 3, 12.923978636687961],
    [0.6, 7, 0.2631668613520229],
    [0.025, 9, -2.2621571627982053],
  ] as const;
  for (const [p, freedom, expected] of references) {
    assert(Math.abs(studentTQuantile(p, freedom) / expected - 1) < 1e-10, `quantile ${p} with ${freedom}`);
  }
  assertAlmostEquals(studentTQuantile(0.5, 3), 0, 1e-12);
});

Deno.test("studentT() agrees with SciPy's t.cdf", () => {
  assertAlmostEquals(studentT(0, 5), 0.5, 1e-14);
  assertAlmostEquals(studentT(1, 1), 0.75, 1e-13); // arctan 1 / pi + 1/2
  assertAlmostEquals(studentT(2.5, 4), 0.966616727594006, 1e-13);
  assertAlmostEquals(studentT(-3.2, 7.5), 0.006867576931204133, 1e-13);
});

Deno.test("studentTQuantile() is the inverse of studentT()", () =>
  fc.assert(fc.property(
    fc.double({ min: 0.001, max: 0.999, noNaN: true }),
    fc.integer({ min: 1, max: 200 }),
    (p, freedom) => assertAlmostEquals(studentT(studentTQuantile(p, freedom), freedom), p, 1e-9),
  )));

Deno.test("studentTQuantile() throws for arguments out of range", () => {
  for (const p of [0, 1, NaN]) assertThrows(() => studentTQuantile(p, 3), RangeError, `it is ${p}`);
  for (const freedom of [0.5, NaN]) assertThrows(() => studentTQuantile(0.9, freedom), RangeError, `it is ${freedom}`);
});

Deno.test("meanInterval() gives what R's t.test gives for Student's own data", () => {
  const interval = meanInterval(SLEEP_DIFFERENCES, 0.95);
  assert(interval !== null);
  assertAlmostEquals(interval.point, -1.58, 1e-12);
  assertAlmostEquals(interval.low, -2.4598857632769824, 1e-9);
  assertAlmostEquals(interval.high, -0.7001142367230176, 1e-9);
  assertEquals(interval.level, 0.95);
});

Deno.test("meanInterval() is null for one value and a point for equal ones", () => {
  assertEquals(meanInterval([3], 0.95), null);
  assertEquals(meanInterval([3, 3, 3], 0.95), { point: 3, low: 3, high: 3, level: 0.95 });
});

Deno.test("meanInterval() covers the true mean as often as its level says, with two values or ten", () => {
  const simulation = new Simulation(1);
  for (const count of [2, 3, 10]) {
    const coverage = rateOf(2_000, () => {
      const interval = meanInterval(Array.from({ length: count }, () => 7 + simulation.normal()), 0.95);
      return interval !== null && interval.low <= 7 && 7 <= interval.high;
    });
    assert(Math.abs(coverage - 0.95) < 0.015, `${coverage} with ${count} values`); // three standard errors of the rate
  }
});

Deno.test("meanInterval() follows shift and scale and grows with its level", () =>
  fc.assert(fc.property(fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 2, maxLength: 9 }), (values) => {
    const [narrow, wide] = [meanInterval(values, 0.9), meanInterval(values, 0.99)];
    const moved = meanInterval(values.map((value) => 3 * value + 1), 0.9);
    assert(narrow !== null && wide !== null && moved !== null);
    assert(wide.low <= narrow.low && narrow.high <= wide.high);
    assertAlmostEquals(narrow.point, mean(values));
    assertAlmostEquals(moved.low, 3 * narrow.low + 1, 1e-6);
    assertAlmostEquals(moved.high, 3 * narrow.high + 1, 1e-6);
  })));
