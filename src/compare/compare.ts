/**
 * Two sets of stored results, held against each other.
 *
 * @module
 */

import type { Sides } from "./circumstances.ts";
import { differencesOver } from "./circumstances.ts";
import { CompareError } from "./compare_error.ts";
import {
  type ComparedBenchmark,
  type Comparison,
  COMPARISON_FORMAT,
  COMPARISON_VERSION,
  type Source,
} from "./comparison.ts";
import { type Estimated, estimateSuite, type Suite } from "./estimate.ts";
import { equivalencePValue } from "./equivalence.ts";
import { controlsOf, driftFact } from "./host_facts.ts";
import { hostSpeeds } from "./host_speeds.ts";
import { ratioInterval, ratioOf } from "./log_ratio.ts";
import { matchBenchmarks } from "./matching.ts";
import { benjaminiHochberg, holm } from "./multiplicity.ts";
import { neededForProcesses, neededRuns } from "./needed_runs.ts";
import type { RunData } from "./run_data.ts";
import { sideFigure } from "./side_figure.ts";
import { judge, suiteVerdict } from "./verdict.ts";
import { comparisonWarnings } from "./warnings.ts";
import { requireRuns } from "./require_runs.ts";
import { studentT } from "../measure/statistics/student_t.ts";

/** How runs are compared. */
export interface CompareOptions {
  /** The change that matters in a benchmark, by its id: above 0, 0.1 for 10 %. */
  readonly threshold: (id: string) => number;
  /** The same for a benchmark without a threshold of its own; for the document. */
  readonly defaultThreshold: number;
  /** Accepted error rate over the whole suite, in (0, 1); default 0.05. */
  readonly alpha?: number;
  /**
   * Which error rate that is. `fdr`: the share of the changes found that are none (Benjamini and Hochberg). `fwer`: the
   * probability of a single such change (Holm).
   */
  readonly errorControl: Comparison["options"]["errorControl"];
  /** Whether runs of different hosts, runtimes or settings are compared all the same. */
  readonly acrossHosts: boolean;
  /** The program that compares. */
  readonly tool: Comparison["tool"];
  /** Now, as ISO 8601. */
  readonly createdAt: string;
}

/**
 * Compares the runs of two sides, benchmark by benchmark, and gives each a verdict with its evidence.
 *
 * What stands for a process is one figure; the evidence is the processes within their runs, and the runs within their side. The
 * host's own level, by the references that were measured along with every run, is taken off first, fork by fork; how far it
 * moves a single benchmark beyond that is a part of every standard error ({@linkcode Comparison.drift}). Without references the
 * host's level is unknown, and small changes stay inconclusive.
 *
 * @param sides The runs; at least one on each side.
 * @throws {CompareError} If a side has no run, or one twice; or if hosts, runtimes or settings differ, on two sides or within
 * one, and `acrossHosts` is false.
 * @throws {RangeError} If a threshold or `alpha` is out of its range.
 */
export function compareRuns(sides: Sides<readonly RunData[]>, options: CompareOptions): Comparison {
  const { defaultThreshold, alpha = 0.05, errorControl, acrossHosts, tool, createdAt } = options;
  requireOptions(defaultThreshold, alpha);
  requireRuns(sides);
  const differences = differencesOver(sides);
  if (differences.length > 0 && !acrossHosts) throw refusal(sides, differences);

  const matchings = matchBenchmarks(sides);
  const suite = estimateSuite(sides, matchings.filter((matching) => matching.status === "matched"));
  const compared = compareSuite(suite, options, sides);
  const benchmarks = matchings.map((matching) =>
    matching.status === "matched" ? found(compared, matching.identity.id) : matching
  );
  const speeds = hostSpeeds(sides);
  const decided = {
    differences,
    hostSpeeds: speeds,
    benchmarks,
    drift: driftFact(suite, 1 - alpha),
    threshold: defaultThreshold,
  };
  return {
    format: COMPARISON_FORMAT,
    version: COMPARISON_VERSION,
    tool,
    createdAt,
    method: "documents",
    status: "complete",
    options: { threshold: defaultThreshold, alpha, errorControl, acrossHosts },
    baseline: sideOf(sides.baseline),
    current: sideOf(sides.current),
    environment: sides.current[0]?.environment ?? null,
    differences,
    hostSpeeds: speeds,
    verdict: suiteVerdict(benchmarks),
    drift: decided.drift,
    controls: controlsOf(suite, 1 - alpha),
    benchmarks,
    warnings: comparisonWarnings(sides, suite, decided),
    durationMs: null,
    settings: null,
  };
}

function requireOptions(threshold: number, alpha: number): void {
  if (!(threshold > 0 && threshold < Infinity)) {
    throw new RangeError(`Cannot compare: a threshold must be above 0, it is ${threshold}`);
  }
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`Cannot compare: alpha must lie between 0 and 1, it is ${alpha}`);
}

function refusal(
  { baseline, current }: Sides<readonly RunData[]>,
  differences: Comparison["differences"],
): CompareError {
  const names = [...new Set([...baseline, ...current].map(({ source }) => JSON.stringify(source)))];
  const told = differences.map(({ field, baseline, current }) =>
    `${field} is ${JSON.stringify(baseline)} and ${JSON.stringify(current)}`
  );
  return new CompareError(
    "circumstances_differ",
    `Cannot compare ${names.join(" and ")}: ${told.join("; ")}; measure both in the same way on one host, or pass ` +
      "--across-hosts to compare them all the same",
    differences,
  );
}

function sideOf(runs: readonly RunData[]): Comparison["baseline"] {
  const sources = runs.map(({ source, tool, startedAt, commit, environment }): Source => ({
    name: source,
    tool,
    startedAt,
    commit,
    fingerprint: environment?.fingerprint ?? null,
  }));
  const [first, ...others] = sources.map(({ name }) => name);
  const label = others.length > 2 ? `${first} and ${others.length} more` : sources.map(({ name }) => name).join(", ");
  return { label, sources };
}

/** The verdicts need all p-values at once: they are adjusted for the number of benchmarks. */
function compareSuite(
  { benchmarks }: Suite,
  { threshold, alpha = 0.05, errorControl }: CompareOptions,
  sides: Sides<readonly RunData[]>,
): ReadonlyMap<string, ComparedBenchmark> {
  const adjust = errorControl === "fwer" ? holm : benjaminiHochberg;
  const pValues = benchmarks.map(({ effect }) => {
    if (effect === null) return null;
    if (effect.standardError === 0) return effect.effect === 0 ? 1 : 0;
    return Math.min(1, 2 * studentT(-Math.abs(effect.effect / effect.standardError), effect.degreesOfFreedom));
  });
  const adjusted = adjust(pValues);
  const eachMs = runDuration(sides);
  return new Map(benchmarks.map((benchmark, index) => {
    const bounds = { threshold: threshold(benchmark.match.identity.id), alpha };
    requireOptions(bounds.threshold, alpha);
    const [pValue, adjustedPValue] = [pValues[index] ?? null, adjusted[index] ?? null];
    return [benchmark.match.identity.id, decide(benchmark, { ...bounds, pValue, adjustedPValue, eachMs })];
  }));
}

interface Grounds {
  readonly threshold: number;
  readonly alpha: number;
  readonly pValue: number | null;
  readonly adjustedPValue: number | null;
  readonly eachMs: number | null;
}

function decide(
  { match, spreads, effect }: Estimated,
  { threshold, alpha, pValue, adjustedPValue, eachMs }: Grounds,
): ComparedBenchmark {
  const common = {
    ...match.identity,
    status: "compared",
    threshold,
    pValue,
    adjustedPValue,
    baseline: sideFigure(match.sides.baseline),
    current: sideFigure(match.sides.current),
    pairRatios: [],
  } as const;
  if (effect === null || pValue === null || adjustedPValue === null) {
    return {
      ...common,
      verdict: "inconclusive",
      reason: "one_process",
      ratio: ratioOf(spreads.current.mean - spreads.baseline.mean),
      interval: null,
      equivalencePValue: null,
      spread: null,
      needed: { what: "runs", count: neededForProcesses(spreads), eachMs },
    };
  }
  const equivalence = equivalencePValue(effect, threshold);
  const judged = judge({ effect: effect.effect, adjustedPValue, equivalencePValue: equivalence }, { threshold, alpha });
  const multiplicity = pValue === 0 ? 1 : adjustedPValue / pValue;
  const count = judged.verdict === "inconclusive"
    ? neededRuns(spreads, effect, { threshold, alpha, multiplicity })
    : null;
  const { forkSd, runSd, standardError, degreesOfFreedom } = effect;
  return {
    ...common,
    ...judged,
    ratio: ratioOf(effect.effect),
    interval: ratioInterval(effect, 1 - alpha),
    equivalencePValue: equivalence,
    spread: { forkSd, runSd, standardError, degreesOfFreedom },
    needed: count === null ? null : { what: "runs", count, eachMs },
  };
}

function runDuration({ baseline, current }: Sides<readonly RunData[]>): number | null {
  const known = [...baseline, ...current].flatMap(({ durationMs }) => durationMs ?? []);
  return known.length === 0 ? null : known.reduce((sum, durationMs) => sum + durationMs, 0) / known.length;
}

function found(compared: ReadonlyMap<string, ComparedBenchmark>, id: string): ComparedBenchmark {
  const benchmark = compared.get(id);
  if (benchmark === undefined) throw new Error(`Benchmark ${JSON.stringify(id)} was matched and not estimated`);
  return benchmark;
}
