/** A small valid document, for tests. */
import type { ForkResult, MeasuredBenchmark, ResultDocument, Samples } from "../document.ts";
import { DEFAULT_SETTINGS } from "../settings.ts";

export const sampleSamples: Samples = {
  wallNs: [1000, 1100, 1050],
  cpuNs: [990, 1090, 1040],
  runQueueDelayNs: [0, 10, 0],
  involuntarySwitches: [0, 0, 0],
  startMs: [1, 2, 3],
  excluded: [{ index: 1, cause: "preemption" }],
};

export const sampleFork: ForkResult = {
  fork: 0,
  batchSize: 10,
  overheadNs: 0.5,
  warmup: { iterations: 100, durationMs: 120, steady: true },
  samples: sampleSamples,
};

export const sampleBenchmark: MeasuredBenchmark = {
  id: "numbers/add",
  suite: "numbers",
  name: "add",
  group: null,
  baseline: false,
  params: {},
  definitionHash: "abc",
  expected: null,
  status: "ok",
  kind: "sync",
  forks: [sampleFork],
  statistics: {
    samples: 2,
    forks: 1,
    excluded: { steal: 0, preemption: 1, suspend: 0 },
    mean: 102,
    median: 102,
    min: 99.5,
    max: 104.5,
    standardDeviation: 2,
    mad: 2.5,
    p25: 100,
    p75: 103,
    p95: 104,
    p99: 104.4,
    medianInterval: null,
    forkP25: [100],
    outliers: { lowExtreme: 0, lowMild: 0, highMild: 0, highExtreme: 0 },
    opsPerSecond: 1e9 / 102,
  },
  memory: { allocatedBytes: 24, gc: null, heapUsedBytes: 5_000_000, residentBytes: 80_000_000 },
  cpuPercent: 101,
  iterations: 30,
  steady: true,
  meetsExpectation: null,
};

export const sampleDocument: ResultDocument = {
  format: "puffin-bench/result",
  version: 1,
  tool: { name: "puffin-bench", version: "0.1.0" },
  run: {
    id: "run",
    status: "complete",
    startedAt: "2026-01-01T00:00:00.000Z",
    finishedAt: "2026-01-01T00:01:00.000Z",
    durationMs: 60_000,
    suites: ["numbers"],
    arguments: ["all"],
  },
  settings: { ...DEFAULT_SETTINGS, seed: 1 },
  environment: {
    fingerprint: "0123456789ab",
    os: "linux",
    kernel: "6.1",
    arch: "x86_64",
    cpu: { model: "a processor", count: 2, governor: null },
    memoryBytes: 4e9,
    virtualization: null,
    runtime: { deno: "2.7.11", v8: "14.7", typescript: "5.9", standalone: false },
    v8Flags: ["--expose-gc"],
    git: null,
  },
  quietness: {
    loadStart: 0.1,
    loadEnd: 0.2,
    stealRatio: 0,
    busyRatio: 0.5,
    involuntarySwitches: 0,
    runQueueDelayRatio: 0,
  },
  clock: { source: "performance.now", costNs: 40, stepNs: 10, monotonic: true },
  warnings: [],
  benchmarks: [sampleBenchmark],
  scaling: [],
  groups: [],
};
