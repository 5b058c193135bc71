import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { findLevelShift } from "./level_shift.ts";
import { NILE } from "./testdata/reference_data.ts";
import { rateOf, Simulation } from "./testdata/simulated.ts";

Deno.test("findLevelShift() finds the change in the Nile's flow where all of the literature finds it", () => {
  // G. Cobb (Biometrika 65, 1978): 28 years on the old level, 1871 to 1898.
  const shift = findLevelShift(NILE);
  assertEquals(shift?.index, 28);
  assertAlmostEquals(shift?.ratio ?? NaN, 0.767, 1e-3); // R: quantile(Nile[29:100], .25) / quantile(Nile[1:28], .25)
});

Deno.test("findLevelShift() finds a compiler's step up and its step back, and by how much", () => {
  const simulation = new Simulation(2);
  const step = (ratio: number) =>
    Array.from({ length: 24 }, (_, i) => simulation.duration(i < 9 ? 100 : 100 * ratio, 0.02));
  for (const ratio of [0.5, 0.85, 1.4]) {
    const shift = findLevelShift(step(ratio));
    assert(shift !== null && Math.abs(shift.index - 9) <= 1, `${shift?.index}`);
    assertAlmostEquals(shift.ratio, ratio, 0.03);
  }
});

Deno.test("findLevelShift() takes one level for two in at most 1 % of the cases, however noisy it is", () => {
  const simulation = new Simulation(7);
  for (const spread of [0.02, 0.5]) {
    const rate = rateOf(
      1_500,
      () => findLevelShift(Array.from({ length: 24 }, () => simulation.duration(100, spread))) !== null,
    );
    assert(rate < 0.018, `${rate}`); // three standard errors above
  }
});

Deno.test("findLevelShift() does not mind a few wild values", () => {
  assertEquals(findLevelShift(Array.from({ length: 24 }, (_, i) => i >= 18 && i < 22 ? 900 : 100 + i % 3)), null);
});

Deno.test("findLevelShift() does not tell small changes, and none among few values", () => {
  const step = (count: number, ratio: number) =>
    Array.from({ length: count }, (_, i) => i < count / 2 ? 100 : 100 * ratio);
  assertEquals(findLevelShift(step(24, 1.09)), null);
  assertEquals(findLevelShift(step(24, 1.11))?.index, 12);
  assertEquals(findLevelShift(step(14, 5)), null);
  assertEquals(findLevelShift(step(16, 5))?.index, 8);
  assertEquals(findLevelShift(step(24, 0)), null, "no ratio to 0");
  assertEquals(findLevelShift([]), null);
  assertEquals(findLevelShift([1]), null);
  assertEquals(findLevelShift(Array(50).fill(7)), null);
});

Deno.test("findLevelShift() takes slow drift for drift", () => {
  assertEquals(findLevelShift(Array.from({ length: 24 }, (_, i) => 100 + i / 2)), null);
});

Deno.test("findLevelShift() finds the same shift backwards, in any unit", () => {
  const ns = fc.integer({ min: 100, max: 110 });
  const pairs = fc.array(fc.tuple(ns, ns), { minLength: 10, maxLength: 15 });
  fc.assert(fc.property(pairs, fc.integer({ min: 2, max: 5 }), (levels, factor) => {
    const values = [...levels.map(([before]) => before), ...levels.map(([, after]) => after * factor)];
    const shift = findLevelShift(values);
    assert(shift !== null && shift.ratio > 1.5);
    const backwards = findLevelShift(values.toReversed().map((value) => value / 1024));
    assertEquals([shift.index, backwards?.index], [levels.length, levels.length]);
    assertAlmostEquals((backwards?.ratio ?? NaN) * shift.ratio, 1, 1e-9);
  }));
});
