/**
 * The samples of a benchmark as values to draw.
 *
 * @module
 */

import type { ExclusionCause, MeasuredBenchmark } from "../../../measure/document.ts";

/** One sample. */
export interface DrawnSample {
  /** Its place among all samples of the benchmark, fork after fork, each in the order measured. */
  readonly order: number;
  /** The place of its fork among the forks, from 0. */
  readonly fork: number;
  /** Nanoseconds an iteration. */
  readonly valueNs: number;
  /** Why it does not count; null if it does. */
  readonly cause: ExclusionCause | null;
  /** Whether garbage was collected within it; null where that is not known. */
  readonly hasCollected: boolean | null;
}

/** All samples of a benchmark, fork after fork, each in the order in which it was measured. */
export function samplesOf({ forks }: Pick<MeasuredBenchmark, "forks">): DrawnSample[] {
  let order = 0;
  return forks.flatMap(({ batchSize, overheadNs, samples }, fork) => {
    const causes = new Map(samples.excluded.map(({ index, cause }) => [index, cause]));
    const collected = samples.garbageCollected === null ? null : new Set(samples.garbageCollected);
    return samples.wallNs.map((wallNs, index) => ({
      order: order++,
      fork,
      valueNs: wallNs / batchSize - overheadNs,
      cause: causes.get(index) ?? null,
      hasCollected: collected?.has(index) ?? null,
    }));
  });
}

/** What a chart of values shows. */
export interface ValueScale {
  /** Lower end, in the unit of the values. */
  readonly low: number;
  /** Upper end; above the lower one. */
  readonly high: number;
  /** How many values lie beyond it: they are drawn at its edge, and a sentence says so. */
  readonly beyond: number;
}

/** A value further from the quartiles than so many interquartile ranges would squeeze all others into a corner. */
const MAX_RANGES = 6;

/** The scale that shows all values, except those so far off that the others could not be told apart. */
export function valueScale(values: readonly number[]): ValueScale {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  const [q1, q3] = [at(0.25), at(0.75)];
  // Where most values are equal, a share of the value stands for their range.
  const range = Math.max(q3 - q1, 0.002 * Math.abs(q3), Number.MIN_VALUE);
  const low = Math.max(at(0), q1 - MAX_RANGES * range);
  const high = Math.max(Math.min(at(1), q3 + MAX_RANGES * range), low + range);
  return { low, high, beyond: values.filter((value) => value < low || value > high).length };
}

/** The value, or the end of the scale that it lies beyond. */
export function within({ low, high }: ValueScale, value: number): number {
  return Math.min(high, Math.max(low, value));
}

/** The most samples that a chart draws of one fork: more cannot be told apart. */
export const MAX_DRAWN_A_FORK = 100;

/** Every n-th sample of each fork that has more than `mostAFork`. */
export function thinned(samples: readonly DrawnSample[], mostAFork: number): DrawnSample[] {
  return [...Map.groupBy(samples, ({ fork }) => fork).values()].flatMap((ofFork) => {
    const step = Math.ceil(ofFork.length / mostAFork);
    return ofFork.filter((_, index) => index % step === 0);
  });
}
