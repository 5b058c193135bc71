/**
 * A result document arranged for people: suites, groups, rows, and the notes that belong to them. All text in it is safe to
 * print, but not yet escaped for a markup.
 *
 * @module
 */

import { GROUP_BOUNDS } from "../compare/group_verdicts.ts";
import type {
  BenchmarkResult,
  FailedBenchmark,
  GroupRatio,
  MeasuredBenchmark,
  ResultDocument,
  Scaling,
} from "../measure/document.ts";
import { isCommand } from "../measure/commands/is_command.ts";
import { commandVerdicts } from "./command_verdicts.ts";
import { environmentFacts, hostFacts, methodNote, plural, quietnessFacts, runFacts } from "./facts.ts";
import { type Flag, flagsOf } from "./flags.ts";
import { type Footnote, footnotesOf } from "./footnotes.ts";
import { MAX_MESSAGE_COLUMNS, shortenEnd, shortenMiddle } from "./shorten.ts";
import { formatDuration, formatNumber, formatScaled, RATE_UNITS } from "./number_format.ts";
import { visibleText } from "../visible_text.ts";

/** One benchmark: its label, its result, the marks at its figures. */
export interface ViewRow {
  /** Name and parameters. */
  readonly label: string;
  /** The benchmark itself. */
  readonly result: BenchmarkResult;
  /** Marks of its flags, then the numbers of its footnotes: `uw[1]`. */
  readonly marks: string;
}

/** Rows that belong together; `name` is null for benchmarks without a group. */
export interface ViewGroup {
  /** The group's name. */
  readonly name: string | null;
  /** Its benchmarks, in the order of definition. */
  readonly rows: readonly ViewRow[];
  /** Ratios to its baseline and growth over parameters. */
  readonly notes: readonly string[];
}

/** One suite. */
export interface ViewSuite {
  /** The suite's name. */
  readonly name: string;
  /** Its groups, in the order in which they first occur. */
  readonly groups: readonly ViewGroup[];
}

/** A whole document. */
export interface DocumentView {
  /** The run, the most important fact first. */
  readonly run: readonly string[];
  /** The machine. */
  readonly environment: readonly string[];
  /** Its quietness. */
  readonly quietness: readonly string[];
  /** Its speed, by figures of its own; empty if nobody has measured it. */
  readonly host: readonly string[];
  /** What the figures are; empty if nothing was measured. */
  readonly method: string;
  /** How many were measured and how many failed. */
  readonly summary: string;
  /** The suites, in the order in which they first occur. */
  readonly suites: readonly ViewSuite[];
  /** Marks that occur. */
  readonly legend: readonly Flag[];
  /** Warnings: numbered if they concern single benchmarks, number 0 for the whole run. */
  readonly footnotes: readonly Footnote[];
  /** What failed and why. */
  readonly failures: readonly string[];
  /** Expectations that were missed, with what was expected. */
  readonly missed: readonly string[];
}

/** Arranges a document for people. */
export function documentView(document: ResultDocument): DocumentView {
  const measured = document.benchmarks.filter(isMeasured);
  const footnotes = footnotesOf(document);
  const rows = document.benchmarks.map((result) => rowOf(result, footnotes));
  return {
    run: runFacts(document),
    environment: environmentFacts(document),
    quietness: quietnessFacts(document),
    host: hostFacts(document),
    method: measured.length === 0 ? "" : methodNote(measured),
    summary: summaryOf(document.benchmarks),
    suites: suitesOf(document, rows),
    legend: legendOf(measured, document),
    footnotes,
    failures: rows.flatMap(({ label, result }) =>
      isMeasured(result) ? [] : [`${shortLabel(label)}: ${failureText(result)}`]
    ),
    missed: rows.flatMap(({ label, result }) => missedExpectation(label, result)),
  };
}

/** Whether a benchmark has figures. */
export function isMeasured(result: BenchmarkResult): result is MeasuredBenchmark {
  return result.status !== "failed";
}

/** A benchmark's name with its parameters: `Resolution (states=1000)`. */
export function labelOf({ name, params }: Pick<BenchmarkResult, "name" | "params">): string {
  const values = Object.entries(params).map(([key, value]) => `${key}=${value}`);
  return visibleText(values.length === 0 ? name : `${name} (${values.join(", ")})`);
}

/** Why a benchmark failed: reason, fork and message. */
export function failureText({ failure }: FailedBenchmark): string {
  const reason = failure.reason.replaceAll("_", " ");
  return `${reason} in fork ${failure.fork + 1}: ${shortenEnd(visibleText(failure.message), MAX_MESSAGE_COLUMNS)}`;
}

/** Where a name stands in running text, no more of it is shown. */
const MAX_LABEL_COLUMNS = 48;

function shortLabel(label: string): string {
  return shortenMiddle(label, MAX_LABEL_COLUMNS);
}

function rowOf(result: BenchmarkResult, footnotes: readonly Footnote[]): ViewRow {
  const flags = isMeasured(result) ? flagsOf(result).map(({ mark }) => mark).join("") : "";
  const numbers = footnotes.filter(({ benchmarkIds }) => benchmarkIds.has(result.id));
  const references = numbers.length === 0 ? "" : `[${numbers.map(({ number }) => number).join(",")}]`;
  return { label: labelOf(result), result, marks: flags + references };
}

function suitesOf(document: ResultDocument, rows: readonly ViewRow[]): ViewSuite[] {
  const suites = Map.groupBy(rows, ({ result }) => result.suite);
  const verdicts = commandVerdicts(document);
  return [...suites].map(([name, suiteRows]) => ({
    name: visibleText(name),
    groups: [...Map.groupBy(suiteRows, ({ result }) => result.group)].map(([group, groupRows]) => ({
      name: group === null ? null : visibleText(group),
      rows: groupRows,
      notes: [
        ...document.groups.filter((ratio) => ratio.suite === name && ratio.group === group)
          .map((ratio) => [ratioNote(ratio, document), verdicts.get(ratio)].filter(Boolean).join(": ")),
        ...document.scaling.filter((scaling) => scaling.suite === name && isAbout(scaling, groupRows)).map(scalingNote),
      ],
    })),
  }));
}

function isAbout(scaling: Scaling, rows: readonly ViewRow[]): boolean {
  return rows.some(({ result }) => result.name === scaling.name);
}

/** A ratio with its interval; `~` if the interval holds 1, `±∞` if there is none. */
function ratioNote({ id, baselineId, ratio }: GroupRatio, { benchmarks }: ResultDocument): string {
  const [candidate, baseline] = [id, baselineId].map((wanted) => benchmarks.find((result) => result.id === wanted));
  const label = shortLabel(candidate === undefined ? visibleText(id) : labelOf(candidate));
  const baselineLabel = shortLabel(baseline === undefined ? visibleText(baselineId) : labelOf(baseline));
  if (ratio !== null) {
    const same = ratio.low <= 1 && ratio.high >= 1 ? "~" : "";
    const interval = `${formatNumber(ratio.low, 2)} to ${formatNumber(ratio.high, 2)}`;
    return `${label}: ${same}${formatNumber(ratio.point, 2)}x ${baselineLabel} (${interval})`;
  }
  if (candidate?.status !== "ok" || baseline?.status !== "ok") {
    return `${label}: no ratio to ${baselineLabel}, one of them has no figures`;
  }
  const point = candidate.statistics.p25 / baseline.statistics.p25;
  const value = Number.isFinite(point) && point > 0 ? `${formatNumber(point, 2)}x` : "?";
  return `${label}: ${value} ${baselineLabel} (±∞)`;
}

function scalingNote({ name, parameter, params, exponent, rSquared, points }: Scaling): string {
  return `${shortLabel(labelOf({ name, params }))} grows as ${shortLabel(visibleText(parameter))}^${
    formatNumber(exponent, 2)
  } over ` +
    `${points.length} values (R² ${formatNumber(rSquared, 3)})`;
}

/** The flags that occur, and the marks that ratios bear. */
function legendOf(measured: readonly MeasuredBenchmark[], { groups }: ResultDocument): Flag[] {
  const flags = new Map(measured.flatMap(flagsOf).map((flag) => [flag.mark, flag]));
  const known = groups.flatMap(({ ratio }) => ratio ?? []);
  const level = known[0]?.level;
  if (level !== undefined) {
    const meaning = `ratio of lower quartiles, ${formatNumber(100 * level)} % Student interval over the forks`;
    flags.set("x…", { mark: "2.00x", meaning });
  }
  const ofCommands = measured.some(isCommand);
  if (level !== undefined && ofCommands) {
    const { threshold, alpha } = GROUP_BOUNDS;
    const meaning = `by ${formatNumber(100 * threshold)} % or more, or within that, at an error rate of ${
      formatNumber(100 * alpha)
    } % over all verdicts; inconclusive: neither is sure, more --runs may decide`;
    flags.set("verdict", { mark: "slower, faster, same", meaning });
  }
  if (known.some(({ low, high }) => low <= 1 && high >= 1)) {
    flags.set("~", {
      mark: "~",
      meaning: `no difference shown: the interval holds 1; more ${ofCommands ? "--runs" : "--forks"} may show one`,
    });
  }
  if (groups.some(({ ratio }) => ratio === null)) {
    flags.set("∞", {
      mark: "±∞",
      meaning: `no interval: a ratio needs at least ${ofCommands ? "2 blocks (--runs 2)" : "2 forks (--forks 2)"}`,
    });
  }
  return [...flags.values()];
}

function summaryOf(benchmarks: readonly BenchmarkResult[]): string {
  const failed = benchmarks.filter((result) => !isMeasured(result)).length;
  const missed = benchmarks.filter((result) => isMeasured(result) && result.meetsExpectation === false).length;
  return [
    `${plural(benchmarks.length - failed, "benchmark")} measured`,
    ...(failed === 0 ? [] : [`${failed} FAILED`]),
    ...(missed === 0 ? [] : [`${missed} slower than expected`]),
  ].join(", ");
}

function missedExpectation(label: string, result: BenchmarkResult): string[] {
  if (!isMeasured(result) || result.meetsExpectation !== false || result.expected === null) return [];
  const { operation, minOpsPerSecond, maxDurationMs } = result.expected;
  return [
    `${shortLabel(label)}: expected of "${visibleText(operation)}" at least ${
      formatScaled(minOpsPerSecond, RATE_UNITS)
    } ops/s ` +
    `and at most ${formatDuration(maxDurationMs * 1e6)}`,
  ];
}
