import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { rateOf, Simulation } from "../measure/statistics/testdata/simulated.ts";
import { isBimodal } from "./bimodal.ts";

Deno.test("isBimodal() finds two groups of at least two, however they are ordered", () => {
  assertEquals(isBimodal([1, 2, 1.1, 2.1, 1.2, 2], 0.1), true);
  assertEquals(isBimodal([1, 1, 1, 1, 1, 1, 2, 2], 0.1), true);
  assertEquals(isBimodal([1, 1, 1, 1, 1, 1, 1, 2], 0.1), false, "one alone is no group");
  assertEquals(isBimodal([1, 1.1, 1.2, 1.3, 1.4, 1.5], 0.01), false);
  assertEquals(isBimodal([1, 2, 1, 2, 1], 0.1), false, "too few to tell");
  assertEquals(isBimodal([1, 1, 1, 1.01, 1.01, 1.01], 0.1), false, "too narrow to matter");
  assertEquals(isBimodal([1, 1, 1, 1, 1, 1, 1, 1], 0.1), false);
});

Deno.test("isBimodal() says so of eight normal values as rarely as it claims", () => {
  const simulation = new Simulation(4);
  const rate = rateOf(5_000, () => isBimodal(Array.from({ length: 8 }, () => simulation.normal()), 1e-9));
  assert(Math.abs(rate - 0.006) < 0.0035, `${rate}`); // three standard errors
});

Deno.test("isBimodal() follows shift and scale", () =>
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 6, maxLength: 12 }), (values) => {
    assertEquals(isBimodal(values.map((value) => 2 * value - 8), 4), isBimodal(values, 2));
  })));
