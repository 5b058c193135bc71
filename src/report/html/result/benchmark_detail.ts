/**
 * The evidence for one benchmark: what unfolds beneath its line.
 *
 * @module
 */

import type { MeasuredBenchmark } from "../../../measure/document.ts";
import { ratePerSecond } from "../../columns.ts";
import { plural } from "../../facts.ts";
import { BYTE_UNITS, formatDuration, formatNumber, formatScaled, RATE_UNITS } from "../../number_format.ts";
import { shortenEnd } from "../../shorten.ts";
import { visibleText } from "../../../visible_text.ts";
import { MAX_LABEL_COLUMNS } from "../name_length.ts";
import { type CaptionedChart, sampleCharts } from "./sample_charts.ts";

/** What unfolds beneath a line. */
export interface BenchmarkDetail {
  /** Charts as SVG, each with its caption. */
  readonly charts: readonly CaptionedChart[];
  /** Percentiles and other figures. */
  readonly figures: readonly { readonly name: string; readonly value: string }[];
  /** All else, a sentence each. */
  readonly facts: readonly { readonly name: string; readonly text: string }[];
  /** Where a failure came from; empty without one. */
  readonly stack: string;
}

/** What it is made with. */
export interface BenchmarkDetailOptions {
  /** Its place in the document. */
  readonly index: number;
  /** Of each fork no more than about so many samples are drawn; 0: none. */
  readonly drawnAFork: number;
}

/** Arranges the evidence for one benchmark. */
export function benchmarkDetail(
  result: MeasuredBenchmark,
  { index, drawnAFork }: BenchmarkDetailOptions,
): BenchmarkDetail {
  return {
    charts: drawnAFork > 0 && result.status === "ok" ? sampleCharts(result, { index, drawnAFork }) : [],
    figures: result.status === "ok" ? figuresOf(result) : [],
    facts: [
      ...expectationFacts(result),
      ...throughputFacts(result),
      { name: "Memory", text: memoryText(result) },
      { name: "Measured", text: measuredText(result) },
    ],
    stack: "",
  };
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
      opsPerSecond === null ? formatDuration(median) : `${formatScaled(opsPerSecond, RATE_UNITS)} ops/s`
    }`;
  return [{
    name: "Expected",
    text: `${shortenEnd(visibleText(expected.operation), MAX_LABEL_COLUMNS)}: at least ${
      formatScaled(expected.minOpsPerSecond, RATE_UNITS)
    } ops/s and at most ${formatDuration(expected.maxDurationMs * 1e6)}; ${outcome}`,
  }];
}

function throughputFacts(result: MeasuredBenchmark): BenchmarkDetail["facts"] {
  const elements = ratePerSecond(result, "elements"), bytes = ratePerSecond(result, "bytes");
  if (result.status !== "ok" || (elements === null && bytes === null)) return [];
  return [{
    name: "Throughput",
    text: [
      ...(elements === null ? [] : [`${formatScaled(elements, RATE_UNITS)} elements a second`]),
      ...(bytes === null ? [] : [`${formatScaled(bytes, BYTE_UNITS)} a second`]),
    ].join("; "),
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
    `heap up to ${formatScaled(heapUsedBytes, BYTE_UNITS)}, resident ${formatScaled(residentBytes, BYTE_UNITS)}`,
    ...(cpuPercent === null ? [] : [`CPU ${formatNumber(cpuPercent)} %`]),
  ].join("; ");
}

function measuredText({ forks, statistics, kind, iterations }: MeasuredBenchmark): string {
  const { outliers } = statistics;
  const steady = forks.filter(({ warmup }) => warmup.steady).length;
  const beyond = outliers.lowExtreme + outliers.lowMild + outliers.highMild + outliers.highExtreme;
  return [
    `${kind}, ${plural(statistics.samples, "sample")} of ${plural(statistics.forks, "fork")}`,
    ...(beyond === 0 ? [] : [`${beyond} beyond Tukey’s fences`]),
    `${plural(iterations, "iteration")} in batches of ${rangeText(forks.map(({ batchSize }) => batchSize))}`,
    `warm-up ${rangeText(forks.map(({ warmup }) => Math.round(warmup.durationMs)))} ms, ` +
    `steady in ${steady === forks.length ? "every fork" : `${steady} of ${plural(forks.length, "fork")}`}`,
  ].join("; ");
}

function rangeText(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? formatNumber(least) : `${formatNumber(least)} to ${formatNumber(most)}`;
}
