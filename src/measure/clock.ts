/**
 * The clock that times samples: what it costs, how fine it is, and how large a batch must be for that not to matter.
 *
 * @module
 */

import type { ClockFacts } from "./document.ts";

/** A source of time; tests pass in one that they script. */
export interface Clock {
  /** What the result document calls it. */
  readonly name: string;
  /** Nanoseconds since some fixed moment. */
  now(): number;
}

/** The runtime's monotonic clock, `performance.now()`. */
export const performanceClock: Clock = {
  name: "performance.now",
  now: (): number => performance.now() * 1e6,
};

/** The most iterations that a batch is given. */
export const MAX_BATCH_SIZE = 1_000_000_000;

/** What a batch must satisfy. */
export interface BatchLimits {
  /** Shortest duration of a sample, in nanoseconds; above 0. */
  readonly minSampleNs: number;
  /** Largest share of a sample that the clock's step and cost may make up, in (0, 1). */
  readonly maxErrorRatio: number;
}

const BLOCKS = 25;
const READINGS_PER_BLOCK = 200;

/**
 * Measures a clock: the cost of a reading, the smallest step between two, and whether it ever went backwards.
 *
 * The cost is the median over blocks of back-to-back readings. On a coarse clock most blocks may take no time at all; the
 * readings are then counted over the whole of the calibration instead, so the cost is never 0 if the clock moved. A frozen
 * clock yields a step of 0. Takes about half a millisecond.
 *
 * @param clock The clock; read about 5,000 times.
 * @returns What the result document records.
 */
export function calibrateClock(clock: Clock): ClockFacts {
  const readings = new Float64Array(BLOCKS * READINGS_PER_BLOCK);
  for (let i = 0; i < readings.length; i++) readings[i] = clock.now();
  return {
    source: clock.name,
    costNs: costOf(readings),
    stepNs: smallestStep(readings),
    monotonic: isMonotonic(readings),
  };
}

function costOf(readings: Float64Array): number {
  const costs: number[] = [];
  for (let from = 0; from + READINGS_PER_BLOCK <= readings.length; from += READINGS_PER_BLOCK) {
    const last = from + READINGS_PER_BLOCK - 1;
    costs.push(((readings[last] ?? 0) - (readings[from] ?? 0)) / (READINGS_PER_BLOCK - 1));
  }
  costs.sort((left, right) => left - right);
  const median = costs[costs.length >> 1] ?? 0;
  if (median > 0) return median;
  return Math.max(0, ((readings.at(-1) ?? 0) - (readings[0] ?? 0)) / (readings.length - 1));
}

function smallestStep(readings: Float64Array): number {
  let smallest = Infinity;
  for (let i = 1; i < readings.length; i++) {
    const step = (readings[i] ?? 0) - (readings[i - 1] ?? 0);
    if (step > 0 && step < smallest) smallest = step;
  }
  return Number.isFinite(smallest) ? smallest : 0;
}

function isMonotonic(readings: Float64Array): boolean {
  for (let i = 1; i < readings.length; i++) {
    if ((readings[i] ?? 0) < (readings[i - 1] ?? 0)) return false;
  }
  return true;
}

/**
 * Chooses how many iterations a sample needs: long enough for `minSampleNs`, and for the clock's step and cost together to
 * stay within `maxErrorRatio` of it.
 *
 * @param iterationNs Rough duration of one iteration; above 0 and finite.
 * @param clock What {@linkcode calibrateClock} found.
 * @param limits What the batch must satisfy.
 * @returns An integer from 1 to {@linkcode MAX_BATCH_SIZE}.
 * @throws {RangeError} If a number is out of its range.
 *
 * @example A 20 ns function, a clock that takes 40 ns to read and ticks every 100 ns
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { batchSize } from "./clock.ts";
 *
 * const clock = { source: "example", costNs: 40, stepNs: 100, monotonic: true };
 * assertEquals(batchSize(20, clock, { minSampleNs: 1_000, maxErrorRatio: 0.01 }), 700); // 14 µs, of which 140 ns are unsure
 * ```
 */
export function batchSize(iterationNs: number, clock: ClockFacts, limits: BatchLimits): number {
  const { minSampleNs, maxErrorRatio } = limits;
  if (!(iterationNs > 0 && Number.isFinite(iterationNs))) {
    throw new RangeError(`Cannot choose a batch: iterationNs must be above 0 and finite, it is ${iterationNs}`);
  }
  if (!(minSampleNs > 0 && Number.isFinite(minSampleNs))) {
    throw new RangeError(`Cannot choose a batch: minSampleNs must be above 0 and finite, it is ${minSampleNs}`);
  }
  if (!(maxErrorRatio > 0 && maxErrorRatio < 1)) {
    throw new RangeError(`Cannot choose a batch: maxErrorRatio must lie between 0 and 1, it is ${maxErrorRatio}`);
  }
  const sampleNs = Math.max(minSampleNs, (clock.stepNs + clock.costNs) / maxErrorRatio);
  return Math.min(Math.max(Math.ceil(sampleNs / iterationNs), 1), MAX_BATCH_SIZE);
}
