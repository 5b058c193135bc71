/**
 * A line of a forest plot: a ratio with its interval, beside the line of no change and the band within which a change does not
 * matter; and the bar of a ratio to a baseline. All lines share one logarithmic scale of ratios.
 *
 * @module
 */

import type { Verdict } from "../../../compare/comparison.ts";
import { axisX, changeTick, shortNumber } from "./axis.ts";
import { cell, cellBand, type CellFrame, cellLine, cellRule } from "./cell.ts";
import { draw } from "./drawing.ts";

const WIDTH = 320;
const HEIGHT = 28;
const INSET = 10;

/** The scale that all lines share: the smallest and the largest ratio, 1 between them. */
export type RatioDomain = readonly [number, number];

/** A ratio and its interval, where there is one. */
export interface DrawnRatio {
  /** The ratio; above 0. */
  readonly ratio: number;
  /** Its interval; null without one. */
  readonly interval: { readonly low: number; readonly high: number } | null;
}

/** No scale is narrower or wider, as natural logarithms: noise must not fill the page, nor one outlier squeeze the rest. */
const LEAST_REACH = 0.05;
const MOST_REACH = Math.log(20);

/** A scale, alike in both directions, that shows every ratio and nearly every interval. */
export function ratioDomain(ratios: readonly DrawnRatio[], threshold: number): RatioDomain {
  const points = ratios.map(({ ratio }) => Math.abs(Math.log(ratio)));
  const ends = ratios.flatMap(({ interval }) =>
    interval === null ? [] : [Math.max(-Math.log(Math.max(interval.low, 1e-9)), Math.log(interval.high))]
  ).toSorted((a, b) => a - b);
  const usualEnd = ends[Math.ceil(0.95 * (ends.length - 1))] ?? 0;
  const reach = 1.08 * Math.max(LEAST_REACH, 1.5 * Math.log1p(threshold), usualEnd, ...points);
  const bounded = Math.min(reach, MOST_REACH);
  return [Math.exp(-bounded), Math.exp(bounded)];
}

/** A scale for bars that begin at 1: it shows every ratio and interval, on the sides where there are any. */
export function barDomain(ratios: readonly DrawnRatio[]): RatioDomain {
  const ends = ratios.flatMap(({ ratio, interval }) => [
    Math.log(ratio),
    ...(interval === null ? [] : [Math.log(Math.max(interval.low, 1e-9)), Math.log(interval.high)]),
  ]).map((end) => Math.max(-MOST_REACH, Math.min(MOST_REACH, end)));
  return [Math.exp(1.1 * Math.min(-LEAST_REACH, ...ends)), Math.exp(1.1 * Math.max(LEAST_REACH, ...ends))];
}

/** One line of the forest plot. */
export function ratioCell(
  { ratio, interval }: DrawnRatio,
  { domain, threshold, verdict }: {
    readonly domain: RatioDomain;
    readonly threshold: number;
    readonly verdict: Verdict;
  },
): string {
  const frame = frameOf(domain);
  return cell(`cell forest ${verdict}`, frame, [
    cellBand([1 / (1 + threshold), 1 + threshold], frame, "band"),
    cellRule(1, frame, "one"),
    ...intervalOf(interval, frame),
    cellLine([ratio, ratio], frame, "point"),
  ]);
}

/** The bar of a ratio to a baseline: from 1 to the ratio, with its interval. */
export function barCell({ ratio, interval }: DrawnRatio, domain: RatioDomain): string {
  const frame = frameOf(domain);
  return cell("cell bars", frame, [
    cellLine([1, ratio], frame, "bar"),
    cellRule(1, frame, "one"),
    ...intervalOf(interval, frame),
  ]);
}

function intervalOf(interval: DrawnRatio["interval"], frame: CellFrame): string[] {
  return interval === null ? [] : [cellLine([interval.low, interval.high], frame, "interval")];
}

function frameOf(domain: RatioDomain): CellFrame {
  return { width: WIDTH, height: HEIGHT, inset: INSET, domain };
}

/** The axis above the lines; `narrow` for a telephone. */
export function ratioAxis(domain: RatioDomain, { kind, narrow = false }: {
  readonly kind: "change" | "ratio";
  readonly narrow?: boolean;
}): string {
  const width = narrow ? NARROW_WIDTH : WIDTH;
  const ticks = kind === "change" ? ratioTicks(domain, narrow ? 1 : 2) : factorTicks(domain, narrow ? 2 : 4);
  // From three times on people count in factors: then at every tick, 1 among them.
  const isChange = kind === "change" && Math.max(...ticks) < 3;
  return draw({ label: null, className: narrow ? "cell axis narrow" : "cell axis wide" }, {
    width,
    height: AXIS_HEIGHT,
    marginTop: 0,
    marginRight: INSET * width / WIDTH,
    marginBottom: AXIS_HEIGHT,
    marginLeft: INSET * width / WIDTH,
    x: { axis: null, type: "log", domain: [...domain] },
    y: { axis: null },
    marks: [axisX(isChange ? changeTick : (ratio) => `${shortNumber(ratio, 2)}×`, ticks)[1]],
  });
}

const NARROW_WIDTH = 160;
const AXIS_HEIGHT = 18;

/** Steps that people count in. */
const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 4, 9];

/** Round changes: 1 in the middle, and `each` on both sides of it. */
export function ratioTicks([, high]: RatioDomain, each: number): number[] {
  const fitting = STEPS.filter((step) => Math.log1p(step) <= 0.92 * Math.log(high));
  const largest = fitting.at(-1) ?? high - 1;
  const half = each < 2 ? undefined : STEPS.findLast((step) => Math.log1p(step) <= 0.62 * Math.log1p(largest));
  const above = [...(half === undefined ? [] : [half]), largest];
  // As far below as above: what takes 1.1 times as long one way takes 1/1.1 of it the other way.
  const below = above.map((step) => step >= 1 ? 1 / (1 + step) : 1 - step).filter((ratio) => ratio >= 1 / high);
  return [...new Set([...below, 1, ...above.map((step) => 1 + step)])].toSorted((a, b) => a - b);
}

/** Factors that people think in, the smallest first. */
const FACTORS = [1, 1.1, 1.2, 1.5, 2, 3, 5, 10, 20];

/** Round factors on a scale, 1 among them, about `wanted` at most, none so near to another that their labels touch. */
export function factorTicks([low, high]: RatioDomain, wanted: number): number[] {
  const apart = Math.log(high / low) / (wanted + 1);
  const side = (end: number, sign: 1 | -1) =>
    FACTORS.reduce<number[]>((chosen, factor) => {
      const far = Math.log(factor) - Math.log(chosen.at(-1) ?? 1) >= apart;
      return far && Math.log(factor) <= end ? [...chosen, factor] : chosen;
    }, []).map((factor) => factor ** sign);
  return [...side(-Math.log(low), -1).reverse(), 1, ...side(Math.log(high), 1)];
}
