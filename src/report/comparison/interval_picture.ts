/**
 * An interval drawn in characters, on a logarithmic scale that all rows of a table share.
 *
 * Only characters of the WGL4 set are used, which the fonts of every terminal have, and none depends on colour:
 * `:···│···:` is no change (`│`) within the threshold (`:`), `─●─` a ratio in its interval, `○` a ratio without one, `◄` and `►`
 * something beyond the scale.
 *
 * @module
 */

import type { ComparedBenchmark } from "../../compare/comparison.ts";

/** Half the width of a scale, as the logarithm of a ratio: it shows ratios from `exp(-reach)` to `exp(reach)`. */
export interface IntervalScale {
  /** Above 0 and finite. */
  readonly reach: number;
}

/** Thresholds within the reach: a scale shows at least the first and at most the second many. */
const LEAST_THRESHOLDS = 2;
const MOST_THRESHOLDS = 8;

/** The scale that holds every interval, unless one is so far out that nothing else could be read. */
export function scaleFor(entries: readonly ComparedBenchmark[]): IntervalScale {
  let [band, extent] = [0, 0];
  for (const { threshold, ratio, interval } of entries) {
    band = Math.max(band, Math.log1p(threshold));
    for (const value of [ratio, ...(interval === null ? [] : [interval.low, interval.high])]) {
      extent = Math.max(extent, Math.abs(Math.log(Math.max(Number.MIN_VALUE, value))));
    }
  }
  if (band === 0) band = DEFAULT_BAND;
  return { reach: Math.min(MOST_THRESHOLDS * band, Math.max(LEAST_THRESHOLDS * band, extent * 1.02)) };
}

const DEFAULT_BAND = 0.1;

/**
 * The picture of one benchmark.
 *
 * @param width Columns; odd and at least 5, so that no change has a column of its own.
 */
export function drawInterval(
  { ratio, interval, threshold }: Pick<ComparedBenchmark, "ratio" | "interval" | "threshold">,
  scale: IntervalScale,
  width: number,
): string {
  const column = columnOf(scale, width);
  const band = Math.log1p(threshold);
  const [from, to] = [column(-band), column(band)];
  const cells: string[] = Array.from({ length: width }, (_, index) => index > from && index < to ? "·" : " ");
  for (const edge of [from, to]) if (edge >= 0 && edge < width) cells[edge] = ":";
  cells[(width - 1) / 2] = "│";
  if (interval !== null) {
    const [low, high] = [interval.low, interval.high].map((value) => column(Math.log(value)));
    drawLine(cells, low ?? 0, high ?? 0);
  }
  drawPoint(cells, column(Math.log(ratio)), interval === null ? "○" : "●");
  return cells.join("");
}

/** The ends and the middle of the scale, as ratios. */
export function scaleEnds({ reach }: IntervalScale): { readonly low: number; readonly high: number } {
  return { low: Math.exp(-reach), high: Math.exp(reach) };
}

/** Where the logarithm of a ratio is drawn; below 0 or `width` and above if it is beyond the scale. */
function columnOf({ reach }: IntervalScale, width: number): (logRatio: number) => number {
  const middle = (width - 1) / 2;
  return (logRatio) => middle + Math.sign(logRatio) * Math.round(Math.abs(logRatio) / reach * middle);
}

function drawLine(cells: string[], low: number, high: number): void {
  const last = cells.length - 1;
  for (let index = Math.max(0, low); index <= Math.min(last, high); index++) {
    const crossed = cells[index];
    cells[index] = crossed === "│" || crossed === ":" ? "┼" : "─";
  }
  if (low < 0) cells[0] = "◄";
  if (high > last) cells[last] = "►";
}

function drawPoint(cells: string[], at: number, mark: string): void {
  const last = cells.length - 1;
  if (at < 0) cells[0] = "◄";
  else if (at > last) cells[last] = "►";
  else cells[at] = mark;
}
