/**
 * The geometry of the chart of medians: one line a benchmark, on a logarithmic axis of durations.
 *
 * @module
 */

import { isMeasured, type ViewRow } from "./document_view.ts";
import { DURATION_UNITS, formatDuration, formatNumber, unitFor } from "./number_format.ts";
import { shortenMiddle } from "./shorten.ts";

/** One benchmark in the chart; all lengths are in the drawing's own units. */
export interface ChartLine {
  /** Its label, cut to its place. */
  readonly label: string;
  /** Height of its line. */
  readonly y: number;
  /** From the least to the largest value. */
  readonly range: Span;
  /** The median's interval; null without one. */
  readonly interval: Span | null;
  /** The median. */
  readonly x: number;
  /** The median in words. */
  readonly value: string;
}

/** From here to there. */
export interface Span {
  /** Where it begins. */
  readonly x1: number;
  /** Where it ends. */
  readonly x2: number;
}

/** The whole drawing. */
export interface Chart {
  /** Width of the drawing. */
  readonly width: number;
  /** Height of the drawing. */
  readonly height: number;
  /** Where the labels end. */
  readonly labelX: number;
  /** Where the values begin. */
  readonly valueX: number;
  /** Where the axis is. */
  readonly axisY: number;
  /** Powers of ten. */
  readonly ticks: readonly { readonly x: number; readonly label: string }[];
  /** The benchmarks. */
  readonly lines: readonly ChartLine[];
}

const WIDTH = 900;
const LABEL_X = 300;
const AXIS_START = 316;
const AXIS_END = 800;
const VALUE_X = 812;
const LINE_HEIGHT = 26;
const TOP = 10;
const MAX_LABEL_COLUMNS = 40;

/** Draws the benchmarks that have a duration above 0; undefined if there are none. */
export function chartOf(rows: readonly ViewRow[]): Chart | undefined {
  const drawn = rows.flatMap(({ label, result }) =>
    isMeasured(result) && result.status === "ok" && result.statistics.min > 0
      ? [{ label, statistics: result.statistics }]
      : []
  );
  if (drawn.length === 0) return undefined;
  const lowest = Math.min(...drawn.map(({ statistics }) => statistics.min));
  const highest = Math.max(
    ...drawn.map(({ statistics }) => Math.max(statistics.max, statistics.medianInterval?.high ?? 0)),
  );
  const first = Math.floor(Math.log10(lowest));
  const last = Math.max(first + 1, Math.ceil(Math.log10(highest)));
  const at = (durationNs: number) =>
    round(AXIS_START + (AXIS_END - AXIS_START) * (Math.log10(durationNs) - first) / (last - first));
  const axisY = TOP + drawn.length * LINE_HEIGHT + 4;
  return {
    width: WIDTH,
    height: axisY + 24,
    labelX: LABEL_X,
    valueX: VALUE_X,
    axisY,
    ticks: Array.from({ length: last - first + 1 }, (_, i) => ({ x: at(10 ** (first + i)), label: tick(first + i) })),
    lines: drawn.map(({ label, statistics: { min, max, median, medianInterval } }, index) => ({
      label: shortenMiddle(label, MAX_LABEL_COLUMNS),
      y: TOP + (index + 0.5) * LINE_HEIGHT,
      range: { x1: at(min), x2: at(max) },
      // With few forks an interval may reach below every value, and below 0, which no logarithmic axis has.
      interval: medianInterval === null
        ? null
        : { x1: at(Math.max(10 ** first, medianInterval.low)), x2: at(medianInterval.high) },
      x: at(median),
      value: formatDuration(median),
    })),
  };
}

/** `10 µs`. */
function tick(power: number): string {
  const durationNs = 10 ** power;
  const unit = unitFor(durationNs, DURATION_UNITS);
  return `${formatNumber(durationNs / unit.size, Math.max(0, power < 0 ? -power : 0))} ${unit.symbol}`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
