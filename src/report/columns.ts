/**
 * The columns that the table, Markdown and HTML share: what each shows, and in which unit.
 *
 * @module
 */

import type { MeasuredBenchmark } from "../measure/document.ts";
import { mean } from "../measure/statistics/moments.ts";
import { intervalRatio } from "./flags.ts";
import {
  BYTE_UNITS,
  DURATION_UNITS,
  formatDuration,
  formatNumber,
  formatPercent,
  formatScaled,
  RATE_UNITS,
  type Unit,
  unitFor,
} from "./number_format.ts";

/** What stands where a figure is not known. */
export const UNKNOWN = "–";

/** One column of figures; every cell is right-aligned. */
export interface Column {
  /** Its heading. */
  readonly title: string;
  /** The unit of all of its cells; empty if it has none, or if each cell bears its own. */
  readonly unit: string;
  /** 0 is the most important: where space is short, the least important columns go first. */
  readonly importance: number;
  /** The figure of one benchmark. */
  cell(result: MeasuredBenchmark): string;
}

/**
 * The columns for these benchmarks, in the order of display.
 *
 * Durations share one scale, named in the heading, as long as a factor of 1,000 covers them. Beyond that one scale would
 * print some of them without a significant digit, so each cell bears its own unit.
 */
export function columnsFor(results: readonly MeasuredBenchmark[]): Column[] {
  const timed = results.filter(isTimed);
  const scale = sharedScale(timed);
  const duration = (title: string, importance: number, value: (result: MeasuredBenchmark) => number): Column => ({
    title,
    unit: scale?.unit.symbol ?? "",
    importance,
    cell: (result) => {
      if (!isTimed(result)) return UNKNOWN;
      if (scale === undefined) return formatDuration(value(result));
      return formatNumber(value(result) / scale.unit.size, scale.decimals);
    },
  });
  return [
    duration("Median", 0, ({ statistics }) => statistics.median),
    { title: intervalTitle(results), unit: "", importance: 1, cell: intervalCell },
    duration("Mean", 4, ({ statistics }) => statistics.mean),
    duration("Std Dev", 5, ({ statistics }) => statistics.standardDeviation),
    duration("Min", 6, ({ statistics }) => statistics.min),
    duration("Max", 7, ({ statistics }) => statistics.max),
    duration("p25", 12, ({ statistics }) => statistics.p25),
    duration("p99", 13, ({ statistics }) => statistics.p99),
    {
      title: "Throughput",
      unit: "ops/s",
      importance: 2,
      cell: (result) => {
        const { opsPerSecond } = result.statistics;
        return opsPerSecond === null || !isTimed(result) ? UNKNOWN : formatScaled(opsPerSecond, RATE_UNITS);
      },
    },
    ...throughputColumns(results),
    ...processColumns(results),
    {
      title: "Memory",
      unit: "MB",
      importance: 8,
      cell: ({ memory }) => memory.residentBytes === 0 ? UNKNOWN : formatNumber(memory.residentBytes / 1e6, 1),
    },
    {
      title: "Allocated",
      unit: "/op",
      importance: 11,
      cell: ({ memory }) => memory.allocatedBytes === null ? UNKNOWN : formatScaled(memory.allocatedBytes, BYTE_UNITS),
    },
    { title: "GC", unit: "%", importance: 14, cell: collectorCell },
    {
      title: "CPU",
      unit: "%",
      importance: 9,
      cell: ({ cpuPercent }) => cpuPercent === null ? UNKNOWN : formatNumber(cpuPercent),
    },
    { title: "Iterations", unit: "", importance: 10, cell: ({ iterations }) => formatNumber(iterations) },
    { title: "Met?", unit: "", importance: 3, cell: expectationCell },
  ];
}

/** What commands spend on a processor: means over their runs, in which the shell's own start is. */
function processColumns(results: readonly MeasuredBenchmark[]): Column[] {
  return ([["User", "userNs"], ["System", "systemNs"]] as const).flatMap(([title, what]) => {
    if (!results.some((result) => processTime(result, what) !== null)) return [];
    const cell = (result: MeasuredBenchmark) => {
      const time = processTime(result, what);
      return time === null ? UNKNOWN : formatDuration(time);
    };
    return [{ title, unit: "", importance: 3, cell }];
  });
}

/**
 * The mean CPU time of a command's runs, in nanoseconds; null if it is not told, or the benchmark is no command. The mean, for Linux
 * divides the time of short processes by where its ticks fall: all or nothing, right only on average.
 */
export function processTime({ forks }: MeasuredBenchmark, what: "userNs" | "systemNs"): number | null {
  const times = forks.flatMap(({ samples }) => samples.processes?.[what] ?? []);
  return times.length === 0 ? null : mean(times);
}

/** What the benchmarks get through a second; a column for each of the two that any of them tells. */
function throughputColumns(results: readonly MeasuredBenchmark[]): Column[] {
  const column = (title: string, unit: string, what: "bytes" | "elements", format: (rate: number) => string) =>
    results.some(({ throughput }) => typeof throughput?.[what] === "number")
      ? [{
        title,
        unit,
        importance: 2,
        cell: (result: MeasuredBenchmark) => {
          const rate = isTimed(result) ? ratePerSecond(result, what) : null;
          return rate === null ? UNKNOWN : format(rate);
        },
      }]
      : [];
  return [
    ...column("Elements", "elem/s", "elements", (rate) => formatScaled(rate, RATE_UNITS)),
    ...column("Bytes", "MB/s", "bytes", (rate) => {
      const megabytes = rate / 1e6;
      return formatNumber(megabytes, megabytes < 10 ? 2 : megabytes < 100 ? 1 : 0);
    }),
  ];
}

/** How many bytes or elements a benchmark gets through a second, at its median; null if that is not told. */
export function ratePerSecond(
  { throughput, statistics: { opsPerSecond } }: MeasuredBenchmark,
  what: "bytes" | "elements",
): number | null {
  const amount = throughput?.[what] ?? null;
  return amount === null || opsPerSecond === null ? null : amount * opsPerSecond;
}

/** What was optimised away has no duration: showing one would pass an empty loop off as very fast code. */
function isTimed({ status }: MeasuredBenchmark): boolean {
  return status === "ok";
}

interface Scale {
  readonly unit: Unit;
  readonly decimals: number;
}

/** Beyond this factor between the largest and the smallest duration, one scale would hide the small ones. */
const MAX_SHARED_FACTOR = 1000;

/** The unit in which the smallest median is at least 1, with three significant digits for it. */
function sharedScale(results: readonly MeasuredBenchmark[]): Scale | undefined {
  const medians = results.map(({ statistics }) => statistics.median).filter((median) => median > 0);
  const smallest = Math.min(...medians);
  const largest = Math.max(...medians, ...results.map(({ statistics }) => statistics.max));
  if (medians.length === 0 || largest / smallest >= MAX_SHARED_FACTOR) return undefined;
  const unit = unitFor(smallest, DURATION_UNITS);
  const leading = smallest / unit.size;
  return { unit, decimals: leading < 10 ? 2 : leading < 100 ? 1 : 0 };
}

/** `±95 %`, with the level that the intervals have. */
function intervalTitle(results: readonly MeasuredBenchmark[]): string {
  const level = results.find(({ statistics }) => statistics.medianInterval !== null)?.statistics.medianInterval?.level;
  return level === undefined ? "±" : `±${formatNumber(100 * level)} %`;
}

function intervalCell(result: MeasuredBenchmark): string {
  if (!isTimed(result)) return UNKNOWN;
  const ratio = intervalRatio(result);
  if (ratio !== null) return `±${formatPercent(ratio)}`;
  return result.statistics.medianInterval === null ? "±∞" : UNKNOWN;
}

/** The collector's pauses for one iteration, relative to its median; they were observed in a pass of its own. */
function collectorCell(result: MeasuredBenchmark): string {
  const { memory: { gc }, statistics: { median } } = result;
  if (gc === null || !isTimed(result) || median <= 0) return UNKNOWN;
  return formatNumber(100 * gc.totalMs * 1e6 / gc.iterations / median, 1);
}

function expectationCell({ meetsExpectation }: MeasuredBenchmark): string {
  if (meetsExpectation === null) return UNKNOWN;
  return meetsExpectation ? "yes" : "no";
}
