/**
 * From two benchmarks to a finding, if the interval of their ratio supports one.
 *
 * @module
 */

import { ratioToBaseline } from "../../measure/statistics/mod.ts";
import type { Estimate } from "../../measure/document.ts";
import { formatDuration } from "../number_format.ts";
import { type Contrast, operationsOf } from "./conventions.ts";
import type { Finding } from "./insight.ts";
import { quoted, times } from "./words.ts";

/** The ratio of one operation of the other benchmark to one of the plain one; null without two forks that have both. */
function operationRatio({ plain, other }: Contrast): Estimate | null {
  const ratio = ratioToBaseline(other.forks, plain.forks);
  if (ratio === null) return null;
  const scale = operationsOf(plain) / operationsOf(other);
  return { ...ratio, point: ratio.point * scale, low: ratio.low * scale, high: ratio.high * scale };
}

/**
 * What a contrast shows, if the whole interval of the ratio lies above `least`.
 *
 * @param least Ratio that matters, such as 1.1; the interval must lie wholly above it.
 */
export function contrastFinding(contrast: Contrast, least: number): Finding[] {
  const ratio = operationRatio(contrast);
  if (ratio === null || !(ratio.low > least)) return [];
  const { plain, other } = contrast;
  return [{
    sentence: `${quoted(other)} takes ${times(ratio)} as long as ${quoted(plain)}: ` +
      `${operationTime(contrast.other)} against ${operationTime(plain)}`,
    benchmarkIds: [other.id, plain.id],
    weight: ratio.low,
  }];
}

function operationTime(benchmark: Contrast["plain"]): string {
  const operations = operationsOf(benchmark);
  const each = operations === 1 ? "" : ` for each of ${operations}`;
  return formatDuration(benchmark.statistics.p25 / operations) + each;
}
