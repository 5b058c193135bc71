import { assertEquals, assertStringIncludes } from "@std/assert";
import type { MeasuredBenchmark, ResultDocument } from "../measure/document.ts";
import { summarize } from "../measure/statistics/mod.ts";
import { sampleBenchmark, sampleDocument, sampleFork, sampleSamples } from "../measure/testdata/sample_document.ts";
import { fromDocument } from "./document_run.ts";

/** A benchmark of forks whose samples take these times, summed up as the engine does. */
function measured(forks: readonly (readonly number[])[], changes: Partial<MeasuredBenchmark> = {}): MeasuredBenchmark {
  const results = forks.map((wallNs, fork) => ({
    ...sampleFork,
    fork,
    samples: { ...sampleSamples, wallNs, cpuNs: null, runQueueDelayNs: null, involuntarySwitches: null, excluded: [] },
  }));
  return { ...sampleBenchmark, forks: results, statistics: summarize(results, { seed: 1 }), ...changes };
}

function documentOf(benchmark: MeasuredBenchmark): ResultDocument {
  return { ...sampleDocument, benchmarks: [benchmark] };
}

Deno.test("fromDocument() takes the lower quartile of each fork, the overhead off, with the fork's number", () => {
  const { benchmarks } = fromDocument(documentOf(measured([[1000, 1100, 1200, 1300, 1400], [2000, 2000]])), "a.json");
  assertEquals(benchmarks[0]?.processes, [
    { value: 109.5, samples: 5, fork: 0 }, // 1100 / 10 - 0.5
    { value: 199.5, samples: 2, fork: 1 },
  ]);
  assertEquals([benchmarks[0]?.status, benchmarks[0]?.unit, benchmarks[0]?.estimator], ["ok", "ns", "p25"]);
});

Deno.test("fromDocument() leaves out samples that do not count, and keeps the numbers of the forks that do", () => {
  const forks = [0, 1, 2].map((fork) => ({
    ...sampleFork,
    fork,
    samples: {
      ...sampleSamples,
      excluded: fork === 1 ? [0, 1, 2].map((index) => ({ index, cause: "steal" as const })) : [],
    },
  }));
  const benchmark = { ...sampleBenchmark, forks, statistics: summarize(forks, { seed: 1 }) };
  const run = fromDocument(documentOf(benchmark), "a.json");
  assertEquals(run.benchmarks[0]?.processes.map(({ fork }) => fork), [0, 2]);
});

Deno.test("fromDocument() takes a benchmark for optimised away of which any process measured no more than an empty loop", () => {
  const run = fromDocument(documentOf(measured([[1000, 1000], [5, 5]])), "a.json");
  assertEquals(run.benchmarks[0]?.status, "optimized_out");
  assertStringIncludes(run.benchmarks[0]?.message ?? "", "1 of 2 processes");
});

Deno.test("fromDocument() tells why a benchmark has no figures", () => {
  const failure = { reason: "threw", message: "no", stack: null, fork: 0 } as const;
  const { id, suite, name, group, baseline, params, definitionHash, expected, throughput } = sampleBenchmark;
  const identity = { id, suite, name, group, baseline, params, definitionHash, expected, throughput };
  const run = fromDocument({ ...sampleDocument, benchmarks: [{ ...identity, status: "failed", failure }] }, "a.json");
  assertEquals([run.benchmarks[0]?.status, run.benchmarks[0]?.message], ["failed", "threw: no"]);
});

Deno.test("fromDocument() keeps the settings that decide what a sample is, and the doubts about the figures", () => {
  const warnings = [
    { code: "high_load", message: "the load was 9", benchmarkId: null },
    { code: "expectation_missed", message: "slow", benchmarkId: "numbers/add" },
  ];
  const run = fromDocument({ ...documentOf(measured([[1000], [1100]])), warnings }, "a.json");
  assertEquals(Object.keys(run.settings), ["rounds", "timeMs", "iterations", "warmupMs", "maxWarmupMs", "isolateVm"]);
  assertEquals(run.warnings?.map(({ code }) => code), ["high_load"]);
});
