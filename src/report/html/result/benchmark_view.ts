/**
 * One benchmark on the page: its line in the table, and what unfolds beneath it.
 *
 * @module
 */

import type { MeasuredBenchmark } from "../../../measure/document.ts";
import type { Column } from "../../columns.ts";
import { failureText, isMeasured, type ViewRow } from "../../document_view.ts";
import { plural } from "../../facts.ts";
import { flagsOf } from "../../flags.ts";
import type { Footnote } from "../../footnotes.ts";
import { BYTE_UNITS, formatDuration, formatNumber, formatScaled, RATE_UNITS } from "../../number_format.ts";
import { MAX_MESSAGE_COLUMNS, shortenEnd, shortenMiddle } from "../../shorten.ts";
import { visibleText } from "../../visible_text.ts";
import { distributionChart } from "../charts/distribution_chart.ts";
import { samplesChart } from "../charts/samples_chart.ts";
import { MAX_DRAWN_A_FORK, samplesOf, valueScale } from "../charts/samples_of.ts";
import { type Span, spanCell, type SpanDomain } from "../charts/span_cell.ts";

/** Longer names are cut in the middle. */
export const MAX_NAME_COLUMNS = 160;

/** Where a name stands in running text, no more of it is shown. */
export const MAX_LABEL_COLUMNS = 48;

/** One line of a suite's table. */
export interface BenchmarkView {
  /** What links point to. */
  readonly key: string;
  /** Name and parameters. */
  readonly name: string;
  /** The same, short enough for a sentence. */
  readonly label: string;
  /** What the filters look for: `failed`, `missed`, `flagged`. */
  readonly traits: string;
  /** What the columns are sorted by, in their order; nothing for a figure that is not there. */
  readonly sortKeys: string;
  /** What to know before trusting it: a word each. */
  readonly flags: readonly { readonly word: string; readonly meaning: string }[];
  /** Numbers of the notes that concern it. */
  readonly notes: readonly number[];
  /** Its place on the scale of all medians, as SVG; empty without one. */
  readonly drawing: string;
  /** Its figures, one a column; empty if it failed. */
  readonly cells: readonly { readonly text: string; readonly tone: "" | "good" | "bad" }[];
  /** Why it failed; empty if it did not. */
  readonly failure: string;
  /** What unfolds beneath it. */
  readonly detail: BenchmarkDetail;
}

/** What unfolds beneath a line. */
export interface BenchmarkDetail {
  /** Charts as SVG, each with its caption. */
  readonly charts: readonly { readonly svg: string; readonly caption: string }[];
  /** Percentiles and other figures. */
  readonly figures: readonly { readonly name: string; readonly value: string }[];
  /** All else, a sentence each. */
  readonly facts: readonly { readonly name: string; readonly text: string }[];
  /** Where a failure came from; empty without one. */
  readonly stack: string;
}

/** What a line is made with. */
export interface BenchmarkViewOptions {
  /** Its place in the document. */
  readonly index: number;
  /** The table's columns. */
  readonly columns: readonly SortedColumn[];
  /** The scale of all medians; undefined if nothing has one. */
  readonly domain: SpanDomain | undefined;
  /** The notes of the document. */
  readonly footnotes: readonly Footnote[];
}

/** A column, and what sorts by it. */
export interface SortedColumn extends Column {
  /** What it is sorted by; null without a figure. */
  sortKey(result: MeasuredBenchmark): number | null;
}

/** Arranges one benchmark. */
export function benchmarkView({ label, result }: ViewRow, options: BenchmarkViewOptions): BenchmarkView {
  const { index, columns, domain, footnotes } = options;
  const measured = isMeasured(result) ? result : undefined;
  const flags = measured === undefined ? [] : flagsOf(measured).map(({ meaning }) => wordAndMeaning(meaning));
  const notes = footnotes.filter(({ benchmarkIds }) => benchmarkIds.has(result.id)).map(({ number }) => number);
  const span = measured === undefined ? undefined : spanOf(measured);
  const traits = [
    ...(measured === undefined ? ["failed"] : []),
    ...(measured?.meetsExpectation === false ? ["missed"] : []),
    ...(flags.length + notes.length > 0 ? ["flagged"] : []),
  ];
  return {
    key: `b${index}`,
    name: shortenMiddle(label, MAX_NAME_COLUMNS),
    label: shortenMiddle(label, MAX_LABEL_COLUMNS),
    traits: traits.join(" "),
    sortKeys: columns.map((column) => {
      const key = measured === undefined ? null : column.sortKey(measured);
      return key === null || !Number.isFinite(key) ? "" : String(Number(key.toPrecision(5)));
    }).join(","),
    flags,
    notes,
    drawing: span === undefined || domain === undefined ? "" : spanCell(span, domain),
    cells: measured === undefined ? [] : columns.map((column) => ({
      text: column.cell(measured),
      tone: column.title !== "Met?" || measured.meetsExpectation === null
        ? ""
        : measured.meetsExpectation
        ? "good"
        : "bad",
    })),
    failure: isMeasured(result) ? "" : failureText(result),
    detail: isMeasured(result) ? detailOf(result, flags, index) : {
      charts: [],
      figures: [],
      facts: [],
      stack: shortenEnd(
        (result.failure.stack ?? "").split("\n").map(visibleText).join("\n"),
        2 * MAX_MESSAGE_COLUMNS,
      ),
    },
  };
}

/** The word of a flag, which its meaning begins with, and the rest. */
export function wordAndMeaning(text: string): { readonly word: string; readonly meaning: string } {
  const [word = "", ...rest] = text.split(": ");
  return { word, meaning: rest.join(": ") };
}

/** What a benchmark shows on the scale of all medians; undefined if a logarithmic scale has no place for it. */
export function spanOf({ status, statistics }: MeasuredBenchmark): Span | undefined {
  const { min, max, median, medianInterval } = statistics;
  if (status !== "ok" || min <= 0) return undefined;
  return {
    range: [min, max],
    interval: medianInterval === null ? null : [medianInterval.low, medianInterval.high],
    point: median,
  };
}

function detailOf(result: MeasuredBenchmark, flags: BenchmarkView["flags"], index: number): BenchmarkDetail {
  return {
    charts: result.status === "ok" ? chartsOf(result, index) : [],
    figures: result.status === "ok" ? figuresOf(result) : [],
    facts: [
      ...flags.map(({ word, meaning }) => ({ name: capitalized(word), text: meaning })),
      ...expectationFacts(result),
      { name: "Memory", text: memoryText(result) },
      { name: "Measured", text: measuredText(result) },
    ],
    stack: "",
  };
}

function chartsOf(result: MeasuredBenchmark, index: number): BenchmarkDetail["charts"] {
  const samples = samplesOf(result);
  const scale = valueScale(samples.filter(({ cause }) => cause === null).map(({ valueNs }) => valueNs));
  const forks = result.forks.length;
  const beyond = scale.beyond === 0
    ? ""
    : `; ${plural(scale.beyond, "sample")} beyond the scale at its edge, up to ${
      formatDuration(result.statistics.max)
    }`;
  const thinned = result.forks.some(({ samples }) => samples.wallNs.length > MAX_DRAWN_A_FORK)
    ? `, every ${
      Math.ceil(Math.max(...result.forks.map(({ samples }) => samples.wallNs.length)) / MAX_DRAWN_A_FORK)
    }th drawn`
    : "";
  const { steal, preemption, suspend } = result.statistics.excluded;
  const left = [
    ...(steal === 0 ? [] : [`× ${steal} left out by steal`]),
    ...(preemption === 0 ? [] : [`+ ${preemption} by preemption`]),
    ...(suspend === 0 ? [] : [`◇ ${suspend} by suspend`]),
  ];
  return [
    {
      svg: distributionChart(result, samples, scale),
      caption: forks === 1 ? "Distribution" : `Distribution; a strip for each of ${forks} forks`,
    },
    {
      svg: samplesChart(samples, scale, index),
      caption: `In the order measured, fork by fork${thinned}${
        left.length === 0 ? "" : `; ${left.join(", ")}`
      }${beyond}`,
    },
  ];
}

function figuresOf({ statistics }: MeasuredBenchmark): BenchmarkDetail["figures"] {
  const { medianInterval: interval } = statistics;
  const duration = (name: string, value: number) => ({ name, value: formatDuration(value) });
  return [
    duration("Min", statistics.min),
    duration("p25", statistics.p25),
    duration("Median", statistics.median),
    ...(interval === null ? [] : [{
      name: `${formatNumber(100 * interval.level)} % interval`,
      value: `${formatDuration(interval.low)} to ${formatDuration(interval.high)}`,
    }]),
    duration("p75", statistics.p75),
    duration("p95", statistics.p95),
    duration("p99", statistics.p99),
    duration("Max", statistics.max),
    duration("Mean", statistics.mean),
    duration("Std dev", statistics.standardDeviation),
    duration("MAD", statistics.mad),
  ];
}

function expectationFacts({ expected, meetsExpectation, statistics }: MeasuredBenchmark): BenchmarkDetail["facts"] {
  if (expected === null) return [];
  const { opsPerSecond, median } = statistics;
  const outcome = meetsExpectation === null
    ? "cannot be told"
    : `${meetsExpectation ? "met" : "missed"} with ${
      opsPerSecond === null ? "" : `${formatScaled(opsPerSecond, RATE_UNITS)} ops/s and `
    }${formatDuration(median)}`;
  return [{
    name: "Expected",
    text: `${shortenEnd(visibleText(expected.operation), MAX_LABEL_COLUMNS)}: at least ${
      formatScaled(expected.minOpsPerSecond, RATE_UNITS)
    } ops/s and at most ${formatDuration(expected.maxDurationMs * 1e6)}; ${outcome}`,
  }];
}

function memoryText({ memory: { allocatedBytes, gc, heapUsedBytes, residentBytes }, cpuPercent }: MeasuredBenchmark) {
  return [
    ...(allocatedBytes === null ? [] : [`${formatScaled(allocatedBytes, BYTE_UNITS)} allocated an iteration`]),
    ...(gc === null ? [] : [
      gc.pauses === 0
        ? `no collector pause in ${plural(gc.iterations, "iteration")}`
        : `${plural(gc.pauses, "collector pause")} in ${plural(gc.iterations, "iteration")}, ` +
          `${formatDuration(gc.totalMs * 1e6)} in all, longest ${formatDuration(gc.maxMs * 1e6)}`,
    ]),
    `heap up to ${formatScaled(heapUsedBytes, BYTE_UNITS)}`,
    `resident ${formatScaled(residentBytes, BYTE_UNITS)}`,
    ...(cpuPercent === null ? [] : [`CPU ${formatNumber(cpuPercent)} %`]),
  ].join("; ");
}

function measuredText({ forks, statistics, kind, iterations }: MeasuredBenchmark): string {
  const { outliers } = statistics;
  const steady = forks.filter(({ warmup }) => warmup.steady).length;
  const beyond = outliers.lowExtreme + outliers.lowMild + outliers.highMild + outliers.highExtreme;
  return [
    `${kind}, ${plural(statistics.samples, "sample")} of ${plural(statistics.forks, "fork")}`,
    ...(beyond === 0 ? [] : [`${beyond} beyond Tukey's fences, kept`]),
    `${plural(iterations, "iteration")} in batches of ${rangeText(forks.map(({ batchSize }) => batchSize))}`,
    `warm-up ${rangeText(forks.map(({ warmup }) => Math.round(warmup.durationMs)))} ms, ` +
    `steady in ${steady} of ${plural(forks.length, "fork")}`,
  ].join("; ");
}

function rangeText(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? formatNumber(least) : `${formatNumber(least)} to ${formatNumber(most)}`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
