/**
 * The distribution of a benchmark: the density of all samples that count, and beneath it a strip of samples for each fork, so
 * that processes which differ are seen apart.
 *
 * @module
 */

import type { MeasuredBenchmark } from "../../../measure/document.ts";
import { formatDuration } from "../../number_format.ts";
import { axisX, durationTicks } from "./axis.ts";
import { densityOf } from "./density.ts";
import { draw, Plot } from "./drawing.ts";
import { type DrawnSample, thinned, type ValueScale, within } from "./samples_of.ts";

const WIDTH = 340;
const DENSITY_HEIGHT = 56;
const STRIP_HEIGHT = 7;
const MARGIN = { top: 4, right: 16, bottom: 20, left: 16 };
const POINTS = 36;

/** Ticks nearer to each other than so many units are one to the eye. */
const PLACE_WIDTH = 2;

/** More forks than this share the height of so many. */
const MAX_STRIPS = 24;

/** Draws the samples that count. */
export function distributionChart(
  { statistics }: Pick<MeasuredBenchmark, "statistics">,
  samples: readonly DrawnSample[],
  scale: ValueScale,
): string {
  const counting = samples.filter(({ cause }) => cause === null);
  const forks = 1 + Math.max(0, ...samples.map(({ fork }) => fork));
  const stripsHeight = Math.min(forks, MAX_STRIPS) * STRIP_HEIGHT + 4;
  const curve = densityOf(counting.map(({ valueNs }) => valueNs), scale, POINTS);
  // Closed along the axis by its two ends: an area would come back point by point.
  const density = [{ value: scale.low, density: 0 }, ...curve, { value: scale.high, density: 0 }];
  const highest = Math.max(...density.map((point) => point.density), Number.MIN_VALUE);
  // Heights: the density from 0 up to 1, the strips from 0 down to -1 on a scale of their own.
  const stripY = (fork: number) => -(stripsHeight / DENSITY_HEIGHT) * (fork + 0.9) / (forks + 0.4);
  return draw(
    {
      className: "chart",
      label: `Distribution, median ${formatDuration(statistics.median)}`,
    },
    {
      width: WIDTH,
      height: MARGIN.top + DENSITY_HEIGHT + stripsHeight + MARGIN.bottom,
      marginTop: MARGIN.top,
      marginRight: MARGIN.right,
      marginBottom: MARGIN.bottom,
      marginLeft: MARGIN.left,
      x: { type: "linear", domain: [scale.low, scale.high] },
      y: { axis: null, type: "linear", domain: [-stripsHeight / DENSITY_HEIGHT, 1] },
      marks: [
        ...axisX(durationTicks(scale.low, scale.high), 3),
        Plot.line(density, {
          x: ({ value }) => value,
          y: (point) => point.density / highest,
          className: "density",
        }),
        Plot.line(
          distinct(thinned(counting), scale),
          {
            x: ({ valueNs }: DrawnSample) => within(scale, valueNs),
            y: ({ fork }: DrawnSample) => stripY(fork),
            z: ({ fork }: DrawnSample) => fork,
            className: "strip",
          },
        ),
        Plot.ruleX([within(scale, statistics.median)], { className: "median" }),
      ],
    },
  );
}

/** One sample for each place of a strip that has any, in the order of the places. */
function distinct(samples: readonly DrawnSample[], scale: ValueScale): DrawnSample[] {
  const span = (WIDTH - MARGIN.left - MARGIN.right) / PLACE_WIDTH;
  const placeOf = ({ valueNs }: DrawnSample) =>
    Math.round(span * (within(scale, valueNs) - scale.low) / (scale.high - scale.low));
  return samples.toSorted((a, b) => a.fork - b.fork || a.valueNs - b.valueNs).filter((sample, i, sorted) => {
    const before = sorted[i - 1];
    return before === undefined || before.fork !== sample.fork || placeOf(before) !== placeOf(sample);
  });
}
