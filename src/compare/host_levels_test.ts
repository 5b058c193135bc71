import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
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
  const drift = driftOfReferences(references.map((match) => withoutHost(logCosts(match), levels)), levels);
  const variance = 6 * 0.06 ** 2 / 8 / 2; // of a run: half of that of the difference of two
  const { value, degreesOfFreedom } = OWN_DRIFT;
  assertEquals(drift.perRun.degreesOfFreedom, degreesOfFreedom + 8);
  assertAlmostEquals(drift.perRun.value, (degreesOfFreedom * value + 8 * variance) / (degreesOfFreedom + 8), 1e-9);
  assertAlmostEquals(drift.levelShare, 1 / 9, 1e-12);
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
