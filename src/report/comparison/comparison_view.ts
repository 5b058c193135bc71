/**
 * A comparison arranged for people: the worst first, with the notes that its lines refer to. All text in it is safe to print,
 * but not yet escaped for a markup.
 *
 * @module
 */

import type { Comparison, ComparisonEntry } from "../../compare/comparison.ts";
import type { Warning } from "../../measure/document.ts";
import { plural } from "../facts.ts";
import { type Footnote, footnotesOf } from "../footnotes.ts";
import { shortenMiddle } from "../shorten.ts";
import { visibleText } from "../../visible_text.ts";
import {
  adviceText,
  changeText,
  differenceTexts,
  headlineText,
  incomparableText,
  labelsOf,
  levelText,
  NO_INTERVAL,
  OUTCOME_WORDS,
  thresholdText,
  undecidedText,
} from "./comparison_words.ts";
import { isCompared, type Outcome, outcomeOf } from "./outcome.ts";
import { worstFirst } from "./worst_first.ts";

/** One benchmark. */
export interface ComparisonRow {
  /** Name and parameters; with the suite where there are several. */
  readonly label: string;
  /** What came of it. */
  readonly outcome: Outcome;
  /** The benchmark itself. */
  readonly entry: ComparisonEntry;
  /** Marks, then the numbers of its footnotes: `h[1]`. */
  readonly marks: string;
  /** Why it has no verdict; empty if it has one. */
  readonly explanation: string;
}

/** A whole comparison. */
export interface ComparisonView {
  /** The verdict in one line. */
  readonly headline: string;
  /** What to do, in one sentence. */
  readonly advice: string;
  /** What was compared with what, the most important fact first. */
  readonly facts: readonly string[];
  /** The benchmarks, the worst first. */
  readonly rows: readonly ComparisonRow[];
  /** What the figures are; empty if there are none. */
  readonly method: string;
  /** What the marks and verdicts that occur mean. */
  readonly legend: readonly { readonly mark: string; readonly meaning: string }[];
  /** Reasons and warnings: numbered if they concern single benchmarks, number 0 for the whole comparison. */
  readonly footnotes: readonly Footnote[];
  /** In what the circumstances of the two sides differ. */
  readonly differences: readonly string[];
}

/** Beside every line of a comparison across hosts, runtimes or settings. */
const ACROSS_HOSTS_MARK = "h";

/** Arranges a comparison for people. */
export function comparisonView(comparison: Comparison): ComparisonView {
  const entries = worstFirst(comparison);
  const footnotes = footnotesOf({ warnings: [...comparison.warnings, ...undecidedNotes(comparison, entries)] });
  const references = referencesTo(footnotes);
  const labels = labelsOf(comparison);
  const hosts = comparison.differences.length > 0 ? ACROSS_HOSTS_MARK : "";
  const rows = entries.map((entry): ComparisonRow => {
    const numbers = references.get(entry.id) ?? [];
    return {
      label: labels(entry),
      outcome: outcomeOf(entry),
      entry,
      marks: (isCompared(entry) ? hosts : "") + (numbers.length === 0 ? "" : `[${numbers.join(",")}]`),
      explanation: explanationOf(entry),
    };
  });
  return {
    headline: headlineText(comparison),
    advice: adviceText(comparison),
    facts: factsOf(comparison),
    rows,
    method: methodText(comparison),
    legend: legendOf(comparison, rows),
    footnotes,
    differences: differenceTexts(comparison),
  };
}

/** A reason for no verdict is a note like any warning: said once, however many benchmarks share it. */
function undecidedNotes(comparison: Comparison, entries: readonly ComparisonEntry[]): Warning[] {
  return entries.filter(isCompared).filter(({ verdict }) => verdict === "inconclusive").map((entry) => ({
    code: "inconclusive",
    message: undecidedText(entry, comparison),
    benchmarkId: entry.id,
  }));
}

function referencesTo(footnotes: readonly Footnote[]): ReadonlyMap<string, readonly number[]> {
  const references = new Map<string, number[]>();
  for (const { number, benchmarkIds } of footnotes) {
    for (const id of benchmarkIds) references.set(id, [...references.get(id) ?? [], number]);
  }
  return references;
}

function explanationOf(entry: ComparisonEntry): string {
  if (isCompared(entry)) return "";
  return entry.status === "incomparable" ? incomparableText(entry) : OUTCOME_WORDS[entry.status].meaning;
}

function factsOf(comparison: Comparison): string[] {
  const { baseline, current, method, status, durationMs } = comparison;
  const label = (text: string) => shortenMiddle(visibleText(text), MAX_LABEL_COLUMNS);
  return [
    `${label(baseline.label)} -> ${label(current.label)}`,
    ...(comparison.differences.length === 0 ? [] : ["ACROSS HOSTS OR SETTINGS"]),
    ...(status === "interrupted" ? ["INTERRUPTED: not all that was asked for is in it"] : []),
    ...(method === "paired" ? ["measured in turn"] : [runsText(comparison)]),
    ...(durationMs === null ? [] : [`${plural(Math.round(durationMs / 1000), "second")}`]),
    ...commitsOf(comparison),
    comparison.createdAt.replace("T", " ").replace(/(\.\d+)?Z$/, " UTC"),
  ].map(visibleText);
}

/** Where running text names a side, no more of it is shown. */
const MAX_LABEL_COLUMNS = 60;

function runsText({ baseline, current }: Comparison): string {
  const [before, now] = [baseline.sources.length, current.sources.length];
  return before === now ? `${plural(now, "run")} a side` : `${plural(before, "run")} against ${now}`;
}

/** `commit 0123456789 -> 1234567890`, if both sides know theirs. */
function commitsOf({ baseline, current }: Comparison): string[] {
  const [before, now] = [baseline, current].map(({ sources }) => sources[0]?.commit?.slice(0, 10));
  return before === undefined || now === undefined ? [] : [`commit ${before} -> ${now}`];
}

function methodText({ benchmarks, method, options, drift }: Comparison): string {
  const compared = benchmarks.filter(isCompared);
  if (compared.length === 0) return "";
  const estimators = [...new Set(compared.flatMap(({ baseline, current }) => [baseline.estimator, current.estimator]))]
    .map((estimator) => ESTIMATOR_WORDS[estimator]);
  const level = compared.flatMap(({ interval }) => interval ?? [])[0]?.level;
  const unit = method === "paired" ? "pairs of processes" : "processes";
  const control = options.errorControl === "fwer"
    ? `any wrong verdict in the suite has a probability of at most ${levelText(options.alpha)}`
    : `of the changes found at most ${levelText(options.alpha)} are expected to be none`;
  return [
    method === "paired"
      ? "Change: cost of the current side over the baseline's, within pairs of processes that were measured in turn."
      : `Change: cost of the current side over the baseline's, by each process's ${estimators.join(" or ")}.`,
    ...(level === undefined ? [] : [`Intervals are of ${levelText(level)}, over ${unit}.`]),
    `Threshold ${thresholdText(options.threshold)}; ${control}.`,
    ...(drift === null || level === undefined ? [] : [
      `The host's own drift, ${changeText(1 + drift.sd).replace("+", "±")} (${
        DRIFT_WORDS[drift.from]
      }), is part of the intervals.`,
    ]),
  ].join(" ");
}

const ESTIMATOR_WORDS = {
  p25: "lower quartile",
  median: "median",
  mean: "mean",
  p75: "upper quartile",
  value: "value",
};
const DRIFT_WORDS = {
  references: "from the reference benchmarks",
  runs: "from several runs",
  experience: "from experience: neither references nor several runs tell",
};

/** Only of what occurs, and only where the word beside a mark does not say it. */
function legendOf(
  { differences, method }: Comparison,
  rows: readonly ComparisonRow[],
): { mark: string; meaning: string }[] {
  const occurring = new Set(rows.map(({ outcome }) => outcome));
  const told = (["slower", "faster", "same", "inconclusive"] as const).filter((outcome) => occurring.has(outcome));
  const byMeaning = Map.groupBy(told.map((outcome) => OUTCOME_WORDS[outcome]), ({ meaning }) => meaning);
  const lines = [...byMeaning].map(([meaning, words]) => ({
    mark: words.map(({ mark }) => mark).join(" "),
    meaning: `${words.map(({ word }) => word).join(", ")}: ${meaning}`,
  }));
  const compared = rows.flatMap(({ entry }) => isCompared(entry) ? [entry] : []);
  if (occurring.has("same")) lines.push({ mark: "~", meaning: "no difference that matters" });
  if (compared.some(({ interval }) => interval === null)) {
    const needed = method === "paired" ? "pairs of processes (--budget)" : "processes on each side (--forks)";
    lines.push({ mark: NO_INTERVAL, meaning: `no interval: it needs at least 2 ${needed}` });
  }
  if (differences.length > 0) {
    lines.push({
      mark: ACROSS_HOSTS_MARK,
      meaning: "compared across hosts, runtimes or settings: it may be they that differ",
    });
  }
  return lines;
}
