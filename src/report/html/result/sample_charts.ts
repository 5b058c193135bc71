/**
 * The samples of a benchmark, drawn twice, with what a reader of the charts must know.
 *
 * @module
 */

import type { MeasuredBenchmark } from "../../../measure/document.ts";
import { formatDuration } from "../../number_format.ts";
import { distributionChart } from "../charts/distribution_chart.ts";
import { changeOfLevel, type ForkCourse, forkCourses, MIN_TREND } from "../charts/fork_course.ts";
import { collectionsIn, samplesChart } from "../charts/samples_chart.ts";
import { type DrawnSample, MAX_DRAWN_A_FORK, samplesOf, type ValueScale, valueScale } from "../charts/samples_of.ts";

/** A chart and what it shows. */
export interface CaptionedChart {
  /** The chart as SVG. */
  readonly svg: string;
  /** What it shows. */
  readonly caption: string;
}

/** How the charts of a benchmark are drawn. */
export interface SampleChartOptions {
  /** Its place in the document. */
  readonly index: number;
  /** Of each fork no more than about so many samples are drawn. */
  readonly drawnAFork: number;
}

/** The charts of one benchmark. None if no sample counts. */
export function sampleCharts(result: MeasuredBenchmark, { index, drawnAFork }: SampleChartOptions): CaptionedChart[] {
  const samples = samplesOf(result);
  const counting = samples.filter(({ cause }) => cause === null);
  if (counting.length === 0) return [];
  const scale = valueScale(counting.map(({ valueNs }) => valueNs));
  const courses = forkCourses(samples);
  const forks = result.forks.length;
  return [
    {
      svg: distributionChart({ samples, medianNs: result.statistics.median, scale, index }),
      caption: `Distribution${forks === 1 ? "" : "; a strip for each fork"}`,
    },
    {
      svg: samplesChart({ samples, courses, scale, index, drawnAFork }),
      caption: [
        `In the order measured${thinningText(result)}`,
        ...leftOutText(result),
        ...collectionText(samples),
        ...shiftText(courses),
        ...trendText(courses),
        ...beyondText(result, scale),
      ].join("; "),
    },
  ];
}

function thinningText({ forks }: MeasuredBenchmark): string {
  const most = Math.max(...forks.map(({ samples }) => samples.wallNs.length));
  return most > MAX_DRAWN_A_FORK ? `, every ${Math.ceil(most / MAX_DRAWN_A_FORK)}th drawn` : "";
}

function leftOutText({ statistics }: MeasuredBenchmark): string[] {
  const { steal, preemption, suspend } = statistics.excluded;
  const left = [
    ...(steal === 0 ? [] : [`× ${steal} left out by steal`]),
    ...(preemption === 0 ? [] : [`+ ${preemption} by preemption`]),
    ...(suspend === 0 ? [] : [`◇ ${suspend} by suspend`]),
  ];
  return left.length === 0 ? [] : [left.join(", ")];
}

function collectionText(samples: readonly DrawnSample[]): string[] {
  const known = samples.filter(({ hasCollected }) => hasCollected !== null);
  if (known.length === 0) return ["whether garbage was collected is not known"];
  const { collected, areMarked } = collectionsIn(samples);
  if (collected.length === 0) return [];
  if (areMarked) return [`△ ${collected.length} with garbage collected`];
  const which = collected.length === samples.length
    ? "every sample"
    : `${collected.length} of ${samples.length}, not marked`;
  return [`garbage collected in ${which}`];
}

function shiftText(courses: readonly ForkCourse[]): string[] {
  const shifts = courses.flatMap(({ fork, shift }) => shift === null ? [] : [{ fork, ratio: shift.ratio }]);
  const [first] = shifts;
  if (first === undefined) return [];
  if (shifts.length === 1) {
    return [`┊ a lasting change of level in fork ${first.fork + 1}, ${changeOfLevel(first.ratio)}`];
  }
  const [least, most] = [Math.min, Math.max].map((end) => changeOfLevel(end(...shifts.map(({ ratio }) => ratio))));
  const changes = least === most ? `${least} each` : `${least} to ${most}`;
  return [`┊ a lasting change of level in ${shifts.length} of ${courses.length} forks, ${changes}`];
}

function trendText(courses: readonly ForkCourse[]): string[] {
  const drifting = courses.filter(({ trend }) => trend.length > 0);
  if (drifting.length === 0) return [];
  const windows = drifting.map(({ window }) => window);
  const [least, most] = [Math.min(...windows), Math.max(...windows)];
  const window = least === most ? `${least}` : `${least} to ${most}`;
  const where = drifting.length === 1 ? `fork ${(drifting[0]?.fork ?? 0) + 1}` : `${drifting.length} forks`;
  return [`line: running median of ${window} samples where it drifts by over ${100 * MIN_TREND} % (${where})`];
}

function beyondText({ statistics }: MeasuredBenchmark, { beyond }: ValueScale): string[] {
  return beyond === 0 ? [] : [`${beyond} beyond the scale, up to ${formatDuration(statistics.max)}`];
}
