/**
 * Result documents for the reports' tests: made up, but as a run would write them, and the same at every call.
 *
 * @module
 */

import type { FailedBenchmark, MeasuredBenchmark, ResultDocument, Samples } from "../../measure/document.ts";
import type { HostFigure } from "../../measure/document_environment.ts";
import { createRandom, deriveSeed, type Random } from "../../measure/random.ts";
import { assembleGroups, assembleScaling } from "../../measure/run/assemble.ts";
import { rememberedSummary } from "./remembered_summary.ts";

const FORKS = 3;
const ROUNDS = 12;

/** The seed of the made-up run. */
export const SAMPLE_SEED = 7;

/** What a made-up benchmark is to look like. */
export interface SampleBenchmark {
  /** Its name within the suite. */
  readonly name: string;
  /** About how long an iteration takes. */
  readonly nominalNs: number;
  /** Whatever should differ from a plain benchmark of suite `core-agent`. */
  readonly changes?: Partial<MeasuredBenchmark>;
}

/** One measured benchmark whose samples lie about `nominalNs`, with a tail to the right. */
export function sampleBenchmark({ name, nominalNs, changes = {} }: SampleBenchmark): MeasuredBenchmark {
  const seed = deriveSeed(1, name, nominalNs);
  const random = createRandom(seed);
  const forks = Array.from({ length: FORKS }, (_, fork) => {
    const batchSize = Math.max(1, Math.round(2e6 / nominalNs));
    const level = nominalNs * (1 + 0.01 * fork);
    return {
      fork,
      batchSize,
      overheadNs: 0.5,
      warmup: { iterations: batchSize * 20, durationMs: 150, steady: changes.steady ?? true },
      samples: sampleSamples(level, batchSize, random),
    };
  });
  const suite = changes.suite ?? "core-agent";
  const identity = {
    id: `${suite}/${name}${Object.entries(changes.params ?? {}).map(([key, value]) => `/${key}=${value}`).join("")}`,
    suite,
    name,
    group: null,
    baseline: false,
    params: {},
    definitionHash: seed.toString(16),
    expected: null,
    throughput: null,
    status: "ok",
    kind: "async",
    forks,
    ...changes,
  } as const;
  const { statistics, outcome } = rememberedSummary(identity, SAMPLE_SEED);
  return {
    ...identity,
    statistics,
    ...outcome,
    memory: {
      allocatedBytes: Math.round(nominalNs / 3),
      gc: { iterations: 100_000, pauses: 12, totalMs: 8.5, maxMs: 1.9 },
      heapUsedBytes: 6_400_000,
      residentBytes: 84_300_000,
    },
    cpuPercent: 104.2,
    ...changes,
  };
}

/** One failed benchmark. */
export function sampleFailure(name: string, message: string, reason: FailedBenchmark["failure"]["reason"] = "threw") {
  return {
    id: `core-agent/${name}`,
    suite: "core-agent",
    name,
    group: null,
    baseline: false,
    params: {},
    definitionHash: "0",
    expected: null,
    throughput: null,
    status: "failed",
    failure: { reason, message, stack: "Error: boom\n    at run (file:///bench.ts:1:1)", fork: 1 },
  } as const satisfies FailedBenchmark;
}

const level = 0.95;
const measured = { status: "measured", samples: 12, forks: 1 } as const;

/** Figures of a host: a rate, a duration, and one that is missing. */
const SAMPLE_FIGURES: readonly HostFigure[] = [
  {
    ...{ name: "integer", kind: "cpu", unit: "Mop/s", better: "higher", ...measured },
    value: { point: 3_657, low: 3_322, high: 3_813, level },
  },
  {
    ...{ name: "memory_latency", kind: "memory", unit: "ns", better: "lower", ...measured },
    value: { point: 98.4, low: 95.1, high: 104.2, level },
  },
  {
    ...{ name: "disk_sync_write", kind: "disk", unit: "µs", better: "lower" },
    status: "missing",
    reason: "Permission denied",
  },
];

/** A whole document: the core suite, a group with its baseline, parameters, a failure, something optimised away. */
export function sampleDocument(changes: Partial<ResultDocument> = {}): ResultDocument {
  const expected = { operation: "Simple Agent Execution", minOpsPerSecond: 100, maxDurationMs: 10 };
  const floors = { suite: "core-floors", group: "three async steps" };
  const sizes = [10, 1_000, 100_000].map((states) =>
    sampleBenchmark({
      name: "State Dependency Resolution",
      nominalNs: states * 310,
      changes: { params: { states }, kind: "sync" },
    })
  );
  const benchmarks = changes.benchmarks ?? [
    sampleBenchmark({
      name: "Simple Agent Execution",
      nominalNs: 1_240,
      changes: { expected },
    }),
    sampleBenchmark({
      name: "Resource Heavy Agent",
      nominalNs: 48_200_000,
      changes: { expected: { ...expected, operation: "Complex Agent Execution" } },
    }),
    sampleBenchmark({ name: "Concurrent Agents", nominalNs: 18_900, changes: { steady: false } }),
    ...sizes,
    sampleBenchmark({ name: "Empty Loop", nominalNs: 1.2, changes: { status: "optimized_out", kind: "sync" } }),
    sampleFailure("Coordination Primitive", 'The lock "a" was not free'),
    sampleBenchmark({ name: "await chain", nominalNs: 164, changes: { ...floors, baseline: true } }),
    sampleBenchmark({ name: "agent.run()", nominalNs: 402, changes: floors }),
  ];
  return {
    format: "puffin-bench/result",
    version: 2,
    tool: { name: "puffin-bench", version: "0.1.0" },
    run: {
      id: "20261123-140000-1a2b3c",
      status: "complete",
      startedAt: "2026-11-23T14:00:00.000Z",
      finishedAt: "2026-11-23T14:00:42.500Z",
      durationMs: 42_500,
      suites: ["core-agent", "core-floors"],
      arguments: ["all"],
    },
    settings: {
      forks: FORKS,
      rounds: ROUNDS,
      timeMs: 500,
      iterations: null,
      warmupMs: 120,
      maxWarmupMs: 1000,
      timeoutMs: 30_000,
      seed: SAMPLE_SEED,
      filter: null,
      quick: false,
      isolateVm: false,
    },
    environment: {
      fingerprint: "3f9a21c0",
      os: "linux",
      kernel: "6.1.0-18-amd64",
      arch: "x86_64",
      cpu: { model: "Intel(R) Xeon(R) Processor @ 2.80GHz", count: 2, governor: null },
      memoryBytes: 8_340_000_000,
      virtualization: "kvm",
      runtime: { deno: "2.7.11", v8: "14.7.173.7", typescript: "5.9.2", standalone: true },
      v8Flags: ["--expose-gc"],
      git: { commit: "802c30cdeadbeefdeadbeefdeadbeefdeadbeef0", branch: "main", dirty: true },
    },
    host: null,
    hostFigures: SAMPLE_FIGURES,
    quietness: {
      loadStart: 0.42,
      loadEnd: 1.87,
      stealRatio: 0.003,
      busyRatio: 0.61,
      involuntarySwitches: 128,
      runQueueDelayRatio: 0.012,
      otherProcessors: null,
      thermalThrottles: null,
      quotaThrottledMs: null,
      swappedPages: null,
    },
    clock: { source: "performance.now", costNs: 46.2, stepNs: 1, monotonic: true },
    warnings: [
      { code: "clock_slow", message: "The host was busy: 61 % of its processors' time was used", benchmarkId: null },
      {
        code: "few_samples",
        message: "it rests on 36 samples; raise the forks or the time of a benchmark for a better figure",
        benchmarkId: "core-agent/Concurrent Agents",
      },
    ],
    benchmarks,
    scaling: assembleScaling(benchmarks),
    groups: assembleGroups(benchmarks),
    references: [],
    ...changes,
  };
}

/** Names that a careless report would obey instead of show. */
export const HOSTILE_NAMES: readonly string[] = [
  "<script>document.title='owned'</script>",
  "</style><img src=x onerror=document.title='owned'>",
  "two\nlines\r\nand\ttabs",
  "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b2J",
  "right \u202eto left\u202c \u2066isolate\u2069 zero\u200bwidth \ufeffmark",
  "lone \ud83d surrogate",
  "emoji 🐧👩‍👩‍👧 and 漢字",
  '=HYPERLINK("http://example.invalid")',
  "a | b \\| c `code` *bold* [link](javascript:alert(1)) &lt;",
  "x".repeat(10_000),
];

/** A document whose benchmarks, parameters, group and messages bear the hostile names. */
export function hostileDocument(): ResultDocument {
  const benchmarks = HOSTILE_NAMES.flatMap((name) => [
    sampleBenchmark({ name, nominalNs: 500, changes: { group: name, params: { [name.slice(0, 40)]: name } } }),
    sampleFailure(`${name} fails`, name),
  ]);
  return sampleDocument({
    benchmarks,
    scaling: [],
    groups: [],
    warnings: HOSTILE_NAMES.map((name) => ({ code: "odd", message: name, benchmarkId: `core-agent/${name} fails` })),
  });
}

function sampleSamples(level: number, batchSize: number, random: Random): Samples {
  const wallNs = Array.from(
    { length: ROUNDS },
    () => level * batchSize * (1 + 0.02 * random.nextFloat() + 0.2 * random.nextFloat() ** 40),
  );
  return {
    wallNs,
    cpuNs: wallNs.map((wall) => wall * 0.99),
    runQueueDelayNs: wallNs.map(() => 0),
    involuntarySwitches: wallNs.map(() => 0),
    startMs: wallNs.map((_, index) => 200 + index * 50),
    excluded: [],
    garbageCollected: [],
  };
}
