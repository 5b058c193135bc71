/**
 * What a reader must know before trusting a benchmark's figures, as one-character marks with a legend.
 *
 * @module
 */

import { isCommand } from "../measure/commands/is_command.ts";
import type { MeasuredBenchmark } from "../measure/document.ts";

/** One mark and what it means. */
export interface Flag {
  /** One character. */
  readonly mark: string;
  /** What it says about the figures, and what helps. */
  readonly meaning: string;
}

/** Half an interval's width, relative to the median, above which a figure is called uncertain. */
const WIDE_INTERVAL_RATIO = 0.05;

/** Share of samples beyond Tukey's fences above which the distribution is called long-tailed. */
const MANY_OUTLIERS_RATIO = 0.1;

/** Share of samples left out above which a reader should know; below it, the line under the table tells how many count. */
const MANY_EXCLUDED_RATIO = 0.05;

interface Rule extends Flag {
  /** What helps where each sample is a run of a command. */
  readonly ofCommand?: string;
  applies(result: MeasuredBenchmark): boolean;
}

const RULES: readonly Rule[] = [
  {
    mark: "!",
    meaning:
      "optimised away: no different from an empty loop, so its figures measure nothing; it should return what depends on the work",
    applies: (result) => result.status === "optimized_out",
  },
  {
    mark: "u",
    meaning: "unsteady: its warm-up ended before it settled; a longer --time may help",
    applies: (result) => !result.steady,
  },
  {
    mark: "w",
    meaning: "wide: the interval exceeds ±5 %; --forks, --rounds or a quieter machine narrow it",
    ofCommand: "wide: the interval exceeds ±5 %; more --runs or a quieter machine narrow it",
    applies: (result) => (intervalRatio(result) ?? 0) > WIDE_INTERVAL_RATIO,
  },
  {
    mark: "n",
    meaning: "no interval: at least 3 samples are needed; raise --rounds",
    ofCommand: "no interval: at least 3 runs are needed; raise --runs",
    applies: (result) => result.statistics.medianInterval === null,
  },
  {
    mark: "x",
    meaning: "disturbed: more than 5 % of the samples are left out by cause (steal, preemption or suspend)",
    applies: ({ statistics: { excluded, samples } }) => {
      const left = excluded.steal + excluded.preemption + excluded.suspend;
      return left > MANY_EXCLUDED_RATIO * (samples + left);
    },
  },
  {
    mark: "o",
    meaning: "outliers: more than 10 % of the samples lie beyond Tukey's fences; they are kept",
    applies: ({ statistics: { outliers, samples } }) =>
      outliers.lowExtreme + outliers.lowMild + outliers.highMild + outliers.highExtreme > MANY_OUTLIERS_RATIO * samples,
  },
];

/** The flags of one benchmark, the gravest first. */
export function flagsOf(result: MeasuredBenchmark): Flag[] {
  const applying = RULES.filter((rule) => rule.applies(result));
  // Nothing can be said about the figures of what was optimised away.
  return (result.status === "optimized_out" ? applying.slice(0, 1) : applying).map(({ mark, meaning, ofCommand }) => ({
    mark,
    meaning: isCommand(result) ? ofCommand ?? meaning : meaning,
  }));
}

/** The longer arm of the median's interval, relative to the median; null without an interval or with a median of 0. */
export function intervalRatio({ statistics: { median, medianInterval } }: MeasuredBenchmark): number | null {
  if (medianInterval === null || median === 0) return null;
  return Math.max(medianInterval.high - median, median - medianInterval.low) / Math.abs(median);
}
