/**
 * The result document: everything that a run measured, with its raw samples, as one versioned JSON value.
 *
 * Durations are in nanoseconds (`Ns`) or milliseconds (`Ms`), sizes in bytes; ratios lie between 0 and 1 unless said otherwise.
 *
 * @module
 */

import type { ExpectedPerformance, Parameters } from "./definition.ts";
import type { ClockFacts, Environment, HostFacts, HostFigure, Quietness } from "./document_environment.ts";

/** The version that this code writes. Version 1, which had no `references`, is read as well. */
export const DOCUMENT_VERSION = 2;

/** What the `format` field of every document says. */
export const DOCUMENT_FORMAT = "puffin-bench/result";

/** A point estimate with its interval: `[low, high]` covers the true value with probability `level`. */
export interface Estimate {
  /** The estimate itself. */
  readonly point: number;
  /** Lower end of the interval. */
  readonly low: number;
  /** Upper end of the interval. */
  readonly high: number;
  /** Confidence level, for instance 0.95. */
  readonly level: number;
}

/**
 * Why a sample does not count: by cause, never by its value. `steal`: the hypervisor gave the processor to others;
 * `preemption`: the measuring thread waited for a processor; `suspend`: the host slept.
 */
export type ExclusionCause = "steal" | "preemption" | "suspend";

/**
 * The samples of one benchmark in one fork, in the order in which they were measured; every array of numbers measured has one
 * element a sample, the others hold the places of some.
 * A sample's value is `wallNs[i] / batchSize - overheadNs`.
 */
export interface Samples {
  /** Wall time of the whole batch, hooks excluded. */
  readonly wallNs: readonly number[];
  /** CPU time of the measuring thread during the batch, to the microsecond; null where the host does not tell. */
  readonly cpuNs: readonly number[] | null;
  /** Time that the measuring thread waited for a processor during the batch; null where the host does not tell. */
  readonly runQueueDelayNs: readonly number[] | null;
  /** Involuntary context switches of the measuring thread during the batch; null where the host does not tell. */
  readonly involuntarySwitches: readonly number[] | null;
  /** Whole milliseconds from the fork's start to the sample's start. */
  readonly startMs: readonly number[];
  /** The samples that do not count, by index. */
  readonly excluded: readonly { readonly index: number; readonly cause: ExclusionCause }[];
  /**
   * The samples, by index, within which V8 collected garbage, hooks included, once or more; they count all the same. Null where
   * V8 does not tell, and in documents of programs that did not ask.
   */
  readonly garbageCollected: readonly number[] | null;
  /** What the operating system tells of each run; absent unless the benchmark is a command. */
  readonly processes?: ProcessSamples | undefined;
}

/** What the operating system tells of the runs of a command, one element a sample; the shell's own part is in them. */
export interface ProcessSamples {
  /** CPU time in user mode, of the process and the descendants it waited for; null where the host does not tell. */
  readonly userNs: readonly number[] | null;
  /** The same in the kernel. */
  readonly systemNs: readonly number[] | null;
  /** Exit codes; 128 and the signal's number if a signal ended it. */
  readonly exitCodes: readonly number[];
}

/** What one fork, a fresh process, measured of one benchmark. */
export interface ForkResult {
  /** Number of the fork within the run, from 0. */
  readonly fork: number;
  /** Iterations in each batch. */
  readonly batchSize: number;
  /** What one iteration of an empty function of the same kind costs; already taken off every statistic. */
  readonly overheadNs: number;
  /** The warm-up: `steady` tells whether successive windows agreed before the cap was reached. */
  readonly warmup: { readonly iterations: number; readonly durationMs: number; readonly steady: boolean };
  /** What was measured. */
  readonly samples: Samples;
}

/** The summary of one benchmark's values, in nanoseconds an iteration, over all samples that count in all of its forks. */
export interface Statistics {
  /** Samples that count. */
  readonly samples: number;
  /** Forks with samples that count. */
  readonly forks: number;
  /** Samples excluded, by cause. */
  readonly excluded: Readonly<Record<ExclusionCause, number>>;
  /** Arithmetic mean. */
  readonly mean: number;
  /** Median. */
  readonly median: number;
  /** Smallest value. */
  readonly min: number;
  /** Largest value. */
  readonly max: number;
  /** Sample standard deviation (n - 1); 0 for one sample. */
  readonly standardDeviation: number;
  /** Median absolute deviation from the median, not scaled. */
  readonly mad: number;
  /** Lower quartile: what decisions use. */
  readonly p25: number;
  /** Upper quartile. */
  readonly p75: number;
  /** 95th percentile. */
  readonly p95: number;
  /** 99th percentile. */
  readonly p99: number;
  /** Bootstrap interval of the median, resampled by fork and then by sample; null with fewer than 3 samples. */
  readonly medianInterval: Estimate | null;
  /** The lower quartile of each fork, in the order of the forks. */
  readonly forkP25: readonly number[];
  /** Values beyond Tukey's fences (1.5 and 3 interquartile ranges); they stay in every statistic. */
  readonly outliers: Readonly<Record<"lowExtreme" | "lowMild" | "highMild" | "highExtreme", number>>;
  /** Operations a second at the median; null if the median is 0. */
  readonly opsPerSecond: number | null;
}

/** What a benchmark allocates, from a pass of its own that is not timed. */
export interface Memory {
  /** Bytes allocated on the JavaScript heap by one iteration; null where the engine does not tell. */
  readonly allocatedBytes: number | null;
  /** Pauses of the garbage collector over `iterations` observed iterations; null where they could not be observed. */
  readonly gc: {
    readonly iterations: number;
    readonly pauses: number;
    readonly totalMs: number;
    readonly maxMs: number;
  } | null;
  /** Largest JavaScript heap seen while the benchmark was measured, in bytes. */
  readonly heapUsedBytes: number;
  /** Largest resident set seen while the benchmark was measured, in bytes. */
  readonly residentBytes: number;
}

/** Why a benchmark has no result. */
export type FailureReason =
  | "threw"
  | "returned_false"
  | "timed_out"
  | "leaked_promise"
  | "crashed"
  | "exit_code"
  | "setup_failed"
  | "teardown_failed";

/** What one iteration gets through: times `opsPerSecond`, so much a second. */
export interface IterationThroughput {
  /** Bytes; null if they are not told. */
  readonly bytes: number | null;
  /** Elements such as messages or rows; null if they are not told. */
  readonly elements: number | null;
}

/** What identifies a benchmark within a document. */
export interface BenchmarkIdentity {
  /** `suite/name`, with `/parameter=value` for each parameter; unique within the document. */
  readonly id: string;
  /** The suite's name. */
  readonly suite: string;
  /** The benchmark's name within its suite, without its parameters. */
  readonly name: string;
  /** The group whose members are compared with each other; null without one. */
  readonly group: string | null;
  /** Whether it is its group's baseline. */
  readonly baseline: boolean;
  /** Values of its parameters. */
  readonly params: Parameters;
  /** Hash of the source text of the measured function, its hooks and its options: changes when the definition does. */
  readonly definitionHash: string;
  /** What a user may expect of it; null without an expectation. */
  readonly expected: ExpectedPerformance | null;
  /** What one iteration gets through; null if that is not told, as in documents of programs that did not know of it. */
  readonly throughput: IterationThroughput | null;
}

/** A benchmark whose every iteration succeeded. */
export interface MeasuredBenchmark extends BenchmarkIdentity {
  /** `optimized_out`: the iterations cannot be told from an empty loop, so the figures measure nothing. */
  readonly status: "ok" | "optimized_out";
  /** Whether the function returned something thenable. */
  readonly kind: "sync" | "async";
  /** Its samples, by fork. */
  readonly forks: readonly ForkResult[];
  /** The summary of its samples. */
  readonly statistics: Statistics;
  /** What it allocates. */
  readonly memory: Memory;
  /** CPU time of the whole process over wall time, in percent: above 100 when helper threads ran too; null if unknown. */
  readonly cpuPercent: number | null;
  /** Iterations timed in all forks. */
  readonly iterations: number;
  /** Whether every fork reached a steady state in its warm-up. */
  readonly steady: boolean;
  /** Whether the expectation is met; null without one, or if the figures measure nothing. */
  readonly meetsExpectation: boolean | null;
}

/** A benchmark that failed, even once. */
export interface FailedBenchmark extends BenchmarkIdentity {
  /** Always `failed`. */
  readonly status: "failed";
  /** Why, in which fork, and with which message and stack. */
  readonly failure: {
    readonly reason: FailureReason;
    readonly message: string;
    readonly stack: string | null;
    readonly fork: number;
  };
}

/** One benchmark of a document. */
export type BenchmarkResult = MeasuredBenchmark | FailedBenchmark;

/** How the time grows with a numeric parameter: `time = c * value ^ exponent`, fitted to the lower quartiles on log scales. */
export interface Scaling {
  /** The suite's name. */
  readonly suite: string;
  /** The benchmark's name. */
  readonly name: string;
  /** The parameter that grows. */
  readonly parameter: string;
  /** The values of the other parameters. */
  readonly params: Parameters;
  /** 0 constant, 1 linear, 2 quadratic. */
  readonly exponent: number;
  /** Coefficient of determination of the fit, on log scales. */
  readonly rSquared: number;
  /** What was fitted: the parameter's value and the lower quartile in nanoseconds. */
  readonly points: readonly { readonly value: number; readonly p25: number }[];
}

/** What a benchmark of a group takes, relative to the group's baseline. */
export interface GroupRatio {
  /** The suite's name. */
  readonly suite: string;
  /** The group's name. */
  readonly group: string;
  /** The baseline. */
  readonly baselineId: string;
  /** The benchmark that is held against it. */
  readonly id: string;
  /** Its lower quartile over the baseline's: geometric mean over the forks, with Student's interval; null if unknown. */
  readonly ratio: Estimate | null;
}

/** What the run was asked to do. */
export interface Settings {
  /** Fresh processes, 1 to 1,000. */
  readonly forks: number;
  /** Rounds in each fork, 1 to 100,000: each gives one sample of each benchmark. */
  readonly rounds: number;
  /** Time that a benchmark is measured in one fork, in ms; its samples share it. */
  readonly timeMs: number;
  /** Fixed iterations in a sample; null: chosen from the clock. */
  readonly iterations: number | null;
  /** Least warm-up of a benchmark in one fork, in ms. */
  readonly warmupMs: number;
  /** Most warm-up of a benchmark in one fork, in ms. */
  readonly maxWarmupMs: number;
  /** How long a benchmark may take in one fork before it counts as hung, in ms. */
  readonly timeoutMs: number;
  /** Seed of every random choice, 0 to 2^32 - 1. */
  readonly seed: number;
  /** Regular expression that benchmarks' ids must match; null for all. */
  readonly filter: string | null;
  /** Whether the quick settings were asked for. */
  readonly quick: boolean;
  /** Whether V8's helper threads are off in the measuring processes. */
  readonly isolateVm: boolean;
}

/** Something that a reader of the figures should know. */
export interface Warning {
  /** Stable, in snake_case. */
  readonly code: string;
  /** For people. */
  readonly message: string;
  /** The benchmark concerned; null for the whole run. */
  readonly benchmarkId: string | null;
}

/** A whole result document. */
export interface ResultDocument {
  /** Always `puffin-bench/result`. */
  readonly format: typeof DOCUMENT_FORMAT;
  /** The version of this schema. */
  readonly version: typeof DOCUMENT_VERSION;
  /** The program that wrote it. */
  readonly tool: { readonly name: string; readonly version: string };
  /** When and how it was run; `interrupted` if not all that was asked for is in it. */
  readonly run: {
    readonly id: string;
    readonly status: "complete" | "interrupted";
    readonly startedAt: string;
    readonly finishedAt: string;
    readonly durationMs: number;
    readonly suites: readonly string[];
    readonly arguments: readonly string[];
  };
  /** What was asked for. */
  readonly settings: Settings;
  /** Where it ran. */
  readonly environment: Environment;
  /** What decides how well that host measures; null if nobody asked. */
  readonly host: HostFacts | null;
  /** How fast that host is, by a fixed mix of small programs; empty if they were left out. */
  readonly hostFigures: readonly HostFigure[];
  /** How quiet it was there. */
  readonly quietness: Quietness;
  /** What timed it. */
  readonly clock: ClockFacts;
  /** What a reader should know. */
  readonly warnings: readonly Warning[];
  /** Its benchmarks, in the order of definition. */
  readonly benchmarks: readonly BenchmarkResult[];
  /** Growth over numeric parameters. */
  readonly scaling: readonly Scaling[];
  /** Ratios within groups. */
  readonly groups: readonly GroupRatio[];
  /**
   * Reference benchmarks: the same code in every run of a version of the program, measured along with the others, so that a
   * comparison knows how far the host alone moves a figure. Empty if they were left out.
   */
  readonly references: readonly BenchmarkResult[];
}
