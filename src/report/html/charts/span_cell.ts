/**
 * Rows of a table as a chart: each row a small drawing on one common scale, so that they line up like the lines of a forest
 * plot while names and figures stay text.
 *
 * @module
 */

import { axisX, durationTick } from "./axis.ts";
import { cell, cellLine } from "./cell.ts";
import { draw } from "./drawing.ts";

/** Size of a row's drawing; it is stretched to its place. */
const WIDTH = 160;
const HEIGHT = 20;
const INSET = 6;

const AXIS_HEIGHT = 16;

/** What a row shows: all above 0. */
export interface Span {
  /** From the least to the largest value. */
  readonly range: readonly [number, number];
  /** The interval of the estimate; null without one. */
  readonly interval: readonly [number, number] | null;
  /** The estimate. */
  readonly point: number;
}

/** The logarithmic scale that all rows share. */
export type SpanDomain = readonly [number, number];

/** The powers of ten that hold all rows; undefined if there are none. */
export function spanDomain(spans: readonly Span[]): SpanDomain | undefined {
  if (spans.length === 0) return undefined;
  const ends = spans.map(({ range, interval }) => [range[0], Math.max(range[1], interval?.[1] ?? 0)] as const);
  const low = Math.floor(Math.log10(Math.min(...ends.map(([from]) => from))));
  const high = Math.ceil(Math.log10(Math.max(...ends.map(([, to]) => to))));
  return [10 ** low, 10 ** Math.max(high, low + 1)];
}

/** The drawing of one row. */
export function spanCell({ range, interval, point }: Span, domain: SpanDomain): string {
  const frame = { width: WIDTH, height: HEIGHT, inset: INSET, domain };
  // With few forks an interval may reach below every value, and below 0, which no logarithmic scale has. The style sheet tells the
  // three by their places.
  const parts = [range, interval ?? [point, point] as const, [point, point] as const].map((ends) =>
    cellLine(ends, frame)
  );
  return cell("cell", frame, parts);
}

/** The axis above the rows: powers of ten, no more than fit. */
export function spanAxis(domain: SpanDomain): string {
  const [first, last] = [Math.log10(domain[0]), Math.log10(domain[1])];
  const step = Math.ceil((last - first) / 3);
  const ticks: number[] = [];
  for (let power = first; power <= last + 1e-9; power += step) ticks.push(10 ** Math.round(power));
  return draw({ label: null, className: "cell axis" }, {
    width: WIDTH,
    height: AXIS_HEIGHT,
    marginTop: 0,
    marginRight: INSET,
    marginBottom: AXIS_HEIGHT,
    marginLeft: INSET,
    x: { axis: null, type: "log", domain: [...domain] },
    y: { axis: null },
    marks: [axisX(durationTick, ticks)[1]],
  });
}
