import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { mean } from "../measure/statistics/moments.ts";
import { Simulation } from "../measure/statistics/testdata/simulated.ts";
import { bulkExcessVariance, excessVariance } from "./excess_variance.ts";

/** Thirteen trials of the BCG vaccine (G. Colditz et al., JAMA 271, 1994): cases and others, with vaccine and without. */
const TRIALS = [
  [4, 119, 11, 128],
  [6, 300, 29, 274],
  [3, 228, 11, 209],
  [62, 13536, 248, 12619],
  [33, 5036, 47, 5761],
  [180, 1361, 372, 1079],
  [8, 2537, 10, 619],
  [505, 87886, 499, 87892],
  [29, 7470, 45, 7232],
  [17, 1699, 65, 1600],
  [186, 50448, 141, 27197],
  [5, 2493, 3, 2338],
  [27, 16886, 29, 17825],
].map(([cases = 0, others = 0, casesWithout = 0, othersWithout = 0]) => {
  const [all, allWithout] = [cases + others, casesWithout + othersWithout];
  return {
    effect: Math.log(cases / all / (casesWithout / allWithout)),
    sampling: 1 / cases - 1 / all + 1 / casesWithout - 1 / allWithout,
  };
});

Deno.test("excessVariance() gives what the R package metafor gives for dat.bcg with method PM: 0.3181", () => {
  const center = -0.714968153493; // the weighted mean at that variance: uses up one degree of freedom
  const share = TRIALS.length / (TRIALS.length - 1);
  const deviations = TRIALS.map(({ effect, sampling }) => ({
    squared: (effect - center) ** 2 * share,
    sampling,
    share: 1,
  }));
  assertAlmostEquals(excessVariance(deviations), 0.318068452205, 1e-8);
});

Deno.test("excessVariance() and bulkExcessVariance() are 0 where errors explain all, or nothing is known", () => {
  for (const estimate of [excessVariance, bulkExcessVariance]) {
    assertEquals(estimate([]), 0);
    assertEquals(estimate([{ squared: 1, sampling: 4, share: 1 }]), 0);
    assertEquals(estimate([{ squared: 0, sampling: 0, share: 1 }]), 0);
  }
});

Deno.test("excessVariance() without errors is the mean of the squares over their shares", () => {
  const deviations = [{ squared: 1, sampling: 0, share: 0.5 }, { squared: 4, sampling: 0, share: 0.5 }];
  assertAlmostEquals(excessVariance(deviations), 5, 1e-6);
});

Deno.test("excess variances are found on average, and the bulk's does not follow a fifth that changed", () => {
  const simulation = new Simulation(3);
  const found = Array.from({ length: 300 }, () => {
    const deviations = Array.from({ length: 25 }, () => {
      const sampling = 0.25 + 0.5 * simulation.normal() ** 2;
      return { squared: (Math.sqrt(1 + sampling) * simulation.normal()) ** 2, sampling, share: 1 };
    });
    const changed = deviations.map((deviation, index) => index % 5 === 0 ? { ...deviation, squared: 100 } : deviation);
    return {
      all: excessVariance(deviations),
      bulk: bulkExcessVariance(deviations),
      changed: bulkExcessVariance(changed),
    };
  });
  assertAlmostEquals(mean(found.map(({ all }) => all)), 1, 0.1);
  assertAlmostEquals(mean(found.map(({ bulk }) => bulk)), 1, 0.25);
  assert(mean(found.map(({ changed }) => changed)) < 3, "the mean of the squares is 21");
});

Deno.test("excess variances scale with the squares and fall as errors grow", () => {
  const deviation = fc.record({
    squared: fc.double({ min: 0, max: 100, noNaN: true }),
    sampling: fc.double({ min: 0, max: 10, noNaN: true }),
    share: fc.double({ min: 0.1, max: 2, noNaN: true }),
  });
  fc.assert(fc.property(fc.array(deviation, { minLength: 1, maxLength: 30 }), (deviations) => {
    for (const estimate of [excessVariance, bulkExcessVariance]) {
      const variance = estimate(deviations);
      const scaled = deviations.map((d) => ({ ...d, squared: 4 * d.squared, sampling: 4 * d.sampling }));
      assertAlmostEquals(estimate(scaled), 4 * variance, 1e-6 * Math.max(1, variance));
      assert(estimate(deviations.map((d) => ({ ...d, sampling: d.sampling + 1 }))) <= variance + 1e-9);
    }
  }));
});
