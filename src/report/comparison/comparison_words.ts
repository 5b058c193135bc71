/**
 * What a comparison says, in the words that every format shares. All text is safe to print, but not yet escaped for a markup.
 *
 * @module
 */

import type {
  ComparedBenchmark,
  Comparison,
  ComparisonEntry,
  Difference,
  IncomparableBenchmark,
  IncomparableReason,
  Interval,
  Needed,
  UndecidedReason,
} from "../../compare/comparison.ts";
import { isOurs } from "../../compare/ours.ts";
import { labelOf } from "../document_view.ts";
import { plural } from "../facts.ts";
import { figureName, figureNumber } from "../host_figure_text.ts";
import { formatDuration, formatNumber, formatScaled, RATE_UNITS } from "../number_format.ts";
import { MAX_MESSAGE_COLUMNS, shortenEnd } from "../shorten.ts";
import { visibleText } from "../../visible_text.ts";
import { countOutcomes, isCompared, type Outcome, outcomeOf, OUTCOMES } from "./outcome.ts";

/** How an outcome is written: never by colour alone. */
export interface OutcomeWords {
  /** One character that every terminal's font has. */
  readonly mark: string;
  /** The word beside it. */
  readonly word: string;
  /** What it says, for a legend. */
  readonly meaning: string;
}

/** The mark, the word and the meaning of every outcome. */
export const OUTCOME_WORDS: Readonly<Record<Outcome, OutcomeWords>> = {
  failed: { mark: "!", word: "failed", meaning: "it fails now and did not before" },
  slower: { mark: "▲", word: "slower", meaning: "noise does not explain the difference, and it reaches the threshold" },
  inconclusive: { mark: "?", word: "inconclusive", meaning: "neither a difference nor its absence is shown" },
  incomparable: { mark: "≠", word: "not compared", meaning: "the two results cannot be held against each other" },
  removed: { mark: "-", word: "removed", meaning: "only the baseline has it" },
  faster: { mark: "▼", word: "faster", meaning: "noise does not explain the difference, and it reaches the threshold" },
  same: { mark: "=", word: "same", meaning: "proved to differ by less than the threshold" },
  added: { mark: "+", word: "added", meaning: "only the current side has it" },
};

/** A benchmark's name with its parameters; with its suite before it where the comparison has several. */
export function labelsOf({ benchmarks }: Pick<Comparison, "benchmarks">): (entry: ComparisonEntry) => string {
  const hasSuites = new Set(benchmarks.map(({ suite }) => suite)).size > 1;
  return (entry) => hasSuites ? `${visibleText(entry.suite)}/${labelOf(entry)}` : labelOf(entry);
}

/** A ratio as a change: `+27.4 %`, `-18.2 %`; from the threefold on as a factor: `3.12x`. */
export function changeText(ratio: number): string {
  if (ratio >= 3) return `${formatNumber(ratio, ratio < 100 ? 2 : 0)}x`;
  const percent = 100 * (ratio - 1);
  const text = formatNumber(percent, Math.abs(percent) < 99.95 ? 1 : 0);
  return `${/^-|^0(\.0+)?$/.test(text) ? "" : "+"}${text} %`;
}

/** Stands where an interval would. */
export const NO_INTERVAL = "±∞";

/** An interval of a ratio as changes, `-1.2 to +2.8 %`; `±∞` without one. */
export function intervalText(interval: Interval | null): string {
  if (interval === null) return NO_INTERVAL;
  const [low, high] = [changeText(interval.low), changeText(interval.high)];
  return `${low.endsWith("%") && high.endsWith("%") ? low.slice(0, -2) : low} to ${high}`;
}

/** A threshold as people give it: `10 %`. */
export function thresholdText(threshold: number): string {
  return `${formatNumber(100 * threshold, Number.isInteger(roundTo(100 * threshold, 6)) ? 0 : 1)} %`;
}

/** A level of confidence or of error as a percentage without needless decimals: `95 %`. */
export function levelText(level: number): string {
  return `${roundTo(100 * level, 4)} %`;
}

/** A side's figure in its unit: `3.69 µs`; a unit that is no time follows the number. */
export function figureText(value: number, unit: string): string {
  return unit === "ns" ? formatDuration(value) : `${formatScaled(value, RATE_UNITS)} ${visibleText(unit)}`.trimEnd();
}

/** Why a verdict is inconclusive. */
const UNDECIDED_WORDS: Readonly<Record<UndecidedReason, string>> = {
  noise: "the interval is too wide to tell",
  near_threshold: "there may be a difference, but whether it reaches the threshold cannot be told",
  one_process: "a side has a single process, so nobody knows how far processes differ",
  budget: "the time ran out before it was decided",
};

/** Why two results were not compared. */
const INCOMPARABLE_WORDS: Readonly<Record<IncomparableReason, string>> = {
  definition_changed: "its definition changed",
  params_changed: "its parameters changed",
  unit_changed: "its unit changed",
  failed: "it failed",
  optimized_out: "the compiler removed its code",
};

/** What more measuring would probably decide it: `3 more runs of about 40 s`; null if nothing sensible would. */
export function neededText(needed: Needed | null): string | null {
  if (needed === null) return null;
  const what = needed.what === "runs"
    ? plural(needed.count, "more run")
    : `${plural(needed.count, "more pair")} of processes`;
  const each = needed.eachMs === null
    ? ""
    : ` of about ${roughDuration(needed.eachMs)}${needed.count === 1 || needed.what === "runs" ? "" : " each"}`;
  return `${what}${each}${needed.what === "runs" ? " on each side" : ""}`;
}

/** Why it is inconclusive, and what would decide it. */
export function undecidedText(entry: ComparedBenchmark, comparison: Sources): string {
  const reason = entry.reason === null ? "it is not decided" : UNDECIDED_WORDS[entry.reason];
  const needed = neededText(entry.needed);
  const isOption = canRunAb(comparison);
  if (needed !== null) return `${reason}; ${needed}${isOption ? ", or puffin-bench ab," : ""} would probably decide it`;
  const other = comparison.method === "paired" ? "a longer --budget" : isOption ? "puffin-bench ab" : "more runs";
  return `${reason}; ${other}${isOption ? "" : " or a quieter host"} may decide it`;
}

type Sources = Pick<Comparison, "method" | "baseline" | "current">;

/** Whether `ab` could measure what was compared: not what another tool has measured. */
function canRunAb({ method, baseline, current }: Sources): boolean {
  return method === "documents" &&
    [...baseline.sources, ...current.sources].every(isOurs);
}

/** Why its two results were not compared, and what the result says of it. */
export function incomparableText({ reason, failedIn, message }: IncomparableBenchmark): string {
  const where = { baseline: " in the baseline", current: " in the current result", both: " on both sides" };
  const told = shortenEnd(visibleText(message), MAX_MESSAGE_COLUMNS);
  return `${INCOMPARABLE_WORDS[reason]}${failedIn === null ? "" : where[failedIn]}${told === "" ? "" : `: ${told}`}`;
}

/** A difference of circumstances: `environment.cpu.model was "A", is "B"`. */
function differenceText({ field, baseline, current }: Difference): string {
  const quoted = (text: string) => `"${shortenEnd(visibleText(text), MAX_VALUE_COLUMNS)}"`;
  return `${shortenEnd(visibleText(field), MAX_VALUE_COLUMNS)} was ${quoted(baseline)}, is ${quoted(current)}`;
}

/** In what the circumstances of the two sides differ: what that means for speed first, for it explains most. */
export function differenceTexts(comparison: Comparison): string[] {
  return [...hostSpeedTexts(comparison), ...comparison.differences.map(differenceText)];
}

const PARTS = { cpu: "processor", memory: "memory", disk: "disk", network: "loopback network" } as const;

/**
 * How fast the hosts are beside each other, for a comparison across hosts: a sentence for each part of the hardware, or one that
 * says that nobody knows. Empty for one host.
 */
function hostSpeedTexts({ differences, hostSpeeds }: Comparison): string[] {
  if (!differences.some(({ kind }) => kind === "host")) return [];
  if (hostSpeeds.length === 0) {
    return ["how fast the two hosts are is not known: a side was measured without host figures"];
  }
  return hostSpeeds.map(({ kind, speed, interval, figures }) => {
    const sure = interval === null
      ? ""
      : ` (${formatNumber(interval.low, 2)} to ${formatNumber(interval.high, 2)}, ${
        formatNumber(100 * interval.level)
      } %)`;
    const each = figures.map((figure) =>
      `${figureName(figure).toLowerCase()} ${figureNumber(figure.baseline)} -> ${figureNumber(figure.current)} ${
        visibleText(figure.unit)
      }`
    );
    return `the current host's ${PARTS[kind]} is ${formatNumber(speed, 2)} times as fast as the baseline's${sure}: ${
      each.join(", ")
    }`;
  });
}

/** How many benchmarks came to what, the worst first: `1 slower, 2 inconclusive, 8 same`. */
export function countsText(comparison: Pick<Comparison, "benchmarks">): string {
  const counts = countOutcomes(comparison);
  const told = OUTCOMES.filter((outcome) => counts[outcome] > 0);
  if (told.length === 0) return "no benchmarks";
  return told.map((outcome) => `${formatNumber(counts[outcome])} ${OUTCOME_WORDS[outcome].word}`).join(", ");
}

/** The comparison in one line that takes two seconds to read: `SLOWER: 1 slower, 2 inconclusive, 8 same`. */
export function headlineText(comparison: Comparison): string {
  return `${suiteWord(comparison).toUpperCase()}: ${countsText(comparison)}`;
}

/** The suite's verdict in a word: `failed` before all else, `not compared` if no benchmark has a verdict. */
export function suiteOutcome(comparison: Comparison): Outcome {
  const { failed } = countOutcomes(comparison);
  if (comparison.verdict === "slower" || failed === 0 && comparison.benchmarks.some(isCompared)) {
    return comparison.verdict;
  }
  return failed > 0 ? "failed" : "incomparable";
}

function suiteWord(comparison: Comparison): string {
  return OUTCOME_WORDS[suiteOutcome(comparison)].word;
}

/** What a reader had best do now, in one sentence. */
export function adviceText(comparison: Comparison): string {
  const counts = countOutcomes(comparison);
  const label = labelsOf(comparison);
  const worst = comparison.benchmarks.filter(isCompared).filter(({ verdict }) => verdict === "slower")
    .toSorted((left, right) => right.ratio - left.ratio)[0];
  if (worst !== undefined) {
    return `Look first at ${shortenEnd(label(worst), MAX_VALUE_COLUMNS)}: ${changeText(worst.ratio)}`;
  }
  const failed = comparison.benchmarks.find((entry) => outcomeOf(entry) === "failed");
  if (failed !== undefined) return `Look first at ${shortenEnd(label(failed), MAX_VALUE_COLUMNS)}: it fails now`;
  if (counts.inconclusive > 0) return undecidedAdvice(comparison);
  if (!comparison.benchmarks.some(isCompared)) return "Measure the same benchmarks on both sides, then compare again";
  if (counts.faster > 0 && comparison.method === "documents") {
    return "Nothing to do; puffin-bench baseline update keeps the gain";
  }
  return "Nothing to do";
}

/** The most that any benchmark needs: what decides that one decides the others too. */
function undecidedAdvice(comparison: Comparison): string {
  const { benchmarks, method } = comparison;
  const isOption = canRunAb(comparison);
  const needs = benchmarks.filter(isCompared).flatMap(({ needed }) => needed ?? []);
  const most = needs.toSorted((left, right) => right.count - left.count)[0];
  const text = neededText(most ?? null);
  if (text === null) {
    const other = isOption ? "use puffin-bench ab" : "measure more runs on a quieter host";
    return `To decide: ${method === "paired" ? "raise --budget" : other}`;
  }
  if (method === "paired") return `To decide: ${text} (--budget)`;
  if (!isOption) return `To decide: ${text}`;
  const isLong = (most?.count ?? 0) > MAX_SENSIBLE_RUNS;
  return `To decide: ${isLong ? `puffin-bench ab, or ${text}` : `${text}, or puffin-bench ab`}`;
}

/** Before anybody measures more runs than this, measuring both sides in turn is quicker. */
const MAX_SENSIBLE_RUNS = 10;

/** Where running text quotes a value or a name, no more of it is shown. */
const MAX_VALUE_COLUMNS = 60;

/** A duration as one says it: `40 s`, `2 min`. */
function roughDuration(durationMs: number): string {
  if (durationMs < 950) return `${formatNumber(Number(durationMs.toPrecision(2)))} ms`;
  if (durationMs < 9_950) return `${roundTo(durationMs / 1000, 1)} s`;
  if (durationMs < 119_500) return `${formatNumber(durationMs / 1000)} s`;
  if (durationMs < 7_170_000) return `${formatNumber(durationMs / 60_000)} min`;
  return `${formatNumber(durationMs / 3_600_000, 1)} h`;
}

function roundTo(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
