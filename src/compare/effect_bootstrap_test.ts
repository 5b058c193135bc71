/** The closed form of the standard error, held against the hierarchical bootstrap: where they agree, and where they do not. */

import { assert, assertAlmostEquals } from "@std/assert";
import { createRandom, type Random } from "../measure/random.ts";
import { mean, standardDeviation } from "../measure/statistics/moments.ts";
import { quantile } from "../measure/statistics/quantile.ts";
import { sortSamples } from "../measure/statistics/sorted_samples.ts";
import { studentTQuantile } from "../measure/statistics/student_t.ts";
import { Simulation } from "../measure/statistics/testdata/simulated.ts";
import { effectOf } from "./effect.ts";
import { spreadOf } from "./spread.ts";

type Runs = readonly (readonly number[])[];

const RESAMPLES = 3_000;

/** Drift that is not known beforehand: all that is known are the values. */
const NO_DRIFT = { perRun: { value: 0, degreesOfFreedom: 0 }, levelShare: 0 };

function simulatedRuns(simulation: Simulation, runs: number, forks: number): Runs {
  return Array.from({ length: runs }, () => {
    const level = runs > 1 ? 0.03 * simulation.normal() : 0;
    return Array.from({ length: forks }, () => level + 0.05 * simulation.normal());
  });
}

function closedForm(baseline: Runs, current: Runs, drift = NO_DRIFT) {
  const spread = (runs: Runs) =>
    spreadOf(runs.map((logs, run) => ({ run, processes: logs.map((log, fork) => ({ fork, log })) })));
  const effect = effectOf({ baseline: spread(baseline), current: spread(current) }, drift);
  assert(effect !== null);
  return effect;
}

function resampled<Item>(random: Random, items: readonly Item[]): Item[] {
  return items.flatMap(() => items.slice(random.nextInt(items.length)).slice(0, 1));
}

/** Differences of the sides' means, runs drawn with replacement and, if asked for, forks within each drawn run. */
function bootstrap(baseline: Runs, current: Runs, withForks: boolean): number[] {
  const random = createRandom(9);
  const side = (runs: Runs) => {
    const drawn = runs.length === 1 ? runs : resampled(random, runs);
    return mean(drawn.map((forks) => mean(withForks ? resampled(random, forks) : forks)));
  };
  return Array.from({ length: RESAMPLES }, () => side(current) - side(baseline));
}

Deno.test("one run a side: the bootstrap of forks has the closed form's error, less the factor (n - 1) / n of its variance", () => {
  const simulation = new Simulation(1);
  for (const forks of [8, 30]) {
    const [baseline, current] = [simulatedRuns(simulation, 1, forks), simulatedRuns(simulation, 1, forks)];
    const expected = closedForm(baseline, current).standardError * Math.sqrt((forks - 1) / forks);
    const found = standardDeviation(bootstrap(baseline, current, true));
    assertAlmostEquals(found / expected, 1, 0.05); // the bootstrap's own error is 1.3 %
  }
});

Deno.test("one run a side of many forks: the bootstrap's percentiles are the ends of Student's interval", () => {
  const simulation = new Simulation(2);
  const [baseline, current] = [simulatedRuns(simulation, 1, 40), simulatedRuns(simulation, 1, 40)];
  const { effect, standardError, degreesOfFreedom } = closedForm(baseline, current);
  const values = sortSamples(bootstrap(baseline, current, true));
  for (const p of [0.025, 0.975]) {
    const end = effect + studentTQuantile(p, degreesOfFreedom) * standardError;
    assertAlmostEquals(quantile(values, p), end, 0.15 * standardError);
  }
});

Deno.test("several runs a side: the bootstrap of runs agrees; that of forks within them counts their noise twice", () => {
  const simulation = new Simulation(3);
  const [baseline, current] = [simulatedRuns(simulation, 12, 4), simulatedRuns(simulation, 12, 4)];
  const between = (runs: Runs) => standardDeviation(runs.map((forks) => mean(forks))) ** 2 / runs.length;
  const ofRuns = Math.sqrt(between(baseline) + between(current));
  const byRuns = standardDeviation(bootstrap(baseline, current, false));
  assertAlmostEquals(byRuns / (ofRuns * Math.sqrt(11 / 12)), 1, 0.05);
  assert(standardDeviation(bootstrap(baseline, current, true)) > 1.1 * byRuns);
  const drift = { perRun: { value: 0.03 ** 2, degreesOfFreedom: 4 }, levelShare: 0 };
  assertAlmostEquals(closedForm(baseline, current, drift).standardError / ofRuns, 1, 0.2); // it leans on the forks as well
});
