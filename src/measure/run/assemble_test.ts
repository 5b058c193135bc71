import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { BenchmarkIdentity, ForkResult, MeasuredBenchmark } from "../document.ts";
import { benchmarkSchema } from "../document_schema.ts";
import type { ForkMeasurement } from "../protocol.ts";
import { DEFAULT_SETTINGS } from "../settings.ts";
import { sampleBenchmark, sampleSamples } from "../testdata/sample_document.ts";
import { assembleBenchmark, assembleGroups, assembleScaling } from "./assemble.ts";
import { Findings } from "./findings.ts";

const settings = { ...DEFAULT_SETTINGS, seed: 1 };

const identity: BenchmarkIdentity = {
  id: "numbers/add",
  suite: "numbers",
  name: "add",
  group: null,
  baseline: false,
  params: {},
  definitionHash: "abc",
  expected: { operation: "Adding", minOpsPerSecond: 1_000, maxDurationMs: 1 },
  throughput: { bytes: 64, elements: null },
};

function fork(number: number, sampleNs: number, batchSize = 10): ForkResult {
  const wallNs = [1, 1.01, 1.02].map((factor) => sampleNs * factor);
  return {
    fork: number,
    batchSize,
    overheadNs: 1,
    warmup: { iterations: 100, durationMs: 120, steady: true },
    samples: { ...sampleSamples, wallNs, excluded: [] },
  };
}

function measurement(number: number, sampleNs: number, indistinguishable = false): ForkMeasurement {
  return {
    result: fork(number, sampleNs),
    indistinguishable,
    processCpuNs: 15e6,
    processWallNs: 10e6,
    heapUsedBytes: 100 + number,
    residentBytes: 1_000 - number,
  };
}

function findings(measurements: readonly ForkMeasurement[]): Findings {
  const found = new Findings();
  found.add({ type: "audited", id: identity.id, audit: { shape: { kind: "sync", hooks: "none" } } });
  for (const measured of measurements) found.add({ type: "measured", id: identity.id, measurement: measured });
  return found;
}

function assembled(measurements: readonly ForkMeasurement[]): MeasuredBenchmark {
  const result = assembleBenchmark(identity, findings(measurements).of(identity.id), settings);
  if (result === undefined || result.status === "failed") throw new Error("not measured");
  return result;
}

Deno.test("assembleBenchmark() sums up the forks in their order, whichever came first", () => {
  const result = assembled([measurement(1, 1_000), measurement(0, 2_000)]);
  assertEquals(benchmarkSchema.safeParse(result).success, true);
  assertEquals(result.forks.map((one) => one.fork), [0, 1]);
  assertEquals([result.iterations, result.steady, result.status], [60, true, "ok"]);
  assertEquals(result.memory, { allocatedBytes: null, gc: null, heapUsedBytes: 101, residentBytes: 1_000 });
  assertAlmostEquals(result.cpuPercent ?? 0, 150);
  assertEquals(result.meetsExpectation, true);
  const short = measurement(0, 1_000);
  assertEquals(assembled([{ ...short, processWallNs: 3_000 }]).cpuPercent, null, "too short for the host's clock");
});

Deno.test("assembleBenchmark() judges the expectation by throughput and by duration", () => {
  const judge = (expected: BenchmarkIdentity["expected"]) => {
    const result = assembleBenchmark(
      { ...identity, expected },
      findings([measurement(0, 10_000)]).of(identity.id),
      settings,
    );
    return result?.status === "failed" ? undefined : result?.meetsExpectation;
  };
  assertEquals(judge(null), null);
  assertEquals(judge({ operation: "x", minOpsPerSecond: 1e7, maxDurationMs: 1 }), false);
  assertEquals(judge({ operation: "x", minOpsPerSecond: 1, maxDurationMs: 1e-9 }), false);
});

Deno.test("assembleBenchmark() takes for optimised out what half of the forks cannot tell from an empty loop", () => {
  assertEquals(
    assembled([measurement(0, 10, true), measurement(1, 10)]).status,
    "optimized_out",
  );
  assertEquals(assembled([measurement(0, 10, true)]).meetsExpectation, null, "what does nothing meets no expectation");
  assertEquals(assembled([measurement(0, 10, true), measurement(1, 10), measurement(2, 10)]).status, "ok");
});

Deno.test("assembleBenchmark() reports a benchmark that failed in any fork as failed", () => {
  const found = findings([measurement(0, 1_000)]);
  found.add({ type: "failed", id: identity.id, failure: { reason: "threw", message: "x", stack: null, fork: 1 } });
  found.add({
    type: "failed",
    id: identity.id,
    failure: { reason: "crashed", message: "later", stack: null, fork: 2 },
  });
  const result = assembleBenchmark(identity, found.of(identity.id), settings);
  assertEquals(result, {
    ...identity,
    status: "failed",
    failure: { reason: "threw", message: "x", stack: null, fork: 1 },
  });
});

Deno.test("assembleBenchmark() has nothing to say before a fork is finished", () => {
  assertEquals(assembleBenchmark(identity, findings([]).of(identity.id), settings), undefined);
});

Deno.test("assembleScaling() fits each numeric parameter, the others staying what they are", () => {
  const at = (n: number, mode: string, p25: number): MeasuredBenchmark => ({
    ...sampleBenchmark,
    id: `numbers/sum/n=${n}/mode=${mode}`,
    name: "sum",
    params: { n, mode },
    statistics: { ...sampleBenchmark.statistics, p25 },
  });
  const scaling = assembleScaling([
    at(100, "a", 200),
    at(10, "a", 20),
    at(10, "b", 7),
    at(100, "b", 700),
    sampleBenchmark,
  ]);
  assertEquals(scaling.map(({ parameter, params, points }) => [parameter, params, points.length]), [
    ["n", { mode: "a" }, 2],
    ["n", { mode: "b" }, 2],
  ]);
  assertAlmostEquals(scaling[0]?.exponent ?? 0, 1);
  assertAlmostEquals(scaling[1]?.exponent ?? 0, 2);
});

Deno.test("assembleGroups() compares with the baseline of the same parameters, or with the only one", () => {
  const member = (name: string, params: { n?: number }, baseline: boolean, sampleNs: number): MeasuredBenchmark => ({
    ...sampleBenchmark,
    id: `numbers/${name}/${JSON.stringify(params)}`,
    name,
    params,
    group: "g",
    baseline,
    forks: [fork(0, sampleNs), fork(1, sampleNs), fork(2, sampleNs)],
  });
  const paired = assembleGroups([
    member("base", { n: 1 }, true, 110),
    member("base", { n: 2 }, true, 210),
    member("other", { n: 1 }, false, 210),
    member("other", { n: 2 }, false, 210),
  ]);
  assertEquals(paired.map(({ ratio }) => Math.round(ratio?.point ?? 0)), [2, 1]);
  const single = assembleGroups([member("base", {}, true, 110), member("other", { n: 9 }, false, 310)]);
  assertEquals(single.map(({ ratio }) => Math.round(ratio?.point ?? 0)), [3]);
});
