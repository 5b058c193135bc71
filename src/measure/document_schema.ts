/**
 * The zod schemas of the result document. What the fields mean is told where their types are declared, in `document.ts` and
 * `document_environment.ts`; the annotations below make the compiler hold the two against each other.
 *
 * @module
 */

import { z } from "zod";
import * as document from "./document.ts";
import type { ClockFacts, Environment, HostFacts, HostFigure, Quietness } from "./document_environment.ts";

const ratio = z.number().min(0).max(1);
const count = z.number().int().min(0);
const positiveCount = z.number().int().min(1);
const durationNs = z.number().min(0);
const parameterValue = z.union([z.string(), z.number(), z.boolean()]);

/** A point estimate with its interval: `[low, high]` covers the true value with probability `level`. */
const estimateSchema: z.ZodType<document.Estimate> = z.strictObject({
  point: z.number(),
  low: z.number(),
  high: z.number(),
  level: ratio,
});

/** Why a sample does not count: by cause, never by its value. */
const exclusionCauseSchema = z.enum(["steal", "preemption", "suspend"]);

/**
 * The samples of one benchmark in one fork, in the order in which they were measured. The arrays have one element a sample,
 * except for those of indices.
 * A sample's value is `wallNs[i] / batchSize - overheadNs`, never below 0.
 */
const samplesSchema: z.ZodType<document.Samples> = z.strictObject({
  wallNs: z.array(durationNs),
  cpuNs: z.array(durationNs).nullable(),
  runQueueDelayNs: z.array(durationNs).nullable(),
  involuntarySwitches: z.array(count).nullable(),
  startMs: z.array(z.number().min(0)),
  excluded: z.array(z.strictObject({ index: count, cause: exclusionCauseSchema })),
  garbageCollected: z.array(count).nullable().default(null), // the first documents of version 2 had none
  processes: z.strictObject({
    userNs: z.array(durationNs).nullable(),
    systemNs: z.array(durationNs).nullable(),
    exitCodes: z.array(count),
  }).optional(),
});

/** What one fork, a fresh process, measured of one benchmark. */
export const forkResultSchema: z.ZodType<document.ForkResult> = z.strictObject({
  fork: count,
  batchSize: positiveCount,
  overheadNs: durationNs,
  warmup: z.strictObject({
    iterations: count,
    durationMs: z.number().min(0),
    steady: z.boolean(),
  }),
  samples: samplesSchema,
});

/** The summary of one benchmark's values, in nanoseconds an iteration, over all of its forks. */
export const statisticsSchema: z.ZodType<document.Statistics> = z.strictObject({
  samples: positiveCount,
  forks: positiveCount,
  excluded: z.strictObject({ steal: count, preemption: count, suspend: count }),
  mean: z.number(),
  median: z.number(),
  min: z.number(),
  max: z.number(),
  standardDeviation: z.number().min(0),
  mad: z.number().min(0),
  p25: z.number(),
  p75: z.number(),
  p95: z.number(),
  p99: z.number(),
  medianInterval: estimateSchema.nullable(),
  forkP25: z.array(z.number()),
  outliers: z.strictObject({ lowExtreme: count, lowMild: count, highMild: count, highExtreme: count }),
  opsPerSecond: z.number().min(0).nullable(),
});

/** What a benchmark allocates, from a pass of its own that is not timed. */
const memorySchema: z.ZodType<document.Memory> = z.strictObject({
  allocatedBytes: z.number().min(0).nullable(),
  gc: z.strictObject({
    iterations: positiveCount,
    pauses: count,
    totalMs: z.number().min(0),
    maxMs: z.number().min(0),
  }).nullable(),
  heapUsedBytes: count,
  residentBytes: count,
});

/** Why a benchmark has no result. */
export const failureSchema: z.ZodType<document.FailedBenchmark["failure"]> = z.strictObject({
  reason: z.enum([
    "threw",
    "returned_false",
    "timed_out",
    "leaked_promise",
    "crashed",
    "exit_code",
    "setup_failed",
    "teardown_failed",
  ]),
  message: z.string(),
  stack: z.string().nullable(),
  fork: count,
});

/** What identifies a benchmark within a document. */
const benchmarkIdentity = {
  id: z.string().min(1),
  suite: z.string().min(1),
  name: z.string().min(1),
  group: z.string().nullable(),
  baseline: z.boolean(),
  params: z.record(z.string(), parameterValue),
  definitionHash: z.string(),
  expected: z.strictObject({
    operation: z.string(),
    minOpsPerSecond: z.number().positive(),
    maxDurationMs: z.number().positive(),
  }).nullable(),
  throughput: z.strictObject({
    bytes: z.number().positive().nullable(),
    elements: z.number().positive().nullable(),
  }).nullable().default(null), // the first documents of version 2 had none
};

/** What identifies a benchmark, by itself. */
export const identitySchema: z.ZodType<document.BenchmarkIdentity> = z.strictObject(benchmarkIdentity);

/** A benchmark whose every iteration succeeded. */
const measuredBenchmarkSchema = z.strictObject({
  ...benchmarkIdentity,
  status: z.enum(["ok", "optimized_out"]),
  kind: z.enum(["sync", "async"]),
  forks: z.array(forkResultSchema).min(1),
  statistics: statisticsSchema,
  memory: memorySchema,
  cpuPercent: z.number().min(0).nullable(),
  iterations: positiveCount,
  steady: z.boolean(),
  meetsExpectation: z.boolean().nullable(),
});

/** A benchmark that failed, even once. */
const failedBenchmarkSchema = z.strictObject({
  ...benchmarkIdentity,
  status: z.literal("failed"),
  failure: failureSchema,
});

/** One benchmark of a document. */
export const benchmarkSchema: z.ZodType<document.BenchmarkResult> = z.discriminatedUnion("status", [
  measuredBenchmarkSchema,
  failedBenchmarkSchema,
]);

/** How the time grows with a numeric parameter: `time = c * n ^ exponent`, fitted to the lower quartiles on log scales. */
const scalingSchema: z.ZodType<document.Scaling> = z.strictObject({
  suite: z.string(),
  name: z.string(),
  parameter: z.string(),
  params: z.record(z.string(), parameterValue),
  exponent: z.number(),
  rSquared: z.number(),
  points: z.array(z.strictObject({ value: z.number(), p25: z.number() })).min(2),
});

/** What a benchmark of a group takes, relative to the group's baseline. */
const groupRatioSchema: z.ZodType<document.GroupRatio> = z.strictObject({
  suite: z.string(),
  group: z.string(),
  baselineId: z.string(),
  id: z.string(),
  ratio: estimateSchema.nullable(),
});

/** The machine and the software that the run used: stable facts only. */
export const environmentSchema: z.ZodType<Environment> = z.strictObject({
  fingerprint: z.string(),
  os: z.string(),
  kernel: z.string(),
  arch: z.string(),
  cpu: z.strictObject({
    model: z.string(),
    count: positiveCount,
    governor: z.string().nullable(),
  }),
  memoryBytes: count,
  virtualization: z.string().nullable(),
  runtime: z.strictObject({ deno: z.string(), v8: z.string(), typescript: z.string(), standalone: z.boolean() }),
  v8Flags: z.array(z.string()),
  git: z.strictObject({ commit: z.string(), branch: z.string().nullable(), dirty: z.boolean() }).nullable(),
});

/** What decides how well a host measures. */
export const hostFactsSchema: z.ZodType<HostFacts> = z.strictObject({
  cores: positiveCount.nullable(),
  smt: z.boolean().nullable(),
  frequencyMhz: z.strictObject({
    current: z.number().min(0).nullable(),
    min: z.number().min(0).nullable(),
    max: z.number().min(0).nullable(),
  }).nullable(),
  turbo: z.boolean().nullable(),
  lastCacheBytes: count.nullable(),
  cgroupVersion: z.union([z.literal(1), z.literal(2)]).nullable(),
  cpuLimit: z.number().positive().nullable(),
  memoryLimitBytes: z.number().min(0).nullable(),
  availableMemoryBytes: z.number().min(0).nullable(),
  swap: z.strictObject({ totalBytes: z.number().min(0), usedBytes: z.number().min(0) }).nullable(),
  clockSource: z.string().nullable(),
  disk: z.strictObject({
    fileSystem: z.string(),
    medium: z.enum(["nvme", "solid_state", "hard_disk", "virtual", "memory", "network", "overlay", "unknown"]),
  }).nullable(),
  power: z.enum(["mains", "battery"]).nullable(),
  temperatureCelsius: z.number().nullable(),
});

const hostFigureIdentity = {
  name: z.string().min(1),
  kind: z.enum(["cpu", "memory", "disk", "network"]),
  unit: z.string().min(1),
  better: z.enum(["higher", "lower"]),
};

/** One figure of the host, or why there is none. */
export const hostFigureSchema: z.ZodType<HostFigure> = z.discriminatedUnion("status", [
  z.strictObject({
    ...hostFigureIdentity,
    status: z.literal("measured"),
    value: z.strictObject({
      point: z.number().positive(),
      low: z.number().min(0),
      high: z.number().positive(),
      level: ratio,
    }),
    samples: positiveCount,
    forks: positiveCount,
  }),
  z.strictObject({ ...hostFigureIdentity, status: z.literal("missing"), reason: z.string() }),
]);

/** How quiet the machine was during the run. */
export const quietnessSchema: z.ZodType<Quietness> = z.strictObject({
  loadStart: z.number().min(0).nullable(),
  loadEnd: z.number().min(0).nullable(),
  stealRatio: ratio.nullable(),
  busyRatio: ratio.nullable(),
  involuntarySwitches: count.nullable(),
  runQueueDelayRatio: ratio.nullable(),
  otherProcessors: z.number().min(0).nullable().default(null), // the first documents of version 2 had none of these
  thermalThrottles: count.nullable().default(null),
  quotaThrottledMs: z.number().min(0).nullable().default(null),
  swappedPages: count.nullable().default(null),
});

/** The clock that timed the samples. */
export const clockSchema: z.ZodType<ClockFacts> = z.strictObject({
  source: z.string(),
  costNs: durationNs,
  stepNs: durationNs,
  monotonic: z.boolean(),
});

/** What the run was asked to do; see the command line's options of the same names. */
export const settingsSchema: z.ZodType<document.Settings> = z.strictObject({
  forks: z.number().int().min(1).max(1000),
  rounds: z.number().int().min(1).max(100_000),
  timeMs: z.number().positive().max(3_600_000),
  iterations: z.number().int().min(1).max(1_000_000_000).nullable(),
  warmupMs: z.number().min(0).max(3_600_000),
  maxWarmupMs: z.number().min(0).max(3_600_000),
  timeoutMs: z.number().positive().max(86_400_000),
  seed: z.number().int().min(0).max(0xffff_ffff),
  filter: z.string().nullable(),
  quick: z.boolean(),
  isolateVm: z.boolean(),
});

/** Something that a reader of the figures should know. */
export const warningSchema: z.ZodType<document.Warning> = z.strictObject({
  code: z.string(),
  message: z.string(),
  benchmarkId: z.string().nullable(),
});

/** A whole result document. */
export const documentSchema: z.ZodType<document.ResultDocument> = z.strictObject({
  format: z.literal(document.DOCUMENT_FORMAT),
  version: z.literal(document.DOCUMENT_VERSION),
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  run: z.strictObject({
    id: z.string(),
    status: z.enum(["complete", "interrupted"]),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime(),
    durationMs: z.number().min(0),
    suites: z.array(z.string()),
    arguments: z.array(z.string()),
  }),
  settings: settingsSchema,
  environment: environmentSchema,
  host: hostFactsSchema.nullable().default(null), // the first documents of version 2 had none
  hostFigures: z.array(hostFigureSchema).default([]), // nor these
  quietness: quietnessSchema,
  clock: clockSchema,
  warnings: z.array(warningSchema),
  benchmarks: z.array(benchmarkSchema),
  scaling: z.array(scalingSchema),
  groups: z.array(groupRatioSchema),
  references: z.array(benchmarkSchema),
});
