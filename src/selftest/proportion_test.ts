import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { boundWithoutSuccess, proportion } from "./proportion.ts";

Deno.test("proportion() is what R's binom.test() says", () => {
  // R 4.2: binom.test(7, 20), binom.test(0, 100), binom.test(682, 925); with n of n the lower end is (tail)^(1/n).
  const cases = [
    [7, 20, 0.95, 0.1539092, 0.5921885],
    [0, 100, 0.95, 0, 0.03621669],
    [100, 100, 0.99, 0.005 ** 0.01, 1],
    [682, 925, 0.95, 0.7076683, 0.7654066],
  ] as const;
  for (const [successes, trials, level, low, high] of cases) {
    const found = proportion(successes, trials, level);
    assertAlmostEquals(found.point, successes / trials);
    assertAlmostEquals(found.low, low, 1e-6, `${successes} of ${trials}`);
    assertAlmostEquals(found.high, high, 1e-6, `${successes} of ${trials}`);
  }
});

Deno.test("proportion() refuses what is none", () => {
  assertThrows(() => proportion(0, 0), RangeError);
  assertThrows(() => proportion(3, 2), RangeError);
  assertThrows(() => proportion(NaN, 2), RangeError);
});

Deno.test("boundWithoutSuccess() is close to three over the number of trials", () => {
  assertAlmostEquals(boundWithoutSuccess(100), 0.0295, 1e-4);
  assertAlmostEquals(boundWithoutSuccess(1), 0.95, 1e-12);
  assertEquals(boundWithoutSuccess(0), 1);
});
