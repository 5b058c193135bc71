import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { medianInterval } from "./bootstrap.ts";
import { median } from "./quantile.ts";
import { sortSamples } from "./sorted_samples.ts";
import { SELF_AWARENESS } from "./testdata/reference_data.ts";
import { rateOf, Simulation } from "./testdata/simulated.ts";

const RUNS = 300;

/** A quarter of the default: of what is found when the interval is spoilt, nothing is missed with as few. */
const RESAMPLES = 500;

/** Three standard errors of a rate of 0.95, over so many runs. */
const LEAST_COVERAGE = 0.95 - 3 * Math.sqrt(0.95 * 0.05 / RUNS);

/** Share of simulated runs whose interval covers the true median of all processes: 1 by construction. */
function coverage(forks: number, { between, within }: { between: number; within: number }): number {
  const simulation = new Simulation(forks);
  const center = median(sortSamples(Array.from({ length: 50_001 }, () => simulation.duration(1, within))));
  return rateOf(RUNS, () => {
    const levels = Array.from({ length: forks }, () => Math.exp(between * simulation.normal()) / center);
    const run = levels.map((level) => Array.from({ length: 24 }, () => simulation.duration(level, within)));
    const interval = medianInterval(run, { seed: 7, resamples: RESAMPLES });
    return interval !== null && interval.low <= 1 && 1 <= interval.high;
  });
}

Deno.test("medianInterval() covers the true median with few forks, where percentiles as such cover 56 to 81 %", () => {
  for (const forks of [2, 4]) {
    const rate = coverage(forks, { between: 0.03, within: 0.005 });
    assert(rate > LEAST_COVERAGE, `${rate} with ${forks} forks`);
  }
});

Deno.test("medianInterval() covers the true median with more forks, but not because it is boundless", () => {
  assert(coverage(8, { between: 0.01, within: 0.03 }) > LEAST_COVERAGE);
  const rate = coverage(8, { between: 0.03, within: 0.005 });
  assert(rate > LEAST_COVERAGE && rate < 0.99, `${rate}`);
});

Deno.test("medianInterval() covers the median of one process by its samples alone", () => {
  assert(coverage(1, { between: 0, within: 0.03 }) > LEAST_COVERAGE);
});

Deno.test("medianInterval() has the median as its point, whatever forks it came from", () => {
  const values = SELF_AWARENESS;
  for (const forks of [[values], [values.slice(0, 4), values.slice(4)], values.map((value) => [value]), [[], values]]) {
    assertEquals(medianInterval(forks, { seed: 1 })?.point, 262);
  }
});

Deno.test("medianInterval() of one fork agrees with the binomial interval between order statistics", () => {
  // The 5th and the 15th of 19 enclose the median at 98.1 %, the 6th and the 14th at 93.6 %: 151 to 428 and 210 to 376.
  const interval = medianInterval([SELF_AWARENESS], { seed: 1 });
  assert(interval !== null);
  assert(interval.low >= 151 && interval.low <= 210, `${interval.low}`);
  assert(interval.high >= 376 && interval.high <= 428, `${interval.high}`);
});

Deno.test("medianInterval() is reproduced by its seed", () => {
  const forks = [[1, 2, 3.5], [2, 8, 9]];
  assertEquals(medianInterval(forks, { seed: 5 }), medianInterval(forks, { seed: 5 }));
  assertNotEquals(medianInterval(forks, { seed: 5 }), medianInterval(forks, { seed: 6 }));
});

Deno.test("medianInterval() is null with fewer than three values", () => {
  assertEquals(medianInterval([], { seed: 1 }), null);
  assertEquals(medianInterval([[1, 2]], { seed: 1 }), null);
  assertEquals(medianInterval([[1], [], [2]], { seed: 1 }), null);
  assertEquals(medianInterval([[4], [4], [4]], { seed: 1 }), { point: 4, low: 4, high: 4, level: 0.95 });
});

Deno.test("medianInterval() encloses its point even at a level so low that the percentiles do not", () => {
  // The median of these is 52, that of most resamples 51: forks of unequal size are not drawn as often as their values.
  const forks = [[5], [53, 51, 11], [54, 71, 5], [97, 57], [15, 91], [42, 69], [21]];
  assertEquals(medianInterval(forks, { seed: 1, level: 0.02 }), { point: 52, low: 51, high: 52, level: 0.02 });
  const mirrored = forks.map((fork) => fork.map((value) => 100 - value));
  assertEquals(medianInterval(mirrored, { seed: 1, level: 0.02 }), { point: 48, low: 48, high: 49, level: 0.02 });
});

const runs = fc.array(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 6 }), {
  minLength: 1,
  maxLength: 8,
});

Deno.test("medianInterval() encloses its point, grows with its level, and follows shift, scale and mirror", () =>
  fc.assert(
    fc.property(runs, fc.nat(99), (forks, seed) => {
      const [narrow, wide] = [medianInterval(forks, { seed, level: 0.02 }), medianInterval(forks, { seed })];
      const moved = medianInterval(forks.map((fork) => fork.map((value) => 2 * value + 500)), { seed });
      if (narrow === null || wide === null || moved === null) return assertEquals(wide, null);
      assert(wide.low >= 0);
      assert(wide.low <= narrow.low && narrow.low <= narrow.point);
      assert(narrow.point <= narrow.high && narrow.high <= wide.high);
      assertAlmostEquals(moved.high, 2 * wide.high + 500, 1e-6);
      const mirrored = medianInterval(forks.map((fork) => fork.map((value) => -value)), { seed });
      assertAlmostEquals(mirrored?.low ?? NaN, -wide.high, 1e-6);
      if (wide.low === 0) return; // where it was cut off
      assertAlmostEquals(moved.low, 2 * wide.low + 500, 1e-6);
      assertAlmostEquals(mirrored?.high ?? NaN, -wide.low, 1e-6);
    }),
    { numRuns: 25 },
  ));
