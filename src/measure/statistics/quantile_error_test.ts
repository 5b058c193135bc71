import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { estimateQuantile } from "./quantile_error.ts";
import { standardDeviation } from "./moments.ts";
import { sortSamples } from "./sorted_samples.ts";
import { SELF_AWARENESS } from "./testdata/reference_data.ts";
import { Simulation } from "./testdata/simulated.ts";

Deno.test("estimateQuantile() agrees with the same formula in SciPy's betainc", () => {
  const values = sortSamples(SELF_AWARENESS);
  const median = estimateQuantile(values, 0.5);
  assertEquals(median.point, 262);
  assertAlmostEquals(median.standardError, 41.93067928072795, 1e-8);
  const quartile = estimateQuantile(values, 0.25);
  assertEquals(quartile.point, 180.5);
  assertAlmostEquals(quartile.standardError, 56.28452507955333, 1e-8);
});

Deno.test("estimateQuantile() tells by how much a quantile varies from sample to sample, or somewhat more", () => {
  const simulation = new Simulation(4);
  const estimates = Array.from({ length: 1_500 }, () => {
    const samples = sortSamples(Array.from({ length: 24 }, () => simulation.duration(100, 0.03)));
    return estimateQuantile(samples, 0.25);
  });
  const actual = standardDeviation(estimates.map(({ point }) => point));
  const told = estimates.reduce((sum, { standardError }) => sum + standardError, 0) / estimates.length;
  assert(told > actual && told < 1.3 * actual, `told ${told}, actual ${actual}`);
});

Deno.test("estimateQuantile() does not look at values far from the quantile", () => {
  const calm = estimateQuantile(sortSamples([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]), 0.25);
  const wild = estimateQuantile(sortSamples([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 1e4]), 0.25);
  assertAlmostEquals(wild.standardError, calm.standardError, 0.1);
});

Deno.test("estimateQuantile() has no error where all values are equal, however large they are", () => {
  assertEquals(estimateQuantile(sortSamples([1e9, 1e9, 1e9]), 0.25), { point: 1e9, standardError: 0 });
});
