/**
 * Holds the summary of a benchmark against its samples: a figure that was edited, or cut off, is no measurement.
 *
 * @module
 */

import type { Estimate, MeasuredBenchmark, Statistics } from "./document.ts";
import { mean, standardDeviation } from "./statistics/moments.ts";
import { medianAbsoluteDeviation, quantile } from "./statistics/quantile.ts";
import { type SortedSamples, sortSamples } from "./statistics/sorted_samples.ts";
import { studentTQuantile } from "./statistics/student_t.ts";
import { countExcluded, forkValues } from "./statistics/summary.ts";

/** Figures are written with all of their digits; what is left is the rounding of another order of summing up. */
const ROUNDING = 1e-6;

/** A figure that the samples contradict. */
export interface Contradiction {
  /** Where it is, within the benchmark. */
  readonly path: readonly (string | number)[];
  /** What the samples give. */
  readonly message: string;
}

/** The first figure of a summary that its samples contradict; null if there is none. */
export function contradictionOf({ statistics, forks }: MeasuredBenchmark): Contradiction | null {
  const counted = forkValues(forks);
  const samples = sortSamples(counted.flatMap(({ values }) => values));
  const excluded = countExcluded(forks);
  const counts: readonly Figure[] = [
    { path: ["samples"], actual: statistics.samples, expected: samples.length },
    { path: ["forks"], actual: statistics.forks, expected: counted.length },
    { path: ["forkP25", "length"], actual: statistics.forkP25.length, expected: counted.length },
    ...(["steal", "preemption", "suspend"] as const).map((cause) => (
      { path: ["excluded", cause], actual: statistics.excluded[cause], expected: excluded[cause] }
    )),
  ];
  const wrongCount = counts.find(({ actual, expected }) => actual !== expected);
  if (wrongCount !== undefined) return contradiction(wrongCount);
  // What was subtracted sets how exact a rest can be, and so does what was summed up.
  const scale = Math.max(...forks.map(({ overheadNs }) => overheadNs), Math.abs(quantile(samples, 0.5)));
  const wrong = figuresOf(statistics, counted, samples).find(({ actual, expected }) =>
    actual === undefined || Math.abs(actual - expected) > ROUNDING * Math.max(Math.abs(expected), scale)
  );
  return wrong === undefined
    ? rateContradiction(statistics) ?? intervalContradiction(statistics)
    : contradiction(wrong);
}

interface Figure {
  readonly path: readonly (string | number)[];
  readonly actual: number | undefined;
  readonly expected: number;
}

/** What can be calculated again. */
function figuresOf(
  statistics: Statistics,
  counted: ReturnType<typeof forkValues>,
  samples: SortedSamples,
): readonly Figure[] {
  const quantiles = { min: 0, p25: 0.25, median: 0.5, p75: 0.75, p95: 0.95, p99: 0.99, max: 1 } as const;
  const names = ["min", "p25", "median", "p75", "p95", "p99", "max"] as const;
  return [
    ...counted.map(({ values }, index) => ({
      path: ["forkP25", index],
      actual: statistics.forkP25[index],
      expected: quantile(sortSamples(values), 0.25),
    })),
    ...names.map((name) => ({ path: [name], actual: statistics[name], expected: quantile(samples, quantiles[name]) })),
    { path: ["mean"], actual: statistics.mean, expected: mean(samples) },
    { path: ["standardDeviation"], actual: statistics.standardDeviation, expected: standardDeviation(samples) },
    { path: ["mad"], actual: statistics.mad, expected: medianAbsoluteDeviation(samples) },
  ];
}

function contradiction({ path, expected }: Figure): Contradiction {
  return { path: ["statistics", ...path], message: `its samples give ${expected}` };
}

function rateContradiction({ median, opsPerSecond }: Statistics): Contradiction | null {
  const expected = median > 0 ? 1e9 / median : null;
  const isRight = expected === null || opsPerSecond === null
    ? expected === opsPerSecond
    : Math.abs(opsPerSecond - expected) <= ROUNDING * expected;
  return isRight ? null : { path: ["statistics", "opsPerSecond"], message: `its median makes it ${expected}` };
}

/**
 * The interval comes from random resamples, which need not be drawn again to know how far it can reach: medians of resamples lie
 * between the least and the greatest value, and so does the interval; that of few forks is Student's t times a standard deviation
 * of such medians, which is at most half their range.
 */
function intervalContradiction({ median, medianInterval, min, max, forks }: Statistics): Contradiction | null {
  if (medianInterval === null) return null;
  const { point, low, high, level } = medianInterval;
  const at = (name: keyof Estimate, message: string) => ({
    path: ["statistics", "medianInterval", name],
    message,
  });
  const slack = ROUNDING * Math.max(Math.abs(min), Math.abs(max));
  if (Math.abs(point - median) > slack) return at("point", `the median is ${median}`);
  const reach = forks < 2 ? 0 : studentTQuantile((1 + level) / 2, forks - 1) * (max - min) / 2;
  const [least, most] = [Math.min(min, median - reach), Math.max(max, median + reach)];
  if (low < least - slack || low > point + slack) {
    return at("low", `its samples allow ${least} to ${median}`);
  }
  if (high > most + slack || high < point - slack) return at("high", `its samples allow ${median} to ${most}`);
  return null;
}
