import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { effectOf } from "./effect.ts";
import type { RunCosts } from "./log_costs.ts";
import { moderated, pooledVariance, spreadOf, sumOfVariances } from "./spread.ts";

/** The data of Student (1908), R's `sleep`. */
const SLEEP = {
  first: [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2],
  second: [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
};

function costs(...runs: readonly (readonly number[])[]): RunCosts[] {
  return runs.map((logs, run) => ({ run, processes: logs.map((log, fork) => ({ fork, log })) }));
}

Deno.test("effectOf() without drift is R's t.test(extra ~ group, data = sleep), Welch's", () => {
  const spreads = { baseline: spreadOf(costs(SLEEP.second)), current: spreadOf(costs(SLEEP.first)) };
  const effect = effectOf(spreads, { perRun: { value: 0, degreesOfFreedom: 0 }, levelShare: 0 });
  assert(effect !== null);
  assertAlmostEquals(effect.effect, -1.58, 1e-12);
  assertAlmostEquals(effect.effect / effect.standardError, -1.86081346748685, 1e-12);
  assertAlmostEquals(effect.degreesOfFreedom, 17.7764735161785, 1e-10);
  assertEquals(effect.runSd, 0);
});

Deno.test("effectOf() counts each source of variation at its own level: more processes do not take the runs' drift away", () => {
  const drift = { perRun: { value: 0.02 ** 2, degreesOfFreedom: 11 }, levelShare: 0 };
  const run = (count: number) =>
    spreadOf(costs(Array.from({ length: count }, (_, index) => index % 2 === 0 ? 0.03 : -0.03)));
  const [few, many] = [8, 8000].map((count) => effectOf({ baseline: run(count), current: run(count) }, drift));
  assert(few !== null && few !== undefined && many !== null && many !== undefined);
  assert(many.standardError < few.standardError);
  assertAlmostEquals(many.standardError, 0.02 * Math.SQRT2, 1e-4);
  assertAlmostEquals(many.runSd, 0.02, 1e-12);
  assertAlmostEquals(many.degreesOfFreedom, 11, 0.1);
});

Deno.test("effectOf() carries how uncertain the host's level is", () => {
  const side = spreadOf(costs([0, 0, 0]));
  const errorWith = (levelShare: number) => {
    const drift = { perRun: { value: 0.02 ** 2, degreesOfFreedom: 11 }, levelShare };
    return effectOf({ baseline: side, current: side }, drift)?.standardError ?? 0;
  };
  assertAlmostEquals(errorWith(0), 0.02 * Math.SQRT2, 1e-12);
  assertAlmostEquals(errorWith(1 / 8), 0.02 * Math.sqrt(2 * 9 / 8), 1e-12); // that of eight references, which are off themselves
});

Deno.test("effectOf() gives the runs' own spread the weight of its degrees of freedom", () => {
  const side = (...means: number[]) => spreadOf(costs(...means.map((mean) => [mean - 0.01, mean + 0.01])));
  const drift = { perRun: { value: 0.01 ** 2, degreesOfFreedom: 4 }, levelShare: 0 };
  const steady = effectOf({ baseline: side(0, 0, 0), current: side(0, 0, 0) }, drift);
  const restless = effectOf({ baseline: side(-0.1, 0, 0.1), current: side(-0.1, 0, 0.1) }, drift);
  assert(steady !== null && restless !== null);
  assert(restless.standardError > 2 * steady.standardError);
  assert(restless.runSd > 0.05 && restless.runSd < 0.1, `${restless.runSd}`);
});

Deno.test("effectOf() is null for one process on a side, and rests on the runs where each has one process", () => {
  const drift = { perRun: { value: 0.01 ** 2, degreesOfFreedom: 4 }, levelShare: 0 };
  const many = spreadOf(costs([1, 2, 3]));
  assertEquals(effectOf({ baseline: spreadOf(costs([1])), current: many }, drift), null);
  assertEquals(effectOf({ baseline: many, current: spreadOf(costs([1])) }, drift), null);
  const singles = spreadOf(costs([0], [0.1], [0.2]));
  const effect = effectOf({ baseline: singles, current: singles }, drift);
  assertAlmostEquals(effect?.standardError ?? 0, Math.sqrt(0.01 * 2 / 3), 1e-12);
  assertEquals(effect?.degreesOfFreedom, 4);
});

Deno.test("pooledVariance() is the residual variance of a one-way analysis of variance", () => {
  const { value, degreesOfFreedom } = pooledVariance([[1, 2, 4], [10, 11], [5]]);
  assertAlmostEquals(value, (14 / 3 + 0.5) / 3, 1e-12);
  assertEquals(degreesOfFreedom, 3);
  assertEquals(pooledVariance([[1], [7]]), { value: 0, degreesOfFreedom: 0 });
});

Deno.test("spreadOf() lets every run count alike, however many processes it has", () => {
  const spread = spreadOf(costs([1, 1, 1, 1], [3, 3]));
  assertEquals([spread.mean, spread.runs, spread.processes], [2, 2, 6]);
  assertAlmostEquals(spread.weight, (1 / 4 + 1 / 2) / 4, 1e-12);
  assertEquals(spread.runVariance, { value: 2, degreesOfFreedom: 1 });
});

Deno.test("sumOfVariances() and moderated() of what is unknown", () => {
  const unknown = { value: 0, degreesOfFreedom: 0 };
  assertEquals(sumOfVariances([unknown, { value: 2, degreesOfFreedom: 5 }]), { value: 2, degreesOfFreedom: 5 });
  assertEquals(sumOfVariances([unknown, { value: 0, degreesOfFreedom: 5 }]), { value: 0, degreesOfFreedom: 5 });
  assertEquals(moderated(unknown, unknown), unknown);
  assertEquals(moderated({ value: 1, degreesOfFreedom: 3 }, { value: 5, degreesOfFreedom: 1 }), {
    value: 2,
    degreesOfFreedom: 4,
  });
});
