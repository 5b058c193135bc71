/**
 * Processes that differ: what a process measures depends on the process.
 *
 * @module
 */

import { isBimodal } from "../../compare/bimodal.ts";
import type { MeasuredBenchmark, ResultDocument } from "../../measure/document.ts";
import { forkValues, mean, quantile, sortSamples, standardDeviation } from "../../measure/statistics/mod.ts";
import { formatDuration, formatNumber, formatPercent } from "../number_format.ts";
import { comparable } from "./conventions.ts";
import { forkLevels } from "./fork_levels.ts";
import { type Finding, type Insight, insightFrom } from "./insight.ts";
import { quoted } from "./words.ts";

/** Standard deviation between processes that is worth a word. */
const LEAST_SPREAD = 0.05;
/** Gap between two groups of processes that is worth a word. */
const LEAST_GAP = 0.05;
const LEVEL = 0.95;
/** The normal quantile that belongs to that level. */
const Z = 1.959964;

/** Finds benchmarks whose processes differ by more than their own samples explain. */
export function varianceRule(document: ResultDocument): Insight | null {
  return insightFrom(comparable(document).flatMap(spreadFinding), {
    code: "process_variance",
    title: "Processes differ from each other",
    advice:
      "Measure more processes (--forks) before trusting a small difference, compare with ab, which pairs them, and keep " +
      "what varies out of the measured code, with caching or connection pooling for external resources",
    notice: 2 * LEAST_SPREAD,
    problem: Infinity,
  });
}

/** Finds benchmarks whose processes fall into two groups. */
export function bimodalRule(document: ResultDocument): Insight | null {
  return insightFrom(comparable(document).flatMap(bimodalFinding), {
    code: "bimodal_processes",
    title: "Processes settle in one of two states",
    advice:
      "Measure more processes (--forks): more samples do not cure it; look for what a process decides once, such as the " +
      "layout of its memory or what was compiled",
    notice: LEAST_GAP,
    problem: Infinity,
  });
}

/** Finds benchmarks that most of their processes could not warm up to a steady state. */
export function unsteadyRule(document: ResultDocument): Insight | null {
  const findings = comparable(document).flatMap((benchmark): Finding[] => {
    const { forks, id } = benchmark;
    const unsteady = forks.filter(({ warmup }) => !warmup.steady).length;
    if (forks.length < 2 || !(2 * unsteady > forks.length)) return [];
    const share = unsteady / forks.length;
    return [{
      sentence: `${quoted(benchmark)} was not steady after its warm-up in ${unsteady} of ${forks.length} processes`,
      benchmarkIds: [id],
      weight: share,
    }];
  });
  return insightFrom(findings, {
    code: "unsteady",
    title: "Benchmarks that do not become steady",
    advice:
      "Stop what else runs on the host, take more samples in each process (--time), and look for caches that keep growing",
    notice: 0.5,
    problem: Infinity,
  });
}

function spreadFinding(benchmark: MeasuredBenchmark): Finding[] {
  const levels = logLevels(benchmark);
  if (levels.length < 3) return [];
  const spread = standardDeviation(levels);
  const { low, high } = spreadInterval(spread, levels.length);
  const within = standardErrorWithin(benchmark);
  if (!(low > LEAST_SPREAD) || !(low > within)) return [];
  return [{
    sentence: `${quoted(benchmark)} differs by ${formatPercent(spread)} between ${levels.length} processes ` +
      `(standard deviation, ${formatPercent(low)} to ${formatPercent(high)}, ${
        formatNumber(100 * LEVEL)
      } % interval); ` +
      `its samples explain ${formatPercent(within)}`,
    benchmarkIds: [benchmark.id],
    weight: low,
  }];
}

function bimodalFinding(benchmark: MeasuredBenchmark): Finding[] {
  const levels = logLevels(benchmark).toSorted((left, right) => left - right);
  if (!isBimodal(levels, Math.log1p(LEAST_GAP))) return [];
  const gaps = levels.slice(2, -1).map((value, index) => value - (levels[index + 1] ?? value));
  const split = gaps.indexOf(Math.max(...gaps)) + 2;
  const [lower, upper] = [levels.slice(0, split), levels.slice(split)];
  const gap = Math.expm1((upper[0] ?? 0) - (lower.at(-1) ?? 0));
  const range = (group: readonly number[]) =>
    `${formatDuration(Math.exp(group[0] ?? 0))} to ${formatDuration(Math.exp(group.at(-1) ?? 0))}`;
  return [{
    sentence: `${quoted(benchmark)} took ${range(lower)} in ${lower.length} processes and ${range(upper)} in ` +
      `${upper.length}, with nothing in the ${formatPercent(gap)} between`,
    benchmarkIds: [benchmark.id],
    weight: gap,
  }];
}

function logLevels(benchmark: MeasuredBenchmark): readonly number[] {
  const levels = [...forkLevels(benchmark).values()];
  return levels.every((level) => level > 0) ? levels.map(Math.log) : [];
}

/**
 * What the samples within a process leave open about its lower quartile, as a share of it, over the processes: 1.36 standard
 * deviations over the root of the number of samples, as for normal values (whose density at the quartile is 0.318 over the
 * standard deviation); the range between the quartiles over 1.349 stands for the standard deviation.
 */
function standardErrorWithin({ forks }: MeasuredBenchmark): number {
  const variances = forkValues(forks).map(({ values }) => {
    const sorted = sortSamples(values);
    const [p25, p75] = [quantile(sorted, 0.25), quantile(sorted, 0.75)];
    return (1.36 * (p75 - p25) / 1.349 / p25) ** 2 / values.length;
  });
  return Math.sqrt(mean(variances));
}

/**
 * The interval of a standard deviation of normal values, with chi-squared's quantiles as E. B. Wilson and M. M. Hilferty
 * approximate them (Proceedings of the National Academy of Sciences 17, 1931).
 */
export function spreadInterval(spread: number, count: number): { readonly low: number; readonly high: number } {
  const degrees = count - 1;
  const chiSquared = (z: number) => degrees * (1 - 2 / (9 * degrees) + z * Math.sqrt(2 / (9 * degrees))) ** 3;
  return { low: spread * Math.sqrt(degrees / chiSquared(Z)), high: spread * Math.sqrt(degrees / chiSquared(-Z)) };
}
