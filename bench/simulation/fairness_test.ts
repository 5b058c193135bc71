import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { jainIndex, maxMinFair } from "./fairness.ts";

Deno.test("jainIndex() is 1 for equal parts and 1/n when one has all", () => {
  assertEquals(jainIndex([3, 3, 3]), 1);
  assertEquals(jainIndex([0, 0, 5, 0]), 0.25);
  assertAlmostEquals(jainIndex([1, 2]), 0.9);
});

Deno.test("maxMinFair() gives nobody more than asked for, and those who get less as much as any other", () => {
  assertEquals(maxMinFair([2, 2.6, 4, 5], 10), [2, 2.6, 2.7, 2.7]); // the textbook's example
  assertEquals(maxMinFair([1, 2], 3), [1, 2]);
  assertEquals(maxMinFair([], 0), []);
  const demands = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 20 });
  fc.assert(fc.property(demands, fc.double({ min: 0, max: 1, noNaN: true }), (demands, part) => {
    const total = part * demands.reduce((sum, demand) => sum + demand, 0), fair = maxMinFair(demands, total);
    assertAlmostEquals(fair.reduce((sum, share) => sum + share, 0), total, 1e-9 * (1 + total));
    const most = Math.max(...fair);
    for (const [at, share] of fair.entries()) {
      assert(share <= (demands[at] ?? NaN));
      assert(
        share === demands[at] || share === most,
        "whoever gets less than asked for gets the most that anybody gets",
      );
    }
  }));
});
