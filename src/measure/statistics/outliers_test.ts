import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { tukeyOutliers } from "./outliers.ts";
import { sortSamples } from "./sorted_samples.ts";
import { MICHELSON } from "./testdata/reference_data.ts";

Deno.test("tukeyOutliers() tells mild from extreme and low from high, and a fence is no outlier", () => {
  // With one value below and one above them their quartiles are 3 and 7: the inner fences -3 and 13, the outer ones -9 and 19.
  const inside = [1, 2, 3, 3.5, 4, 5, 6, 6.5, 7, 8, 9];
  const count = (below: number, above: number) => tukeyOutliers(sortSamples([...inside, below, above]));
  assertEquals(count(-3, 13), { lowExtreme: 0, lowMild: 0, highMild: 0, highExtreme: 0 });
  assertEquals(count(-3.1, 13.1), { lowExtreme: 0, lowMild: 1, highMild: 1, highExtreme: 0 });
  assertEquals(count(-9, 19), { lowExtreme: 0, lowMild: 1, highMild: 1, highExtreme: 0 });
  assertEquals(count(-9.1, 19.1), { lowExtreme: 1, lowMild: 0, highMild: 0, highExtreme: 1 });
});

Deno.test("tukeyOutliers() finds what a box plot of Michelson's data shows", () => {
  // quartiles 807.5 and 892.5 (R: summary(morley)): inner fences 680 and 1020; 620, 650 and 1070 lie beyond
  assertEquals(tukeyOutliers(sortSamples(MICHELSON)), { lowExtreme: 0, lowMild: 2, highMild: 1, highExtreme: 0 });
});

Deno.test("tukeyOutliers() finds none among equal or few values", () => {
  const none = { lowExtreme: 0, lowMild: 0, highMild: 0, highExtreme: 0 };
  assertEquals(tukeyOutliers(sortSamples([5])), none);
  assertEquals(tukeyOutliers(sortSamples([5, 5, 5, 5, 5])), none);
  assertEquals(tukeyOutliers(sortSamples([1, 2, 1e9])), none);
});

Deno.test("tukeyOutliers() does not change with shift and scale, and swaps sides in the mirror", () =>
  fc.assert(fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1 }), (values) => {
    const found = tukeyOutliers(sortSamples(values));
    assertEquals(tukeyOutliers(sortSamples(values.map((value) => 4 * value + 64))), found);
    assertEquals(tukeyOutliers(sortSamples(values.map((value) => -value))), {
      lowExtreme: found.highExtreme,
      lowMild: found.highMild,
      highMild: found.lowMild,
      highExtreme: found.lowExtreme,
    });
  })));
