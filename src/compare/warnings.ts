/**
 * What a reader of a comparison should know.
 *
 * @module
 */

import type { Warning } from "../measure/document.ts";
import type { Sides } from "./circumstances.ts";
import { isBimodal } from "./bimodal.ts";
import type { ComparedBenchmark, Comparison, Drift } from "./comparison.ts";
import type { Estimated, Suite } from "./estimate.ts";
import { FEW_PROCESSES } from "./needed_runs.ts";
import { isOurs } from "./ours.ts";
import { figuresOf } from "./require_runs.ts";
import type { RunData } from "./run_data.ts";

/** What was decided. */
export interface Decided extends Pick<Comparison, "differences" | "benchmarks" | "hostSpeeds"> {
  /** The host's drift. */
  readonly drift: Drift;
  /** The default threshold. */
  readonly threshold: number;
}

/** The warnings of a comparison: those of the whole first. */
export function comparisonWarnings(
  sides: Sides<readonly RunData[]>,
  suite: Suite,
  { differences, benchmarks, hostSpeeds, drift, threshold }: Decided,
): Warning[] {
  const compared = benchmarks.filter((entry) => entry.status === "compared");
  return [
    ...ofCircumstances(sides, differences),
    ...ofHost(sides, drift, threshold),
    ...(differences.length === 0 ? ofSpeeds(sides, hostSpeeds) : []),
    ...ofProcesses(sides, compared),
    ...ofUndecided(sides, compared),
    ...ofSources(sides, compared),
    ...suite.benchmarks.flatMap((benchmark) => ofBimodality(benchmark, threshold)),
  ];
}

function warning(code: string, message: string, benchmarkId: string | null = null): Warning {
  return { code, message, benchmarkId };
}

function areOurs({ baseline, current }: Sides<readonly RunData[]>): boolean {
  return [...baseline, ...current].every(isOurs);
}

/** `, or use puffin-bench ab`, where that is possible. */
function orAb(sides: Sides<readonly RunData[]>, end = ""): string {
  return areOurs(sides) ? `, or use puffin-bench ab${end}` : "";
}

function ofCircumstances(
  { baseline, current }: Sides<readonly RunData[]>,
  differences: Comparison["differences"],
): Warning[] {
  const warnings: Warning[] = [];
  if (differences.length > 0) {
    const message = "hosts, runtimes or settings differ, and may explain any change; measure both sides on one host" +
      `${orAb({ baseline, current }, ",")} for a verdict on the code`;
    warnings.push(warning("across_hosts", message));
  }
  const before = new Set(baseline.map(figuresOf));
  if (current.some((run) => run.benchmarks.length > 0 && before.has(figuresOf(run)))) {
    warnings.push(warning("same_run", "both sides hold the same run, so that nothing can differ; pass two runs"));
  }
  return warnings;
}

function ofHost(
  { baseline, current }: Sides<readonly RunData[]>,
  drift: Drift,
  threshold: number,
): Warning[] {
  const warnings: Warning[] = [];
  const half = Math.log1p(threshold) / 2;
  if (drift.from !== "references") {
    const some = [...baseline, ...current].some(({ references }) => references.length > 0);
    const why = some ? "not all runs have the same reference benchmarks" : "the runs have no reference benchmarks";
    const message = `${why}, so how far the host moved all figures is not known; ${
      areOurs({ baseline, current })
        ? "measure both sides with one version of the program and without --no-references, or use puffin-bench ab"
        : "measure several runs of each side in turn"
    }`;
    warnings.push(warning("no_references", message));
  } else if (drift.factor !== null && Math.abs(Math.log(drift.factor.ratio)) > half) {
    const { ratio } = drift.factor;
    const change = ratio > 1 ? `${percent(ratio - 1)} slower` : `${percent(1 - ratio)} faster`;
    const message =
      `the host itself was ${change} on the current side by the reference benchmarks, which is taken off; ` +
      `measure both sides in one hour${orAb({ baseline, current })}`;
    warnings.push(warning("host_factor", message));
  }
  if (drift.sd > half) {
    const message =
      `between these runs equal code differs by ${percent(Math.expm1(drift.sd))} (one standard deviation) ` +
      `against a threshold of ${percent(threshold)}; pass more runs on each side${
        areOurs({ baseline, current }) ? ", raise --threshold, or use puffin-bench ab" : " or raise --threshold"
      }`;
    warnings.push(warning("drift", message));
  }
  return warnings;
}

/** By how much the hardware itself must differ, surely, on what is one host by name: within a host it depends on neighbours. */
const OTHER_SPEED = 1.25;

/** Sides that say they are of one host and differ in what it can do: nobody would look. Across hosts the speeds are told anyway. */
function ofSpeeds(sides: Sides<readonly RunData[]>, speeds: Comparison["hostSpeeds"]): Warning[] {
  return speeds.flatMap(({ kind, speed, interval }) => {
    if (interval === null || (kind !== "cpu" && kind !== "memory")) return [];
    const isOther = interval.low > OTHER_SPEED || interval.high < 1 / OTHER_SPEED;
    if (!isOther) return [];
    const part = kind === "cpu" ? "processor" : "memory";
    const message = `the host's ${part} was ${speed.toFixed(2)} times as fast on the current side ` +
      `(${interval.low.toFixed(2)} to ${
        interval.high.toFixed(2)
      }), although both sides are of one host by its facts; ` +
      `see what disturbed either with puffin-bench doctor${orAb(sides)}`;
    return [warning("host_speed", message)];
  });
}

function ofProcesses(sides: Sides<readonly RunData[]>, compared: readonly ComparedBenchmark[]): Warning[] {
  const remedy = areOurs(sides) ? "measure with --forks 8" : "pass more runs on each side";
  const fewest = compared.map(({ baseline, current }) =>
    Math.min(baseline.forks.flat().length, current.forks.flat().length)
  );
  const warnings: Warning[] = [];
  const single = fewest.filter((count) => count === 1).length;
  if (single > 0) {
    const message =
      `${single} of ${compared.length} benchmarks ran in a single process on a side, which can never show a ` +
      `change: nobody knows how far processes differ; ${remedy}`;
    warnings.push(warning("one_process", message));
  }
  const few = fewest.filter((count) => count > 1 && count < FEW_PROCESSES).length;
  if (few > 0) {
    const message =
      `${few} of ${compared.length} benchmarks ran in fewer than ${FEW_PROCESSES} processes on a side, which ` +
      `makes their intervals wide; ${remedy}`;
    warnings.push(warning("few_forks", message));
  }
  return warnings;
}

function ofUndecided(sides: Sides<readonly RunData[]>, compared: readonly ComparedBenchmark[]): Warning[] {
  if (!areOurs(sides)) return []; // each says so itself
  const undecided = compared.filter(({ verdict, needed }) => verdict === "inconclusive" && needed === null).length;
  if (undecided === 0) return [];
  const message =
    `${undecided} of ${compared.length} benchmarks would stay undecided with many more runs; use puffin-bench ab, ` +
    "which measures both sides in turn";
  return [warning("use_ab", message)];
}

/**
 * What the files themselves say: of the whole run always; of benchmarks where it may be why they are undecided, and then summed
 * up with one of them as the example, for a disturbed host disturbs all.
 */
function ofSources(
  { baseline, current }: Sides<readonly RunData[]>,
  compared: readonly ComparedBenchmark[],
): Warning[] {
  const undecided = new Set(compared.filter(({ verdict }) => verdict === "inconclusive").map(({ id }) => id));
  return [...baseline, ...current].flatMap(({ source, warnings = [] }) => {
    const from = JSON.stringify(source);
    const ofRun = warnings.filter(({ benchmarkId }) => benchmarkId === null);
    const ofBenchmarks = warnings.filter(({ benchmarkId }) => benchmarkId !== null && undecided.has(benchmarkId));
    const byCode = Map.groupBy(ofBenchmarks, ({ code }) => code);
    return [
      ...ofRun.map(({ code, message }) => warning(code, `${from}: ${message}`)),
      ...[...byCode].flatMap(([code, [first, ...others]]) => {
        if (first === undefined) return [];
        if (others.length === 0) return [warning(code, `${from}: ${first.message}`, first.benchmarkId)];
        const count = `${others.length + 1} undecided benchmarks`;
        return [
          warning(code, `${from}: so for ${count}, such as ${JSON.stringify(first.benchmarkId)}: ${first.message}`),
        ];
      }),
    ];
  });
}

function ofBimodality({ match, costs }: Estimated, threshold: number): Warning[] {
  const runs = [...costs.baseline, ...costs.current];
  const gap = Math.log1p(threshold) / 2;
  if (!runs.some(({ processes }) => isBimodal(processes.map(({ log }) => log), gap))) return [];
  const message =
    "its processes fall into two groups, so that their mean depends on how many fell into each; raise --forks";
  return [warning("bimodal", message, match.identity.id)];
}

function percent(ratio: number): string {
  return `${(100 * ratio).toFixed(ratio < 0.1 ? 1 : 0)} %`;
}
