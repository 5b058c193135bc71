import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { median, medianAbsoluteDeviation, quantile } from "./quantile.ts";
import { sortSamples } from "./sorted_samples.ts";
import { MICHELSON } from "./testdata/reference_data.ts";

const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 30 });
const probability = fc.double({ min: 0, max: 1, noNaN: true });

Deno.test("quantile() gives what R gives by default", () => {
  // R: quantile(morley$Speed, c(0, .25, .5, .75, .95, .99, 1)), the five of them that summary(morley) prints among them
  const speeds = sortSamples(MICHELSON);
  const published = { 0: 620, 0.25: 807.5, 0.5: 850, 0.75: 892.5, 0.95: 980, 0.99: 1000.7, 1: 1070 };
  for (const [p, expected] of Object.entries(published)) {
    assertAlmostEquals(quantile(speeds, Number(p)), expected, 1e-9);
  }
  // R: quantile(1:10, c(.25, .9)) by type 7, the only one of the nine that gives 3.25 and 9.1
  const ten = sortSamples([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assertAlmostEquals(quantile(ten, 0.25), 3.25, 1e-12);
  assertAlmostEquals(quantile(ten, 0.9), 9.1, 1e-12);
});

Deno.test("median() of an even number of values is the mean of the two in the middle", () => {
  assertEquals(median(sortSamples([4, 1, 3, 2])), 2.5);
  assertEquals(median(sortSamples([7])), 7);
});

Deno.test("medianAbsoluteDeviation() gives what R's mad(constant = 1) gives", () => {
  assertEquals(medianAbsoluteDeviation(sortSamples([1, 2, 3, 4, 5, 6, 7, 8, 9])), 2); // R's own example: mad(c(1:9)) = 2.9652
  assertEquals(medianAbsoluteDeviation(sortSamples(MICHELSON)), 45);
});

Deno.test("quantile() throws without samples and for a p outside [0, 1]", () => {
  assertThrows(() => quantile(sortSamples([]), 0.5), RangeError, "at least one sample is needed");
  for (const p of [-0.01, 1.01, NaN]) {
    assertThrows(() => quantile(sortSamples([1]), p), RangeError, `p must lie in [0, 1], it is ${p}`);
  }
});

Deno.test("quantile() grows with p, stays within the samples and does not depend on their order", () =>
  fc.assert(fc.property(values, probability, probability, (list, p, q) => {
    const samples = sortSamples(list);
    const [low, high] = [quantile(samples, Math.min(p, q)), quantile(samples, Math.max(p, q))];
    assert(low <= high && low >= Math.min(...list) && high <= Math.max(...list));
    assertEquals(quantile(sortSamples(list.toReversed()), p), quantile(samples, p));
  })));

Deno.test("quantile() and medianAbsoluteDeviation() follow shift and scale", () =>
  fc.assert(fc.property(values, probability, fc.integer({ min: -50, max: 50 }), (list, p, shift) => {
    const samples = sortSamples(list);
    const moved = sortSamples(list.map((value) => 4 * value + shift));
    assertAlmostEquals(quantile(moved, p), 4 * quantile(samples, p) + shift, 1e-9);
    assertEquals(medianAbsoluteDeviation(moved), 4 * medianAbsoluteDeviation(samples));
    // a mirror image has its quantiles at the other end
    assertAlmostEquals(quantile(sortSamples(list.map((value) => -value)), p), -quantile(samples, 1 - p), 1e-9);
  })));
