import { assertEquals, assertStringIncludes } from "@std/assert";
import type { MeasuredBenchmark } from "../document.ts";
import { sampleBenchmark, sampleDocument, sampleFork } from "../testdata/sample_document.ts";
import { benchmarkWarnings, referenceWarnings, runWarnings } from "./warnings.ts";

const quiet: MeasuredBenchmark = {
  ...sampleBenchmark,
  statistics: { ...sampleBenchmark.statistics, samples: 100, excluded: { steal: 0, preemption: 0, suspend: 0 } },
};

const clock = { ...sampleDocument.clock, costNs: 4, stepNs: 1 }; // fine enough for the samples of 1 µs

const codes = (change: Partial<MeasuredBenchmark>) =>
  benchmarkWarnings({ ...quiet, ...change }, clock).map(({ code }) => code);

Deno.test("benchmarkWarnings() is silent about a good figure", () => {
  assertEquals(codes({}), []);
});

Deno.test("benchmarkWarnings() tells what is wrong with a figure, naming the benchmark", () => {
  const { statistics } = quiet;
  assertEquals(codes({ status: "optimized_out" }), ["optimized_out"]);
  const unsteady = (many: number) =>
    Array.from({ length: 8 }, (_, fork) => ({
      ...sampleFork,
      fork,
      warmup: { iterations: 1, durationMs: 1, steady: fork >= many },
    }));
  assertEquals([codes({ forks: unsteady(1) }), codes({ forks: unsteady(2) })], [[], ["not_steady"]]);
  assertEquals(codes({ statistics: { ...statistics, samples: 9 } }), ["few_samples"]);
  assertEquals(codes({ statistics: { ...statistics, p25: 50, p75: 150 } }), ["noisy"]);
  assertEquals(codes({ statistics: { ...statistics, excluded: { steal: 1, preemption: 0, suspend: 0 } } }), [
    "excluded_samples",
  ]);
  assertEquals(benchmarkWarnings(quiet, { ...clock, costNs: 40 }).map(({ code }) => code), ["short_samples"]);
  const wallNs = Array.from({ length: 24 }, (_, index) => index < 9 ? 1_400 : 1_000);
  const stepped = quiet.forks.map((fork) => ({ ...fork, samples: { ...fork.samples, wallNs, excluded: [] } }));
  assertEquals(codes({ forks: stepped }), ["level_shift"]);
  const expected = { operation: "Adding", minOpsPerSecond: 1, maxDurationMs: 1 };
  assertEquals(codes({ expected, meetsExpectation: false }), ["expectation_missed"]);
  assertEquals(benchmarkWarnings({ ...quiet, forks: unsteady(8) }, clock)[0]?.benchmarkId, quiet.id);
});

Deno.test("benchmarkWarnings() looks through more samples than a call takes arguments", () => {
  const wallNs = Array.from({ length: 300_000 }, () => 1_000);
  const [fork = sampleFork] = quiet.forks;
  const long = [{ ...fork, samples: { ...fork.samples, wallNs, excluded: [] } }];
  assertEquals(codes({ forks: long }), []);
});

Deno.test("benchmarkWarnings() leaves a failure to speak for itself", () => {
  const failure = { reason: "threw", message: "x", stack: null, fork: 0 } as const;
  const { id, suite, name, group, baseline, params, definitionHash, expected, throughput } = quiet;
  const identity = { id, suite, name, group, baseline, params, definitionHash, expected, throughput };
  assertEquals(benchmarkWarnings({ ...identity, status: "failed", failure }, clock), []);
});

Deno.test("runWarnings() tells what was wrong with the run", () => {
  const { quietness } = sampleDocument;
  const TRACED = { traced: 3, sampled: 0, unobserved: 0 };
  const all = (change: object) =>
    runWarnings({ clock, quietness, cpuCount: 2, canCollect: true, observations: TRACED, ...change }).map(({ code }) =>
      code
    );
  assertEquals(all({}), []);
  assertEquals(all({ clock: { ...clock, stepNs: 2e6 } }), ["clock_coarse"]);
  assertEquals(all({ clock: { ...clock, monotonic: false } }), ["clock_coarse"]);
  assertEquals(all({ canCollect: false }), ["gc_unavailable"]);
  assertEquals(all({ observations: { ...TRACED, sampled: 1 } }), ["gc_sampled"]);
  assertEquals(all({ observations: { ...TRACED, unobserved: 1 } }), ["gc_unobserved"]);
  assertEquals(all({ quietness: { ...quietness, loadStart: 2.5 } }), ["high_load"]);
  assertEquals(all({ quietness: { ...quietness, stealRatio: 0.02 } }), ["steal"]);
  assertEquals(all({ quietness: { ...quietness, stealRatio: null, loadStart: null } }), []);
});

Deno.test("referenceWarnings() tells of what failed or measures nothing, and of nothing else", () => {
  const { id, suite, name, group, baseline, params, definitionHash, expected, throughput } = quiet;
  const identity = { id, suite, name, group, baseline, params, definitionHash, expected, throughput };
  const failure = { reason: "threw", message: "no room", stack: null, fork: 3 } as const;
  const noisy = { ...quiet, steady: false, statistics: { ...quiet.statistics, samples: 1 } };
  const warnings = referenceWarnings([
    noisy,
    { ...identity, status: "failed", failure },
    { ...quiet, status: "optimized_out" },
  ]);
  assertEquals(warnings.map(({ code, benchmarkId }) => [code, benchmarkId]), [
    ["reference_failed", null],
    ["reference_failed", null],
  ]);
  assertStringIncludes(warnings[0]?.message ?? "", "failed (threw: no room)");
  assertStringIncludes(warnings[1]?.message ?? "", "empty loop");
});
