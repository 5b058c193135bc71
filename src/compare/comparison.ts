/**
 * The comparison document: what became faster, slower, or stayed the same, with the evidence, as one versioned JSON value.
 *
 * Durations are in nanoseconds (`Ns`) or milliseconds (`Ms`). A ratio is the current cost over the baseline's: above 1 is slower.
 * Standard deviations (`Sd`) are of natural logarithms, so that 0.01 is about 1 %.
 *
 * @module
 */

import type { Parameters } from "../measure/definition.ts";
import type { Warning } from "../measure/document.ts";
import type { Environment, HostFigureKind } from "../measure/document_environment.ts";

/** The version that this code writes, and the only one that it reads. */
export const COMPARISON_VERSION = 1;

/** What the `format` field of every comparison says. */
export const COMPARISON_FORMAT = "puffin-bench/comparison";

/**
 * What can be said of a change. `slower`, `faster`: noise does not explain the difference, and it reaches the threshold.
 * `same`: it is proved to lie within the threshold. `inconclusive`: neither is shown.
 */
export type Verdict = "slower" | "faster" | "same" | "inconclusive";

/**
 * Why a verdict is inconclusive. `noise`: the interval is too wide to tell. `near_threshold`: there is a difference, and whether
 * it reaches the threshold cannot be told. `one_process`: a side has one process only, whose deviation nobody knows. `budget`:
 * the time ran out before it was decided.
 */
export type UndecidedReason = "noise" | "near_threshold" | "one_process" | "budget";

/**
 * Why two results of one benchmark are not compared. `definition_changed`: the measured code, its hooks or its options differ.
 * `params_changed`: it is measured with other parameters. `unit_changed`: the figures are of different kinds. `failed`: it failed
 * on at least one side; `failedIn` tells where. `optimized_out`: the compiler removed the code on at least one side.
 */
export type IncomparableReason = "definition_changed" | "params_changed" | "unit_changed" | "failed" | "optimized_out";

/** An interval that holds the true value with probability `level`. */
export interface Interval {
  /** Lower end. */
  readonly low: number;
  /** Upper end. */
  readonly high: number;
  /** Confidence level, for instance 0.95. */
  readonly level: number;
}

/** What one side measured of a benchmark. */
export interface SideFigure {
  /** The estimate: geometric mean over the processes of what `estimator` says of each. */
  readonly value: number;
  /** Its unit, for instance `ns`. */
  readonly unit: string;
  /** What stands for a process: its lower quartile in our documents, whatever the file has in those of other tools. */
  readonly estimator: "p25" | "median" | "mean" | "p75" | "value";
  /** Samples that count, over all processes; null if the file does not tell. */
  readonly samples: number | null;
  /** The estimate of each process, by run. */
  readonly forks: readonly (readonly number[])[];
}

/** What more measuring would probably decide it. */
export interface Needed {
  /** What to add: whole runs or pairs of processes. */
  readonly what: "runs" | "pairs";
  /** How many more, on each side. */
  readonly count: number;
  /** How long one takes, in milliseconds; null if unknown. */
  readonly eachMs: number | null;
}

/** What identifies a benchmark on both sides. */
export interface ComparedIdentity {
  /** `suite/name`, with `/parameter=value` for each parameter; unique within the comparison. */
  readonly id: string;
  /** The suite's name. */
  readonly suite: string;
  /** The benchmark's name within its suite. */
  readonly name: string;
  /** Values of its parameters. */
  readonly params: Parameters;
}

/** A benchmark with a verdict. */
export interface ComparedBenchmark extends ComparedIdentity {
  /** Always `compared`. */
  readonly status: "compared";
  /** What can be said. */
  readonly verdict: Verdict;
  /** Why the verdict is inconclusive; null for every other verdict. */
  readonly reason: UndecidedReason | null;
  /** Current cost over the baseline's, the host's own factor ({@linkcode Drift}) taken off; the sides' values have it in them. */
  readonly ratio: number;
  /** Its interval; null where a side has one process only. */
  readonly interval: Interval | null;
  /** Change that matters: 0.1 means a ratio of at least 1.1 or at most 1 / 1.1. */
  readonly threshold: number;
  /** Probability of such a difference or a larger one if there were none, two-sided; null without an interval. */
  readonly pValue: number | null;
  /** The same, adjusted for the number of benchmarks: held against the level. */
  readonly adjustedPValue: number | null;
  /** The larger p-value of the two one-sided tests of equivalence at the threshold; null without an interval. */
  readonly equivalencePValue: number | null;
  /** What the interval's width comes from; null without an interval. */
  readonly spread: {
    /** Between processes (paired: between pairs of processes). */
    readonly forkSd: number;
    /** Between runs of one host, drift included; 0 for pairs, which share it. */
    readonly runSd: number;
    /** Standard error of the logarithm of the ratio. */
    readonly standardError: number;
    /** Degrees of freedom of the standard error. */
    readonly degreesOfFreedom: number;
  } | null;
  /** The baseline's figures. */
  readonly baseline: SideFigure;
  /** The current figures. */
  readonly current: SideFigure;
  /** The ratio within each pair of processes, in the order in which they ran; empty for documents. */
  readonly pairRatios: readonly number[];
  /** What would decide it; null if it is decided, or nothing sensible would. */
  readonly needed: Needed | null;
}

/** A benchmark whose two results cannot be held against each other. */
export interface IncomparableBenchmark extends ComparedIdentity {
  /** Always `incomparable`. */
  readonly status: "incomparable";
  /** Why. */
  readonly reason: IncomparableReason;
  /** For `failed` and `optimized_out`: where; null for the other reasons. */
  readonly failedIn: "baseline" | "current" | "both" | null;
  /** For people: what differs, or why it failed. */
  readonly message: string;
}

/** A benchmark that only one side has. */
export interface UnmatchedBenchmark extends ComparedIdentity {
  /** `added`: only the current side has it; `removed`: only the baseline. */
  readonly status: "added" | "removed";
}

/** One benchmark of a comparison. */
export type ComparisonEntry = ComparedBenchmark | IncomparableBenchmark | UnmatchedBenchmark;

/** One file, or one program, of a side. */
export interface Source {
  /** Path of the file or program; a revision. */
  readonly name: string;
  /** Tool and version that measured. */
  readonly tool: string;
  /** When it was measured, as ISO 8601; null if the file does not tell. */
  readonly startedAt: string | null;
  /** Commit of the measured checkout; null if unknown. */
  readonly commit: string | null;
  /** Fingerprint of its host; null if unknown. */
  readonly fingerprint: string | null;
}

/** Something in which the two sides' circumstances differ. */
export interface Difference {
  /** Where: `host`, `runtime` or `settings`. */
  readonly kind: "host" | "runtime" | "settings";
  /** Path of the field, such as `environment.cpu.model`. */
  readonly field: string;
  /** The baseline's value, in words. */
  readonly baseline: string;
  /** The current value, in words. */
  readonly current: string;
}

/** Same code on both sides: it tells how far the host alone moves a figure. */
export interface Control {
  /** What was measured. */
  readonly id: string;
  /** Current over baseline. */
  readonly ratio: number;
  /** Its interval, as far as processes of one run tell; null with one process. */
  readonly interval: Interval | null;
}

/** How fast the current side's host is by one figure. */
export interface FigureSpeed {
  /** The figure, such as `integer`. */
  readonly name: string;
  /** Its unit. */
  readonly unit: string;
  /** The baseline's host. */
  readonly baseline: number;
  /** The current one. */
  readonly current: number;
  /** How many times as fast the current one is: above 1 it is faster, whichever way the unit goes. */
  readonly speed: number;
  /** Its interval, as far as the figures' own tell; null if one reaches 0. */
  readonly interval: Interval | null;
}

/** How fast the current side's host is in one part of the hardware. */
export interface HostSpeed {
  /** Which part. */
  readonly kind: HostFigureKind;
  /** How many times as fast the current one is: geometric mean over the figures. */
  readonly speed: number;
  /** Its interval. */
  readonly interval: Interval | null;
  /** The figures. */
  readonly figures: readonly FigureSpeed[];
}

/** How far the host drifted between the two sides. */
export interface Drift {
  /**
   * How much slower the host itself was on the current side, by the reference benchmarks: already taken off every benchmark's
   * ratio. Null without references; 1 then stands in its place, and `sd` is what is known of it.
   */
  readonly factor: { readonly ratio: number; readonly interval: Interval | null } | null;
  /** Standard deviation of the logarithm of a ratio of equal code, the factor taken off, that processes of one run do not show. */
  readonly sd: number;
  /** How well that is known. */
  readonly degreesOfFreedom: number;
  /** What it was estimated from. */
  readonly from: "references" | "runs" | "experience";
}

/** A whole comparison. */
export interface Comparison {
  /** Always `puffin-bench/comparison`. */
  readonly format: typeof COMPARISON_FORMAT;
  /** The version of this schema. */
  readonly version: typeof COMPARISON_VERSION;
  /** The program that compared. */
  readonly tool: { readonly name: string; readonly version: string };
  /** When, as ISO 8601. */
  readonly createdAt: string;
  /** `documents`: two sets of stored results. `paired`: two programs, measured in turn. */
  readonly method: "documents" | "paired";
  /** `interrupted` if not all that was asked for is in it. */
  readonly status: "complete" | "interrupted";
  /** What was asked for. */
  readonly options: {
    /** Change that matters, unless a benchmark has a threshold of its own; above 0. */
    readonly threshold: number;
    /** Share of wrong verdicts that is accepted, over the whole suite: 0.05 for a level of 95 %. */
    readonly alpha: number;
    /** `fdr`: share of the changes found that are none. `fwer`: probability of any such. */
    readonly errorControl: "fdr" | "fwer";
    /** Whether different hosts, runtimes or settings were compared all the same. */
    readonly acrossHosts: boolean;
  };
  /** What it is compared with. */
  readonly baseline: { readonly label: string; readonly sources: readonly Source[] };
  /** What is compared. */
  readonly current: { readonly label: string; readonly sources: readonly Source[] };
  /** Where the current side was measured; null if the files do not tell. */
  readonly environment: Environment | null;
  /** In what the two sides' circumstances differ: empty, or compared across hosts. */
  readonly differences: readonly Difference[];
  /** How fast the current side's host is beside the baseline's; empty if a side does not tell, and for pairs. */
  readonly hostSpeeds: readonly HostSpeed[];
  /** The suite's verdict: slower if any benchmark is, else inconclusive if any is, else faster if any is, else same. */
  readonly verdict: Verdict;
  /** The host's drift; null for pairs, which share it. */
  readonly drift: Drift | null;
  /** Same code on both sides. */
  readonly controls: readonly Control[];
  /** The benchmarks, in the order of definition; what was removed last. */
  readonly benchmarks: readonly ComparisonEntry[];
  /** What a reader should know. */
  readonly warnings: readonly Warning[];
  /** Time spent on measuring, in milliseconds; null for documents. */
  readonly durationMs: number | null;
  /** How to have it again: seed and settings of a paired measurement; null for documents. */
  readonly settings: Readonly<Record<string, string | number | boolean | null>> | null;
}
