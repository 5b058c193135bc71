/**
 * One benchmark of a comparison on the page: its line in the forest plot, and what unfolds beneath it.
 *
 * @module
 */

import type { ComparedBenchmark, Comparison, ComparisonEntry } from "../../../compare/comparison.ts";
import {
  changeText,
  figureText,
  incomparableText,
  intervalText,
  levelText,
  OUTCOME_WORDS,
  thresholdText,
  undecidedText,
} from "../../comparison/comparison_words.ts";
import { type Outcome, outcomeOf } from "../../comparison/outcome.ts";
import { plural } from "../../facts.ts";
import { formatNumber, formatPercent } from "../../number_format.ts";
import { shortenMiddle } from "../../shorten.ts";
import { pairsChart } from "../charts/pairs_chart.ts";
import { processesChart } from "../charts/processes_chart.ts";
import { ratioCell, type RatioDomain } from "../charts/ratio_cell.ts";
import { MAX_LABEL_COLUMNS, MAX_NAME_COLUMNS } from "../name_length.ts";

/** One line. */
export interface EntryView {
  /** What links point to. */
  readonly key: string;
  /** Suite, name and parameters. */
  readonly name: string;
  /** The same, short enough for a sentence. */
  readonly label: string;
  /** What came of it, and how that is written. */
  readonly outcome: Outcome;
  /** One character. */
  readonly mark: string;
  /** The word beside it. */
  readonly word: string;
  /** What the columns are sorted by, in their order. */
  readonly sortKeys: string;
  /** Its line of the forest plot as SVG; empty without a ratio. */
  readonly drawing: string;
  /** Its figures, one a column; empty without a ratio. */
  readonly cells: readonly string[];
  /** Why there is no ratio; empty if there is one. */
  readonly reason: string;
  /** What unfolds beneath it; null if nothing does. */
  readonly detail: {
    readonly charts: readonly { readonly svg: string; readonly caption: string }[];
    readonly figures: readonly { readonly name: string; readonly value: string }[];
    readonly facts: readonly { readonly name: string; readonly text: string }[];
    readonly stack: "";
  } | null;
}

/** What a line is made with. */
export interface EntryViewOptions {
  /** Its place on the page. */
  readonly index: number;
  /** The whole comparison. */
  readonly comparison: Comparison;
  /** Its name. */
  readonly label: string;
  /** The scale that all lines share. */
  readonly domain: RatioDomain;
  /** Whether its evidence is drawn. */
  readonly isDetailed: boolean;
  /** Warnings that are about it, in words. */
  readonly warnings: readonly string[];
}

/** Arranges one benchmark. */
export function entryView(entry: ComparisonEntry, options: EntryViewOptions): EntryView {
  const outcome = outcomeOf(entry);
  const { mark, word, meaning } = OUTCOME_WORDS[outcome];
  const common = {
    key: `b${options.index}`,
    name: shortenMiddle(options.label, MAX_NAME_COLUMNS),
    label: shortenMiddle(options.label, MAX_LABEL_COLUMNS),
    outcome,
    mark,
    word,
  };
  if (entry.status !== "compared") {
    const reason = entry.status === "incomparable" ? incomparableText(entry) : meaning;
    return { ...common, sortKeys: "", drawing: "", cells: [], reason, detail: null };
  }
  const { ratio, interval, threshold, verdict, baseline, current, adjustedPValue } = entry;
  const width = interval === null ? null : Math.log(interval.high / Math.max(interval.low, 1e-9));
  const keys = [ratio, width, baseline.value, current.value, adjustedPValue];
  return {
    ...common,
    sortKeys: keys.map((key) => key === null ? "" : String(Number(key.toPrecision(5)))).join(","),
    drawing: ratioCell({ ratio, interval }, { domain: options.domain, threshold, verdict }),
    cells: [
      changeText(ratio),
      intervalText(interval),
      figureText(baseline.value, baseline.unit),
      figureText(current.value, current.unit),
      pValueText(adjustedPValue),
    ],
    reason: "",
    detail: options.isDetailed ? detailOf(entry, meaning, options) : null,
  };
}

/** `0.012`, `< 0.0001`, `–` where there is none. */
export function pValueText(pValue: number | null): string {
  if (pValue === null) return "–";
  if (pValue < 0.0001) return "< 0.0001";
  return formatNumber(pValue, pValue < 0.01 ? 4 : pValue < 0.1 ? 3 : 2);
}

function detailOf(
  entry: ComparedBenchmark,
  meaning: string,
  { comparison, warnings }: EntryViewOptions,
): EntryView["detail"] {
  const pairs = pairsChart(entry);
  const { interval, spread, pValue, adjustedPValue, equivalencePValue, baseline, current } = entry;
  return {
    charts: [
      {
        svg: processesChart(baseline, current),
        caption: `Each dot a process (${baseline.estimator}); dashed: the estimates`,
      },
      ...(pairs === undefined ? [] : [{
        svg: pairs,
        caption: `Change within each of ${plural(entry.pairRatios.length, "pair")}, in order; band: ±${
          thresholdText(entry.threshold)
        }`,
      }]),
    ],
    figures: [
      { name: "Baseline", value: figureText(baseline.value, baseline.unit) },
      { name: "Current", value: figureText(current.value, current.unit) },
      { name: "Change", value: changeText(entry.ratio) },
      ...(interval === null ? [] : [{ name: `${levelText(interval.level)} interval`, value: intervalText(interval) }]),
      { name: "p", value: pValueText(pValue) },
      { name: "p, adjusted", value: pValueText(adjustedPValue) },
      { name: "p, equivalence", value: pValueText(equivalencePValue) },
      ...(spread === null ? [] : [
        { name: "Between processes", value: formatPercent(spread.forkSd) },
        { name: "Between runs", value: formatPercent(spread.runSd) },
        { name: "Standard error", value: formatPercent(spread.standardError) },
        { name: "Degrees of freedom", value: formatNumber(spread.degreesOfFreedom, 1) },
      ]),
    ],
    facts: [
      {
        name: "Verdict",
        text: entry.verdict === "inconclusive" ? undecidedText(entry, comparison) : meaning,
      },
      { name: "Threshold", text: `a change of ${thresholdText(entry.threshold)} or more matters` },
      { name: "Evidence", text: `${evidenceText(baseline)} in the baseline, ${evidenceText(current)} now` },
      ...warnings.map((text) => ({ name: "Warning", text })),
    ],
    stack: "",
  };
}

function evidenceText({ forks, samples }: ComparedBenchmark["baseline"]): string {
  const processes = plural(forks.flat().length, "process", "es");
  return `${samples === null ? "" : `${plural(samples, "sample")} of `}${processes} in ${plural(forks.length, "run")}`;
}
