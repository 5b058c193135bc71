/** The formats of services that keep a history: Bencher and github-action-benchmark. */
import { assert, assertEquals } from "@std/assert";
import { z } from "zod";
import { PLAIN } from "../../report/testdata/options.ts";
import { hostileDocument, sampleBenchmark, sampleDocument } from "../../report/testdata/sample_document.ts";
import { bencherReport } from "./bencher.ts";
import { githubActionBenchmarkReport } from "./github_action_benchmark.ts";
import { usableBenchmarks } from "./usable.ts";

const metric = z.strictObject({
  value: z.number(),
  lower_value: z.number().optional(),
  upper_value: z.number().optional(),
});

/** `JsonResultsMap` of bencherdev/bencher, lib/bencher_json/src/project/metric/mod.rs; names as benchmark_name.rs has them. */
const bencherSchema = z.record(
  z.string().min(1).refine((name) => new TextEncoder().encode(name).length <= 1024 && name.isWellFormed()),
  z.strictObject({ latency: metric, throughput: metric }),
);

/** `BenchmarkResult` of benchmark-action/github-action-benchmark, src/extract.ts; `range` as extractRangeInfo.ts reads it. */
const actionSchema = z.array(z.strictObject({
  name: z.string().refine((name) => name.isWellFormed()),
  value: z.number(),
  unit: z.string(),
  range: z.string().regex(/^(?:±|\+-) ?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/).optional(),
  extra: z.string().optional(),
}));

Deno.test("bencher is Bencher Metric Format, with a name of its own for every benchmark that measured something", () => {
  const long = ["x", "y"].map((end) => sampleBenchmark({ name: "🐧".repeat(600) + end, nominalNs: 10 }));
  for (const document of [sampleDocument(), hostileDocument(), sampleDocument({ benchmarks: long })]) {
    const metrics = bencherSchema.parse(JSON.parse(bencherReport.render(document, PLAIN)));
    assertEquals(Object.keys(metrics).length, usableBenchmarks(document).length);
    for (const { latency, throughput } of Object.values(metrics)) {
      assert((latency.lower_value ?? Infinity) <= latency.value && latency.value <= (latency.upper_value ?? 0));
      assert(
        (throughput.lower_value ?? Infinity) <= throughput.value && throughput.value <= (throughput.upper_value ?? 0),
      );
    }
  }
});

Deno.test("bencher tells the lower quartile in nanoseconds, and operations a second", () => {
  const benchmark = sampleBenchmark({ name: "A", nominalNs: 1_000 });
  const metrics = bencherSchema.parse(
    JSON.parse(bencherReport.render(sampleDocument({ benchmarks: [benchmark] }), PLAIN)),
  );
  const { p25, forkP25 } = benchmark.statistics;
  assertEquals(metrics["core-agent/A"]?.latency, {
    value: p25,
    lower_value: Math.min(...forkP25),
    upper_value: Math.max(...forkP25),
  });
  assertEquals(metrics["core-agent/A"]?.throughput.value, 1e9 / p25);
});

Deno.test("github-action-benchmark is what the action reads, one entry for each benchmark that measured something", () => {
  for (const document of [sampleDocument(), hostileDocument()]) {
    const entries = actionSchema.parse(JSON.parse(githubActionBenchmarkReport.render(document, PLAIN)));
    assertEquals(entries.map(({ value }) => value), usableBenchmarks(document).map(({ statistics }) => statistics.p25));
    assertEquals(new Set(entries.map(({ name }) => name)).size, entries.length);
  }
});

Deno.test("the trackers' formats claim no range for a single fork", () => {
  const [benchmark] = [sampleBenchmark({ name: "A", nominalNs: 1_000 })];
  const single = {
    ...benchmark,
    statistics: { ...benchmark.statistics, forkP25: benchmark.statistics.forkP25.slice(0, 1) },
  };
  const document = sampleDocument({ benchmarks: [single] });
  assertEquals(bencherReport.render(document, PLAIN).includes("lower_value"), false);
  assertEquals(githubActionBenchmarkReport.render(document, PLAIN).includes("range"), false);
});
