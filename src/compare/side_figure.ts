/**
 * What one side measured of a benchmark, as a reader sees it.
 *
 * @module
 */

import { mean } from "../measure/statistics/moments.ts";
import type { SideFigure } from "./comparison.ts";
import { ratioOf } from "./log_ratio.ts";
import type { RunBenchmark } from "./matching.ts";

/** The figure of one side: its processes in their own unit, nothing taken off. */
export function sideFigure(runs: readonly RunBenchmark[]): SideFigure {
  const forks = runs.map(({ data }) => data.processes.map(({ value }) => value));
  const samples = runs.flatMap(({ data }) => data.processes.map(({ samples }) => samples));
  const known = samples.filter((count) => count !== null);
  return {
    value: ratioOf(mean(forks.flat().map(Math.log))),
    unit: runs[0]?.data.unit ?? "",
    estimator: runs[0]?.data.estimator ?? "value",
    samples: known.length < samples.length ? null : known.reduce((sum, count) => sum + count, 0),
    forks,
  };
}
