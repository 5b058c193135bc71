import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { exceedanceP } from "./rank_sum.ts";
import { rateOf, Simulation } from "./testdata/simulated.ts";

Deno.test("exceedanceP() gives the p-value of Brunner and Munzel's own example", () => {
  // Pain scores after laparoscopic surgery: the paper, and SciPy's brunnermunzel, have p = 0.005786 on two sides.
  const treated = [1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1, 1];
  const untreated = [3, 3, 4, 3, 1, 2, 3, 1, 1, 5, 4];
  assertAlmostEquals(exceedanceP(untreated, treated), 0.0028931043330757346, 1e-12);
  assertAlmostEquals(exceedanceP(treated, untreated), 0.9971068956669242, 1e-12);
});

Deno.test("exceedanceP() is certain of sets that do not overlap", () => {
  assertEquals(exceedanceP([3, 4], [1, 2]), 0);
  assertEquals(exceedanceP([1, 2], [3, 4]), 1);
  assertEquals(exceedanceP([1, 1, 1], [1, 1, 1]), 1);
});

Deno.test("exceedanceP() errs as often as it is allowed to, even if the spreads differ", () => {
  const simulation = new Simulation(8);
  const draw = (count: number, spread: number) => Array.from({ length: count }, () => spread * simulation.normal());
  for (const [first, second] of [[1, 1], [1, 5], [5, 1]] as const) {
    const rate = rateOf(1_500, () => exceedanceP(draw(24, first), draw(12, second)) < 0.05);
    assert(rate > 0.03 && rate < 0.075, `${rate} with spreads ${first} and ${second}`);
  }
});

Deno.test("exceedanceP() depends on ranks alone, and turns around with its arguments", () => {
  const values = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 2, maxLength: 12 });
  fc.assert(fc.property(values, values, (left, right) => {
    const p = exceedanceP(left, right);
    assertAlmostEquals(exceedanceP(left.map((value) => value ** 3), right.map((value) => value ** 3)), p, 1e-12);
    assertAlmostEquals(exceedanceP(left.toReversed(), right), p, 1e-12);
    const opposite = exceedanceP(right, left);
    // two sets with nothing between them to tell them apart are no evidence in either direction
    if (p !== 1 || opposite !== 1) assertAlmostEquals(p + opposite, 1, 1e-9);
  }));
});
