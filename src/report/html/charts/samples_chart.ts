/**
 * The samples of a benchmark in the order in which they were measured, fork after fork: drift within a process, levels of
 * processes, and what was left out by cause.
 *
 * @module
 */

import type { ExclusionCause } from "../../../measure/document.ts";
import { plural } from "../../facts.ts";
import { axisY, durationTicks } from "./axis.ts";
import { draw, Plot } from "./drawing.ts";
import { type DrawnSample, thinned, type ValueScale, within } from "./samples_of.ts";

const WIDTH = 340;
const HEIGHT = 140;

/** Where the page's script finds the samples: the plot's left and right end, in the drawing's units. */
export const SAMPLES_SPAN = { left: 52, right: 336 };

/** Dots of so few samples have room to be larger. */
const FEW = 60;

const CAUSES: readonly ExclusionCause[] = ["steal", "preemption", "suspend"];

/** Draws all samples; `index` is the benchmark's place in the document. */
export function samplesChart(samples: readonly DrawnSample[], scale: ValueScale, index: number): string {
  const starts = samples.filter(({ fork }, i) => i > 0 && fork !== samples[i - 1]?.fork).map(({ order }) => order);
  const left = samples.filter(({ cause }) => cause !== null).length;
  const drawn = thinned(samples);
  const line = (chosen: readonly DrawnSample[], z: (sample: DrawnSample) => number, className: string) =>
    chosen.length === 0 ? [] : [
      Plot.line(chosen, {
        x: ({ order }: DrawnSample) => order + 0.5,
        y: ({ valueNs }: DrawnSample) => within(scale, valueNs),
        z,
        className,
      }),
    ];
  return draw(
    {
      className: drawn.length <= FEW ? "chart samples few" : "chart samples",
      label: `${plural(samples.length, "sample")} in the order measured, ${left} left out`,
      data: { index },
    },
    {
      width: WIDTH,
      height: HEIGHT,
      marginTop: 6,
      marginRight: WIDTH - SAMPLES_SPAN.right,
      marginBottom: 6,
      marginLeft: SAMPLES_SPAN.left,
      x: { axis: null, type: "linear", domain: [0, Math.max(1, samples.length)] },
      y: { type: "linear", domain: [scale.low, scale.high] },
      marks: [
        ...axisY(durationTicks(scale.low, scale.high), 3),
        Plot.ruleX(starts, { className: "grid" }),
        ...line(drawn.filter(({ cause }) => cause === null), ({ fork }) => fork, "dots"),
        ...CAUSES.flatMap((cause) => line(drawn.filter((sample) => sample.cause === cause), () => 0, `out ${cause}`)),
      ],
    },
  );
}
