/**
 * The summary of one benchmark's samples.
 *
 * @module
 */

import type { ExclusionCause, ForkResult, Statistics } from "../document.ts";
import { medianInterval } from "./bootstrap.ts";
import { mean, standardDeviation } from "./moments.ts";
import { tukeyOutliers } from "./outliers.ts";
import { median, medianAbsoluteDeviation, quantile } from "./quantile.ts";
import { sortSamples } from "./sorted_samples.ts";

/** The values of one fork. */
export interface ForkValues {
  /** Number of the fork. */
  readonly fork: number;
  /** Nanoseconds an iteration, the empty loop's share taken off, in the order of measuring; at least one. */
  readonly values: readonly number[];
}

/** How a summary is made. */
export interface SummaryOptions {
  /** Seed of the bootstrap: an integer from 0 to 2^32 - 1. */
  readonly seed: number;
}

/**
 * The values that count, by fork.
 *
 * Excluded samples do not count, nor does a fork of which nothing else is left. If nothing at all is left, then every sample
 * counts: on a host that disturbs all of them a figure is worth more than none, and the number of excluded samples, which is
 * then as large as that of the samples, tells what it is worth.
 */
export function forkValues(forks: readonly ForkResult[]): ForkValues[] {
  const undisturbed = forks.map((fork) => ({ fork: fork.fork, values: valuesOf(fork, excludedIndices(fork)) }));
  const counted = undisturbed.filter(({ values }) => values.length > 0);
  if (counted.length > 0) return counted;
  const all = forks.map((fork) => ({ fork: fork.fork, values: valuesOf(fork, new Set()) }));
  return all.filter(({ values }) => values.length > 0);
}

/**
 * Summarizes the samples of one benchmark, pooled over its forks; see {@linkcode forkValues} for which of them count.
 *
 * A value may be below 0 where the iteration takes no longer than that of the empty loop.
 *
 * @throws {RangeError} Without a single sample.
 */
export function summarize(forks: readonly ForkResult[], options: SummaryOptions): Statistics {
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
    medianInterval: medianInterval(counted.map(({ values }) => values), options),
    forkP25: counted.map(({ values }) => quantile(sortSamples(values), 0.25)),
    outliers: tukeyOutliers(samples),
    opsPerSecond: center > 0 ? 1e9 / center : null,
  };
}

function valuesOf({ samples, batchSize, overheadNs }: ForkResult, without: ReadonlySet<number>): number[] {
  return samples.wallNs.filter((_, index) => !without.has(index)).map((wallNs) => wallNs / batchSize - overheadNs);
}

function excludedIndices({ samples }: ForkResult): ReadonlySet<number> {
  return new Set(samples.excluded.map(({ index }) => index));
}

/** How many samples do not count, by what disturbed them. */
export function countExcluded(forks: readonly ForkResult[]): Record<ExclusionCause, number> {
  const counts = { steal: 0, preemption: 0, suspend: 0 };
  for (const { samples } of forks) {
    for (const { cause } of samples.excluded) counts[cause]++;
  }
  return counts;
}
