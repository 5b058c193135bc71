/**
 * The figures of a comparison's tables, and how much each matters where space is short.
 *
 * @module
 */

import type { ComparedBenchmark, Comparison, SideFigure } from "../../compare/comparison.ts";
import { formatNumber } from "../number_format.ts";
import { UNKNOWN } from "../columns.ts";
import { changeText, figureText, intervalText, levelText, thresholdText } from "./comparison_words.ts";
import { isCompared } from "./outcome.ts";

/** One column of figures. */
export interface ComparisonColumn {
  /** Its heading. */
  readonly title: string;
  /** 0 is the most important: where space is short, the least important columns go first. */
  readonly importance: number;
  /** The figure of one benchmark. */
  cell(entry: ComparedBenchmark): string;
}

/** The columns for this comparison, in the order of display. */
export function comparisonColumns({ benchmarks, options }: Comparison): readonly ComparisonColumn[] {
  const compared = benchmarks.filter(isCompared);
  const level = compared.flatMap(({ interval }) => interval ?? [])[0]?.level;
  const hasOwnThresholds = compared.some(({ threshold }) => threshold !== options.threshold);
  return [
    { title: "Change", importance: 0, cell: ({ verdict, ratio }) => verdict === "same" ? "~" : changeText(ratio) },
    {
      title: level === undefined ? "Interval" : `${levelText(level)} interval`,
      importance: 2,
      cell: ({ interval }) => intervalText(interval),
    },
    ...(hasOwnThresholds
      ? [{
        title: "Threshold",
        importance: 3,
        cell: ({ threshold }: ComparedBenchmark) => thresholdText(threshold),
      }]
      : []),
    { title: "Baseline", importance: 5, cell: ({ baseline }) => figureText(baseline.value, baseline.unit) },
    { title: "Current", importance: 4, cell: ({ current }) => figureText(current.value, current.unit) },
    { title: "p (adjusted)", importance: 6, cell: ({ adjustedPValue }) => probabilityText(adjustedPValue) },
    {
      title: "Processes",
      importance: 7,
      cell: ({ baseline, current, pairRatios }) =>
        pairRatios.length > 0
          ? `${formatNumber(pairRatios.length)} ${pairRatios.length === 1 ? "pair" : "pairs"}`
          : `${formatNumber(processes(baseline))} / ${formatNumber(processes(current))}`,
    },
  ];
}

function processes({ forks }: SideFigure): number {
  return forks.reduce((total, run) => total + run.length, 0);
}

function probabilityText(probability: number | null): string {
  if (probability === null) return UNKNOWN;
  return probability < 0.001 ? "<0.001" : formatNumber(probability, 3);
}
