/**
 * The samples of a benchmark, drawn twice, with what a reader of the charts must know.
 *
 * @module
 */

import type { MeasuredBenchmark } from "../../../measure/document.ts";
import { formatDuration } from "../../number_format.ts";
import { distributionChart } from "../charts/distribution_chart.ts";
import { samplesChart } from "../charts/samples_chart.ts";
import { MAX_DRAWN_A_FORK, samplesOf, valueScale } from "../charts/samples_of.ts";

/** A chart and what it shows. */
export interface CaptionedChart {
  /** The chart as SVG. */
  readonly svg: string;
  /** What it shows. */
  readonly caption: string;
}

/** The charts of one benchmark; `index` is its place in the document. None if no sample counts. */
export function sampleCharts(result: MeasuredBenchmark, index: number): CaptionedChart[] {
  const samples = samplesOf(result);
  const counting = samples.filter(({ cause }) => cause === null);
  if (counting.length === 0) return [];
  const scale = valueScale(counting.map(({ valueNs }) => valueNs));
  const forks = result.forks.length;
  const beyond = scale.beyond === 0
    ? ""
    : `; ${scale.beyond} beyond the scale, drawn at its edge, up to ${formatDuration(result.statistics.max)}`;
  const thinned = result.forks.some(({ samples }) => samples.wallNs.length > MAX_DRAWN_A_FORK)
    ? `, every ${
      Math.ceil(Math.max(...result.forks.map(({ samples }) => samples.wallNs.length)) / MAX_DRAWN_A_FORK)
    }th drawn`
    : "";
  const { steal, preemption, suspend } = result.statistics.excluded;
  const left = [
    ...(steal === 0 ? [] : [`× ${steal} left out by steal`]),
    ...(preemption === 0 ? [] : [`+ ${preemption} by preemption`]),
    ...(suspend === 0 ? [] : [`◇ ${suspend} by suspend`]),
  ];
  return [
    {
      svg: distributionChart(result, samples, scale),
      caption: forks === 1 ? "Distribution" : `Distribution; a strip for each of ${forks} forks`,
    },
    {
      svg: samplesChart(samples, scale, index),
      caption: `In the order measured, fork by fork${thinned}${
        left.length === 0 ? "" : `; ${left.join(", ")}`
      }${beyond}`,
    },
  ];
}
