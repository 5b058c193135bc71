/**
 * What limits the trust in single benchmarks: how far their samples and processes are apart, and whether they had their time.
 *
 * @module
 */

import type { MeasuredBenchmark, ResultDocument } from "../../measure/document.ts";
import { DEFAULT_SETTINGS } from "../../measure/settings.ts";
import { isMeasured } from "../document_view.ts";
import { flagsOf, intervalRatio } from "../flags.ts";
import { forkCourses } from "../html/charts/fork_course.ts";
import { samplesOf } from "../html/charts/samples_of.ts";
import { bimodalRule, varianceRule } from "../insights/variance.ts";
import { garbageCollectionRule } from "../insights/garbage_collection.ts";
import type { InsightRule } from "../insights/insight.ts";
import { quoted } from "../insights/words.ts";
import { formatDuration, formatPercent } from "../number_format.ts";
import { again, againWithForks, type Concern, type Severity, type TrustRule } from "./concern.ts";

/** Share of the benchmarks from which a concern about them is one about the result. */
const MANY = 0.25;

/** Worst first, no more than so many are told. */
const MAX_TOLD = 3;

/** A benchmark that is concerned, and how much. */
interface Case {
  readonly benchmark: MeasuredBenchmark;
  /** Larger is worse. */
  readonly weight: number;
  /** What its figures show, after its name: `its interval is ±12 %`. */
  readonly words: string;
}

/** One concern of all cases; none without any. */
function concernOf(
  document: ResultDocument,
  cases: readonly Case[],
  { code, title, advice }: Pick<Concern, "code" | "title" | "advice">,
): Concern[] {
  if (cases.length === 0) return [];
  const worst = cases.toSorted((left, right) => right.weight - left.weight);
  const count = document.benchmarks.filter(isMeasured).length;
  const untold = cases.length - MAX_TOLD;
  return [{
    code,
    severity: severityOf(cases.length, count),
    title: `${title} (${cases.length} of ${count})`,
    evidence: [
      ...worst.slice(0, MAX_TOLD).map(({ benchmark, words }) => `${quoted(benchmark)}: ${words}`),
      ...(untold > 0 ? [`The same shows in ${untold} more`] : []),
    ],
    advice,
    benchmarkIds: worst.map(({ benchmark }) => benchmark.id),
  }];
}

/** Of the whole result if many benchmarks share it. */
export function severityOf(concerned: number, all: number): Severity {
  return concerned > MANY * all ? "bad" : "mind";
}

function figures({ benchmarks }: ResultDocument): MeasuredBenchmark[] {
  return benchmarks.filter(isMeasured).filter(({ status }) => status === "ok");
}

function hasFlag(result: MeasuredBenchmark, mark: string): boolean {
  return flagsOf(result).some((flag) => flag.mark === mark);
}

/** No option asks for more: commands have three runs for each. */
const MAX_FORKS = 333;

/** Intervals that are wide, by the same rule as the table's flag. */
export const wideIntervals: TrustRule = (document) => {
  const cases = figures(document).filter((result) => hasFlag(result, "w")).map((benchmark): Case => {
    const ratio = intervalRatio(benchmark) ?? 0;
    return { benchmark, weight: ratio, words: `the median's interval is ±${formatPercent(ratio)}` };
  });
  const forks = Math.min(MAX_FORKS, Math.max(DEFAULT_SETTINGS.forks, 2 * document.settings.forks));
  return concernOf(document, cases, {
    code: "wide_intervals",
    title: "Wide intervals",
    advice: `Measure more processes: ${againWithForks(document, forks)}`,
  });
};

/** Many samples far above the others, by the same rule as the table's flag. */
export const outliers: TrustRule = (document) => {
  const cases = figures(document).filter((result) => hasFlag(result, "o")).map((benchmark): Case => {
    const { outliers: { highMild, highExtreme, lowMild, lowExtreme }, samples } = benchmark.statistics;
    const [high, low] = [highMild + highExtreme, lowMild + lowExtreme];
    return {
      benchmark,
      weight: (high + low) / samples,
      words: `${formatPercent(high / samples)} of ${samples} samples lie high beyond Tukey's fences, ${
        formatPercent(low / samples)
      } low`,
    };
  });
  return concernOf(document, cases, {
    code: "outliers",
    title: "Many outliers",
    advice:
      "Look at its samples in the page (puffin-bench report RESULT --output page.html): collections and other work come in " +
      "bursts; decisions use the lower quartile, which they move least, and means should not be trusted",
  });
};

/** Share of a benchmark's forks from which a drift is not chance. */
const MANY_FORKS = 0.25;

/** Processes within which the speed drifts, by the same rule as the page's charts. */
export const driftWithinForks: TrustRule = (document) => {
  const cases = figures(document).flatMap((benchmark): Case[] => {
    const courses = forkCourses(samplesOf(benchmark));
    const drifting = courses.filter(({ trend }) => trend.length > 0);
    if (drifting.length < Math.max(1, MANY_FORKS * courses.length)) return [];
    const largest = Math.max(...drifting.map(({ trend }) => {
      const levels = trend.map(({ valueNs }) => valueNs);
      return Math.max(...levels) / Math.min(...levels) - 1;
    }));
    return [{
      benchmark,
      weight: largest,
      words: `its speed drifts in ${drifting.length} of ${courses.length} forks, by up to ${formatPercent(largest)}`,
    }];
  });
  const time = `${Math.ceil(2 * document.settings.timeMs)}ms`;
  return concernOf(document, cases, {
    code: "drift",
    title: "Speed that drifts within processes",
    advice: `Give it longer to settle: ${
      again(document, "--time", time)
    }; if it drifts on, look for what grows: caches, lists, heaps`,
  });
};

/** Share of the time that was asked for, below which a benchmark did not have it. */
const ENOUGH_TIME = 0.5;

/** Benchmarks whose samples took much less than the time asked for. */
export const shortTime: TrustRule = (document) => {
  const { timeMs, iterations } = document.settings;
  if (iterations !== null) return [];
  const cases = figures(document).flatMap((benchmark): Case[] => {
    const times = benchmark.forks.map(({ samples }) => samples.wallNs.reduce((sum, ns) => sum + ns, 0));
    const least = Math.min(...times);
    const share = least / (timeMs * 1e6);
    if (share >= ENOUGH_TIME) return [];
    const words = `one of its forks was timed for ${formatDuration(least)} of ${formatDuration(timeMs * 1e6)}`;
    return [{ benchmark, weight: 1 - share, words }];
  });
  return concernOf(document, cases, {
    code: "short_time",
    title: "Benchmarks that did not reach their time",
    advice:
      "Leave the iterations to the clock: take `iterations` out of their definitions, and let hooks around iterations do less",
  });
};

/** What the insights say of processes and of the collector, as concerns. */
export const insightConcerns: TrustRule = (document) =>
  ([varianceRule, bimodalRule, garbageCollectionRule] satisfies InsightRule[]).flatMap((rule): Concern[] => {
    const insight = rule(document);
    if (insight === null) return [];
    const { code, title, evidence, advice, benchmarkIds } = insight;
    const count = document.benchmarks.filter(isMeasured).length;
    const isColumn = code === "garbage_collection"; // the program's own work, but it makes samples uneven
    const severity = isColumn ? "mind" : severityOf(benchmarkIds.length, count);
    return [{ code, severity, title, evidence: evidence.slice(0, MAX_TOLD), advice, benchmarkIds }];
  });
