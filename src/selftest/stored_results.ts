/**
 * How far the comparison of stored results can be trusted.
 *
 * @module
 */

import { compareRuns } from "../compare/compare.ts";
import type { Verdict } from "../compare/comparison.ts";
import type { RunData } from "../compare/run_data.ts";
import type { Estimate } from "../measure/document.ts";
import { hasAlarm, shares } from "./false_alarms.ts";
import type { RunPair } from "./process_runs.ts";
import { boundWithoutSuccess, proportion } from "./proportion.ts";

/** What comparisons of stored results of identical code found. */
export interface StoredResults {
  /** The change that matters: 0.1 for 10 %. */
  readonly threshold: number;
  /** Processes of each run; the smallest number among them. */
  readonly forks: number;
  /** Comparisons. */
  readonly comparisons: number;
  /** Those in which a benchmark came out slower or faster. */
  readonly alarms: number;
  /** Their share; the interval counts only comparisons that share no run. */
  readonly rate: Estimate;
  /** Comparisons that share no run. */
  readonly independent: number;
  /** What those alone, had none of them alarmed, would leave possible (the rule of three). */
  readonly independentBound: number;
  /** Share of each verdict over all benchmarks. */
  readonly verdicts: Readonly<Record<Verdict, number>>;
  /** What became of one benchmark that was made slower, each in its turn. */
  readonly slowed: {
    /** By how much: 0.25 for 25 %. */
    readonly size: number;
    /** Share that came out slower. */
    readonly found: Estimate;
    /** Share that came out the same, which is wrong. */
    readonly calledSame: Estimate;
  };
}

/** What `compare` does by default, and the change it is held to. */
export const STORED_DEFAULTS = Object.freeze({ threshold: 0.1, alpha: 0.05, slowedBy: 0.25 });

/** How stored results are compared. */
export interface StoredOptions {
  /** The change that matters: 0.1 for 10 %. */
  readonly threshold: number;
  /** Error accepted over a suite. */
  readonly alpha: number;
  /** The change that is made to one benchmark: 0.25 for 25 %. */
  readonly slowedBy: number;
  /** Whether each benchmark in turn is made slower in every pair of runs, or one in each pair. */
  readonly slowEach: boolean;
  /** Comparisons among them that share no run. */
  readonly independent: number;
  /** Ends it early, with an error. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Compares pairs of runs of identical code, each as it is and with one benchmark made slower.
 *
 * @returns null without a pair of runs.
 */
export function compareAlike(pairs: readonly RunPair[], options: StoredOptions): StoredResults | null {
  const { threshold, slowedBy, slowEach, independent, signal } = options;
  const suites: (readonly Verdict[])[] = [];
  const changed: Verdict[] = [];
  pairs.forEach(({ baseline, current }, index) => {
    signal?.throwIfAborted();
    suites.push([...verdictsOf(baseline, current, options).values()]);
    const turn = index % Math.max(1, current.benchmarks.length);
    for (const { id } of slowEach ? current.benchmarks : current.benchmarks.slice(turn, turn + 1)) {
      const verdict = verdictsOf(baseline, slower(current, id, 1 + slowedBy), options).get(id);
      if (verdict !== undefined) changed.push(verdict);
    }
  });
  const [first] = pairs;
  if (first === undefined || changed.length === 0) return null;
  const alarms = suites.filter(hasAlarm).length;
  const rate = alarms / suites.length;
  const trials = Math.max(1, Math.min(independent, suites.length));
  return {
    threshold,
    forks: Math.min(...pairs.flatMap(({ baseline, current }) => [forksOf(baseline), forksOf(current)])),
    comparisons: suites.length,
    alarms,
    rate: { ...proportion(rate * trials, trials), point: rate },
    independent: trials,
    independentBound: boundWithoutSuccess(trials),
    verdicts: shares(suites.flat()),
    slowed: {
      size: slowedBy,
      found: proportion(changed.filter((verdict) => verdict === "slower").length, changed.length),
      calledSame: proportion(changed.filter((verdict) => verdict === "same").length, changed.length),
    },
  };
}

function verdictsOf(
  baseline: RunData,
  current: RunData,
  { threshold, alpha }: StoredOptions,
): ReadonlyMap<string, Verdict> {
  const { benchmarks } = compareRuns({ baseline: [baseline], current: [current] }, {
    threshold: () => threshold,
    defaultThreshold: threshold,
    alpha,
    errorControl: "fdr",
    acrossHosts: false,
    tool: { name: "selftest", version: "1" },
    createdAt: "1970-01-01T00:00:00.000Z",
  });
  return new Map(
    benchmarks.flatMap((entry) => entry.status === "compared" ? [[entry.id, entry.verdict] as const] : []),
  );
}

function slower(run: RunData, slowId: string, factor: number): RunData {
  const benchmarks = run.benchmarks.map((benchmark) =>
    benchmark.id !== slowId ? benchmark : {
      ...benchmark,
      processes: benchmark.processes.map((process) => ({ ...process, value: process.value * factor })),
    }
  );
  return { ...run, benchmarks };
}

function forksOf({ benchmarks }: RunData): number {
  return Math.min(...benchmarks.map(({ processes }) => processes.length));
}
