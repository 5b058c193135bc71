/**
 * The distribution of a benchmark: the density of all samples that count, and beneath it the samples themselves, a strip for each
 * fork, so that processes which differ are seen apart. The strips are the drawing of the samples in their order, turned.
 *
 * @module
 */

import { formatDuration } from "../../number_format.ts";
import { axisX, durationTicks } from "./axis.ts";
import { densityOf } from "./density.ts";
import { copyOf, draw, Plot } from "./drawing.ts";
import { samplesId } from "./samples_chart.ts";
import { type DrawnSample, type ValueScale, within } from "./samples_of.ts";

const WIDTH = 340;
const DENSITY_HEIGHT = 56;
const STRIPS_HEIGHT = 60;
const MARGIN = { top: 4, right: 16, bottom: 20, left: 16 };
const POINTS = 32;

/** What is drawn. */
export interface DistributionDrawing {
  /** All samples. */
  readonly samples: readonly DrawnSample[];
  /** Their median, in nanoseconds. */
  readonly medianNs: number;
  /** The scale of their values. */
  readonly scale: ValueScale;
  /** The benchmark's place in the document. */
  readonly index: number;
}

/** Draws the samples that count. */
export function distributionChart({ samples, medianNs, scale, index }: DistributionDrawing): string {
  const counting = samples.filter(({ cause }) => cause === null);
  const curve = densityOf(counting.map(({ valueNs }) => valueNs), scale, POINTS);
  const highest = Math.max(...curve.map(({ density }) => density), Number.MIN_VALUE);
  const heights = curve.map(({ value, density }) => ({
    value,
    height: Math.round(DENSITY_HEIGHT * density / highest),
  }));
  // Closed along the axis by its two ends: an area would come back point by point.
  const outline = [{ value: scale.low, height: 0 }, ...corners(heights), { value: scale.high, height: 0 }];
  return draw(
    {
      className: "chart",
      label: `Distribution, median ${formatDuration(medianNs)}`,
    },
    {
      width: WIDTH,
      height: MARGIN.top + DENSITY_HEIGHT + STRIPS_HEIGHT + MARGIN.bottom,
      marginTop: MARGIN.top,
      marginRight: MARGIN.right,
      marginBottom: MARGIN.bottom,
      marginLeft: MARGIN.left,
      x: { type: "linear", domain: [scale.low, scale.high] },
      y: { axis: null, type: "linear", domain: [-STRIPS_HEIGHT, DENSITY_HEIGHT] },
      marks: [
        ...axisX(durationTicks(scale.low, scale.high), 3),
        Plot.line(outline, { x: "value", y: "height", className: "density" }),
        copyOf(samplesId(index), "strips"),
        Plot.ruleX([within(scale, medianNs)], { className: "median" }),
      ],
    },
  );
}

/** The points without those amid others as high. */
function corners(points: readonly { readonly value: number; readonly height: number }[]) {
  return points.filter(({ height }, i) => height !== points[i - 1]?.height || height !== points[i + 1]?.height);
}
