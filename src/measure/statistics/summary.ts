/** The summary of one benchmark's samples. @module */

import type { ExclusionCause, ForkResult, Statistics } from "../document.ts";
import { medianInterval } from "./bootstrap.ts";
import { mean, standardDeviation } from "./moments.ts";
import { tukeyOutliers } from "./outliers.ts";
import { median, medianAbsoluteDeviation, quantile } from "./quantile.ts";
import { sortSamples } from "./sorted_samples.ts";

/** The values of one fork: nanoseconds an iteration. */
export interface ForkValues {
  /** Number of the fork. */
  readonly fork: number;
  /** In the order of measuring; excluded samples are left out. */
  readonly values: readonly number[];
}

/**
 * The values that count of each fork, in the order given: batch time over batch size, less the empty loop's share.
 *
 * Excluded samples are left out. A fork of which nothing is left is left out too, unless that is so for every fork: then
 * nothing is left out, for a disturbed figure that is flagged beats none (the statistics count more excluded samples than
 * they have samples to spare).
 */
export function forkValues(forks: readonly ForkResult[]): ForkValues[] {
  const kept = forks.map((fork) => valuesOf(fork, true)).filter(({ values }) => values.length > 0);
  if (kept.length > 0) return kept;
  return forks.map((fork) => valuesOf(fork, false)).filter(({ values }) => values.length > 0);
}

function valuesOf({ fork, samples, batchSize, overheadNs }: ForkResult, exclude: boolean): ForkValues {
  const excluded = new Set(exclude ? samples.excluded.map(({ index }) => index) : []);
  const values = samples.wallNs.filter((_, index) => !excluded.has(index)).map((wall) => wall / batchSize - overheadNs);
  return { fork, values };
}

/**
 * Summarizes the samples of all forks of one benchmark.
 *
 * @throws {RangeError} If there is no sample at all.
 */
export function summarize(forks: readonly ForkResult[], options: { readonly seed: number }): Statistics {
  const counted = forkValues(forks);
  const samples = sortSamples(counted.flatMap(({ values }) => values));
  const center = median(samples);
  return {
    samples: samples.length,
    forks: counted.length,
    excluded: countExcluded(forks),
    mean: mean(samples),
    median: center,
    min: quantile(samples, 0),
    max: quantile(samples, 1),
    standardDeviation: standardDeviation(samples),
    mad: medianAbsoluteDeviation(samples),
    p25: quantile(samples, 0.25),
    p75: quantile(samples, 0.75),
    p95: quantile(samples, 0.95),
    p99: quantile(samples, 0.99),
    medianInterval: medianInterval(counted.map(({ values }) => values), { seed: options.seed }),
    forkP25: counted.map(({ values }) => quantile(sortSamples(values), 0.25)),
    outliers: tukeyOutliers(samples),
    opsPerSecond: center > 0 ? 1e9 / center : null,
  };
}

function countExcluded(forks: readonly ForkResult[]): Record<ExclusionCause, number> {
  const counts: Record<ExclusionCause, number> = { steal: 0, preemption: 0, suspend: 0 };
  for (const { samples } of forks) for (const { cause } of samples.excluded) counts[cause]++;
  return counts;
}
