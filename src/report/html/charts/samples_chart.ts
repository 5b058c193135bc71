/**
 * The samples of a benchmark in the order in which they were measured, fork after fork: drift and changes of level within a
 * process, levels of processes, collections of garbage, and what was left out by cause.
 *
 * @module
 */

import type { ExclusionCause } from "../../../measure/document.ts";
import { plural } from "../../facts.ts";
import { axisY, durationTicks } from "./axis.ts";
import { draw, Plot } from "./drawing.ts";
import { changeOfLevel, type ForkCourse } from "./fork_course.ts";
import { type Label, labelRows } from "./label_rows.ts";
import { type DrawnSample, thinned, type ValueScale, within } from "./samples_of.ts";

const WIDTH = 340;
const HEIGHT = 140;
const MARGIN = 6;

/** Height of a row of labels beneath the plot, and how many rows there are at most. */
const LABEL_HEIGHT = 13;
const MAX_LABEL_ROWS = 2;

/** Where the page's script finds the samples: the plot's left and right end, in the drawing's units. */
export const SAMPLES_SPAN = { left: 52, right: 336 };

/** What the distribution shows of this drawing too: the samples that count, and the limits of their forks. */
export function samplesId(index: number): string {
  return `d${index}`;
}

/** Dots of so few samples have room to be larger. */
const FEW = 60;

/** If more than this share of the samples had garbage collected, marks would hide the samples: a sentence says it better. */
const MAX_MARKED = 0.5;

const CAUSES: readonly ExclusionCause[] = ["steal", "preemption", "suspend"];

/** The samples within which garbage was collected, and whether so many are marked. */
export function collectionsIn(samples: readonly DrawnSample[]): { collected: DrawnSample[]; areMarked: boolean } {
  const collected = samples.filter(({ hasCollected }) => hasCollected === true);
  return { collected, areMarked: collected.length <= MAX_MARKED * samples.length };
}

/** What is drawn. */
export interface SamplesDrawing {
  /** All samples. */
  readonly samples: readonly DrawnSample[];
  /** How the level of their forks changed. */
  readonly courses: readonly ForkCourse[];
  /** The scale of their values. */
  readonly scale: ValueScale;
  /** The benchmark's place in the document. */
  readonly index: number;
  /** Of each fork no more than about so many are drawn, evenly spread. */
  readonly drawnAFork: number;
}

/** Draws all samples. */
export function samplesChart({ samples, courses, scale, index, drawnAFork }: SamplesDrawing): string {
  const starts = samples.filter(({ fork }, i) => i > 0 && fork !== samples[i - 1]?.fork).map(({ order }) => order);
  const drawn = thinned(samples, drawnAFork);
  const { collected, areMarked } = collectionsIn(samples);
  const shifts = shiftsOf(courses, samples.length);
  const rows = labelRows(shifts, MAX_LABEL_ROWS);
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
      className: samples.length <= FEW ? "chart samples few" : "chart samples",
      label: labelOf(samples, collected.length, courses),
      // Where not all samples are drawn, the page's script draws them, between these values.
      data: drawn.length === samples.length ? { index } : { index, scale: `${short(scale.low)} ${short(scale.high)}` },
      shared: { id: samplesId(index), classes: ["forks", "dots"] },
    },
    {
      width: WIDTH,
      height: HEIGHT + LABEL_HEIGHT * rows.length,
      marginTop: MARGIN,
      marginRight: WIDTH - SAMPLES_SPAN.right,
      marginBottom: MARGIN + LABEL_HEIGHT * rows.length,
      marginLeft: SAMPLES_SPAN.left,
      x: { axis: null, type: "linear", domain: [0, Math.max(1, samples.length)] },
      y: { type: "linear", domain: [scale.low, scale.high] },
      marks: [
        ...axisY(durationTicks(scale.low, scale.high), 3),
        ...(starts.length === 0 ? [] : [
          Plot.line(starts, { x: (order: number) => order, y: () => scale.high, className: "forks" }), // its markers are rules
        ]),
        ...line(drawn.filter(({ cause }) => cause === null), ({ fork }) => fork, "dots"),
        ...line(areMarked ? thinned(collected, drawnAFork) : [], () => 0, "collected"),
        ...CAUSES.flatMap((cause) => line(drawn.filter((sample) => sample.cause === cause), () => 0, `out ${cause}`)),
        ...trendMarks(courses, scale),
        ...shiftMarks(shifts, rows),
      ],
    },
  );
}

/** Exact enough for a drawing. */
function short(value: number): number {
  return Number(value.toPrecision(6));
}

function labelOf(samples: readonly DrawnSample[], collections: number, courses: readonly ForkCourse[]): string {
  const shifts = courses.filter(({ shift }) => shift !== null).length;
  const trends = courses.filter(({ trend }) => trend.length > 0).length;
  return [
    `${plural(samples.length, "sample")} in the order measured`,
    `${samples.filter(({ cause }) => cause !== null).length} left out`,
    ...(collections === 0 ? [] : [`${collections} with garbage collected`]),
    ...(shifts === 0 ? [] : [`a change of level in ${plural(shifts, "fork")}`]),
    ...(trends === 0 ? [] : [`drift in ${plural(trends, "fork")}`]),
  ].join(", ");
}

function trendMarks(courses: readonly ForkCourse[], scale: ValueScale): Plot.Markish[] {
  const points = courses.flatMap(({ trend }) => trend);
  return points.length === 0 ? [] : [
    Plot.line(points, {
      x: ({ order }) => order + 0.5,
      y: ({ valueNs }) => within(scale, valueNs),
      z: "fork",
      className: "trend",
    }),
  ];
}

/** A change of level, with its label's place. */
interface DrawnShift extends Label {
  /** The first sample of the new level. */
  readonly order: number;
}

function shiftsOf(courses: readonly ForkCourse[], samples: number): DrawnShift[] {
  const width = (SAMPLES_SPAN.right - SAMPLES_SPAN.left) / samples;
  return courses.flatMap(({ shift }) =>
    shift === null ? [] : [{ order: shift.order, x: shift.order * width, text: changeOfLevel(shift.ratio) }]
  );
}

/** A rule at each change of level, and beneath the plot, a row under another, the labels that have room. */
function shiftMarks(shifts: readonly DrawnShift[], rows: readonly DrawnShift[][]): Plot.Markish[] {
  return shifts.length === 0 ? [] : [
    Plot.ruleX(shifts, { x: "order", className: "shift" }),
    ...rows.map((row, i) =>
      Plot.text(row, { x: "order", frameAnchor: "bottom", dy: LABEL_HEIGHT * (i + 1), text: "text", className: "tick" })
    ),
  ];
}
