import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { regularizedBeta } from "./regularized_beta.ts";

Deno.test("regularizedBeta() agrees with closed forms", () => {
  for (const x of [0.001, 0.1, 0.5, 0.77, 0.999]) {
    assertAlmostEquals(regularizedBeta(x, 1, 1), x, 1e-14); // the uniform distribution
    assertAlmostEquals(regularizedBeta(x, 3, 1), x ** 3, 1e-14);
    assertAlmostEquals(regularizedBeta(x, 0.5, 0.5), 2 / Math.PI * Math.asin(Math.sqrt(x)), 1e-13); // the arcsine distribution
    // at least 2 of 4 tosses: the binomial distribution
    assertAlmostEquals(regularizedBeta(x, 2, 3), 1 - (1 - x) ** 4 - 4 * x * (1 - x) ** 3, 1e-13);
  }
});

Deno.test("regularizedBeta() agrees with SciPy's betainc", () => {
  const references = [
    [0.9, 4.5, 0.5, 0.3434363961379134],
    [0.99, 50, 0.5, 0.3173043978741973],
    [0.5, 12, 13, 0.5805901288986206],
    [0.49, 1000, 1000, 0.1855526594315119],
    [1e-6, 0.5, 2, 0.0014999994999999996],
    [0.9999, 600, 0.5, 0.7290822065000088],
  ] as const;
  for (const [x, a, b, expected] of references) {
    assert(Math.abs(regularizedBeta(x, a, b) / expected - 1) < 1e-11, `I_${x}(${a}, ${b})`);
  }
});

Deno.test("regularizedBeta() is 0 at 0, 1 at 1 and symmetric", () => {
  assertEquals([regularizedBeta(0, 2, 3), regularizedBeta(1, 2, 3)], [0, 1]);
  assertAlmostEquals(regularizedBeta(0.3, 2.5, 7), 1 - regularizedBeta(0.7, 7, 2.5), 1e-13);
});
