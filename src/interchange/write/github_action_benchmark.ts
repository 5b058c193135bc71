/**
 * The input of github-action-benchmark with `tool: customSmallerIsBetter`.
 *
 * The format: `BenchmarkResult` in src/extract.ts of benchmark-action/github-action-benchmark; a `range` is understood as
 * `± number` (extractRangeInfo.ts).
 *
 * @module
 */

import type { MeasuredBenchmark, ResultDocument } from "../../measure/document.ts";
import type { Report } from "../../report/report.ts";
import { plainText } from "./plain_text.ts";
import { usableBenchmarks } from "./usable.ts";

/** A list of lower quartiles in nanoseconds, with half the range of the forks. */
export const githubActionBenchmarkReport: Report = {
  extension: "json",
  render(document: ResultDocument): string {
    return JSON.stringify(usableBenchmarks(document).map(entryOf)) + "\n";
  },
};

function entryOf({ id, statistics }: MeasuredBenchmark) {
  const { p25, median, forkP25, forks, samples, medianInterval } = statistics;
  const extra = [
    `forks: ${forks}`,
    `samples: ${samples}`,
    medianInterval === null
      ? `median: ${median} ns`
      : `median: ${median} ns (${medianInterval.low} to ${medianInterval.high})`,
  ];
  const halfRange = (Math.max(p25, ...forkP25) - Math.min(p25, ...forkP25)) / 2;
  return {
    name: plainText(id),
    unit: "ns",
    value: p25,
    ...(forkP25.length > 1 ? { range: `± ${halfRange}` } : {}),
    extra: extra.join("\n"),
  };
}
