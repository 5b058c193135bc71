import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { mean, trimmedMean } from "../measure/statistics/moments.ts";
import { estimateSuite } from "./estimate.ts";
import { driftOfReferences, widenedByBulk } from "./host_drift.ts";
import { OWN_DRIFT } from "./experience.ts";
import { hostLevels, withoutHost } from "./host_levels.ts";
import { logCosts } from "./log_costs.ts";
import { type Match, matchBenchmarks } from "./matching.ts";
import type { RunData } from "./run_data.ts";
import { spreadOf } from "./spread.ts";
import { runOf, simulatedBenchmark } from "./testdata/simulated_runs.ts";

const RUNS = { baseline: 1, current: 1 };

/** A run of references with a value for each fork. */
function referencesOf(source: string, ...references: readonly (readonly number[])[]): RunData {
  return runOf(source, [], {
    references: references.map((values, index) => simulatedBenchmark(`references/${index}`, values)),
  });
}

function matched(baseline: RunData, current: RunData): Match[] {
  const matchings = matchBenchmarks({ baseline: [baseline], current: [current] }, "references");
  return matchings.filter((matching) => matching.status === "matched");
}

Deno.test("hostLevels() is the geometric mean of the references at each fork, up to a constant", () => {
  const levels = hostLevels(matched(referencesOf("a", [1, 2], [10, 20]), referencesOf("b", [2, 2], [20, 20])), RUNS);
  assert(levels !== null);
  const [before, after] = [levels.forks.baseline[0], levels.forks.current[0]];
  assertAlmostEquals((before?.get(1) ?? 0) - (before?.get(0) ?? 0), Math.LN2, 1e-12);
  assertAlmostEquals((after?.get(0) ?? 0) - (before?.get(0) ?? 0), Math.LN2, 1e-12);
  assertAlmostEquals((levels.runs.current[0] ?? 0) - (levels.runs.baseline[0] ?? 0), Math.LN2 / 2, 1e-12);
});

Deno.test("hostLevels() is null with fewer than two references that every run has", () => {
  assertEquals(hostLevels([], RUNS), null);
  assertEquals(hostLevels(matched(referencesOf("a", [1], [2]), referencesOf("b", [1])), RUNS), null);
});

Deno.test("hostLevels() does not jump where a fork lacks a reference", () => {
  const full = [[1, 2, 4], [10, 20, 40], [30, 60, 120]];
  const partial = referencesOf("b", ...full);
  const references = partial.references.map((reference, index) =>
    index > 0 ? reference : { ...reference, processes: reference.processes.slice(0, 2) }
  );
  const levels = hostLevels(matched(referencesOf("a", ...full), { ...partial, references }), RUNS);
  for (const fork of [0, 1, 2]) {
    assertAlmostEquals(levels?.forks.current[0]?.get(fork) ?? 0, levels?.forks.baseline[0]?.get(fork) ?? 1, 1e-9);
  }
});

Deno.test("withoutHost() takes off the level of the process's own fork, and the run's where its fork has none", () => {
  const references = matched(referencesOf("a", [1, 1], [1, 1]), referencesOf("b", [1, 4], [1, 4]));
  const levels = hostLevels(references, RUNS);
  const processes = [0, 1, 2].map((fork) => ({ fork, log: 5 }));
  const { current } = withoutHost({ baseline: [], current: [{ run: 0, processes }] }, levels);
  const [first = 0, second = 0, third = 0] = current[0]?.processes.map(({ log }) => log) ?? [];
  assertAlmostEquals(first - second, Math.log(4), 1e-12);
  assertAlmostEquals(first - third, Math.log(4) / 2, 1e-12);
});

Deno.test("driftOfReferences() is what references differ beyond their processes, moderated with experience", () => {
  const center = [100, 200, 300, 400, 500, 600, 700, 800, 900];
  const current = center.map((value, index) => value * Math.exp(0.06 * (index % 3 - 1))); // a contrast of 4.9 % or so
  const constant = (value: number) => [value, value, value, value];
  const references = matched(referencesOf("a", ...center.map(constant)), referencesOf("b", ...current.map(constant)));
  const levels = hostLevels(references, RUNS);
  const drift = driftOfReferences(
    references.map((match) => withoutHost(logCosts(match), levels)),
    levels === null ? [] : [levels],
  );
  const variance = 6 * 0.06 ** 2 / 8 / 2; // of a run: half of that of the difference of two
  const { value, degreesOfFreedom } = OWN_DRIFT;
  assertEquals(drift.perRun.degreesOfFreedom, degreesOfFreedom + 8);
  assertAlmostEquals(drift.perRun.value, (degreesOfFreedom * value + 8 * variance) / (degreesOfFreedom + 8), 1e-9);
  assertAlmostEquals(drift.levelShare, 1 / 9 / 0.846, 1e-12, "a level that is a trimmed mean");
});

Deno.test("widenedByBulk() widens the drift where the bulk moves further, never narrows it, and leaves a common shift alone", () => {
  const drift = { perRun: { value: 0.01 ** 2, degreesOfFreedom: 11 }, levelShare: 0.125 };
  const suite = (shifts: readonly number[]) =>
    shifts.map((shift) => ({
      baseline: spreadOf([{ run: 0, processes: [{ fork: 0, log: 0 }, { fork: 1, log: 0.001 }] }]),
      current: spreadOf([{ run: 0, processes: [{ fork: 0, log: shift }, { fork: 1, log: shift + 0.001 }] }]),
    }));
  const restless = widenedByBulk(drift, suite([-0.1, -0.05, 0, 0.05, 0.1, 0.07, -0.07, 0.03]));
  assert(restless.perRun.value > 2 * drift.perRun.value);
  assert(restless.perRun.degreesOfFreedom > drift.perRun.degreesOfFreedom);
  for (
    const quiet of [[0, 0, 0, 0, 0, 0], [0.3, 0.3, 0.3, 0.3, 0.3, 0.3], [0, 0, 0, 0, 0, 0.3], [0.3, -0.3, 0.2, 0.1]]
  ) {
    assertEquals(widenedByBulk(drift, suite(quiet)), drift);
  }
});

Deno.test("hostLevels() is not moved by one reference that is far off in one process", () => {
  const calm = Array.from({ length: 8 }, (_, r) => [r + 1, r + 1, r + 1]);
  const disturbed = calm.map((values, r) => r === 7 ? [8, 16, 8] : values);
  const levels = hostLevels(matched(referencesOf("a", ...calm), referencesOf("b", ...disturbed)), RUNS);
  const [first = 0, second = 1] = [...levels?.forks.current[0]?.values() ?? []];
  assert(Math.abs(second - first) < 0.02, `${second - first}`);
});

Deno.test("hostLevels() of references that every fork has is the trimmed mean of what they differ by from their own mean", () => {
  // Skewed, so that what is trimmed is not the mean: fitting on by turns would only move all levels together, for ever.
  const logs = Array.from(
    { length: 8 },
    (_, r) => Array.from({ length: 6 }, (_, fork) => r + ((r * 5 + fork * 3) % 7) ** 3 / 99),
  );
  const run = (source: string, from: number) =>
    referencesOf(source, ...logs.map((own) => own.slice(from, from + 3).map(Math.exp)));
  const levels = hostLevels(matched(run("a", 0), run("b", 3)), RUNS);
  const found = [levels?.forks.baseline[0], levels?.forks.current[0]].flatMap((run) => [...run?.values() ?? []]);
  assertEquals(found.length, 6);
  found.forEach((level, fork) => {
    assertAlmostEquals(level, trimmedMean(logs.map((own) => (own[fork] ?? 0) - mean(own)), 0.25), 1e-12);
  });
});

Deno.test("estimateSuite() takes from each suite the level of the references that were measured along with it", () => {
  const run = (source: string, factors: Readonly<Record<string, number>>): RunData => {
    const suites = Object.entries(factors);
    const figures = (level: number) => [1, 1.01, 0.99].map((value) => value * level);
    return runOf(
      source,
      suites.map(([suite, factor]) => simulatedBenchmark(`${suite}/x`, figures(factor), { suite })),
      {
        references: suites.flatMap(([suite, factor]) =>
          [1, 2, 3].map((r) =>
            simulatedBenchmark(`references/${r}/suite=${suite}`, figures(r * factor), { params: { suite } })
          )
        ),
      },
    );
  };
  const sides = { baseline: [run("a", { one: 1, two: 1 })], current: [run("b", { one: 1.3, two: 0.8 })] };
  const matches = matchBenchmarks(sides).filter((matching) => matching.status === "matched");
  for (const { effect } of estimateSuite(sides, matches).benchmarks) assertAlmostEquals(effect?.effect ?? 1, 0, 1e-9);
});
