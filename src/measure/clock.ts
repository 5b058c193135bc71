/**
 * The clock that times samples: what a reading costs, how fine it is, and how large a batch must be for neither to matter.
 *
 * @module
 */

import type { ClockFacts } from "./document_environment.ts";

/** A source of time; tests pass in one that they script. */
export interface Clock {
  /** What the result document calls it. */
  readonly name: string;
  /** Nanoseconds since some fixed moment; needs no `this`. */
  readonly now: () => number;
}

/** The runtime's monotonic clock, `performance.now()`: it does not count the time in which the host sleeps. */
export const performanceClock: Clock = {
  name: "performance.now",
  now: () => performance.now() * 1e6,
};

/** What a batch must satisfy. */
export interface BatchLimits {
  /** Shortest duration of a sample, in nanoseconds; above 0 and finite. */
  readonly minSampleNs: number;
  /** Largest share of a sample that the clock's step and cost may make up, in (0, 1). */
  readonly maxErrorRatio: number;
}

/** The most iterations that a batch is given. */
const MAX_BATCH_SIZE = 1_000_000_000;

const BLOCK_READINGS = 200;
const MIN_BLOCKS = 50;

/** A clock that has not stepped this often goes on being read ... */
const MIN_STEPS = 20;

/** ... for at most a million readings: some 50 ms, in which even the coarsest clock in use steps three times. */
const MAX_BLOCKS = 5_000;

/** A block that takes fewer steps than this says little about the cost of its readings. */
const STEPS_FOR_COST = 10;

/**
 * Measures a clock by reading it again and again.
 *
 * - `costNs`: what a reading takes, the median over blocks of 200; where blocks take but a few steps of the clock, the mean
 *   over all readings.
 * - `stepNs`: the smallest difference between two readings in a row that differ. A clock finer than its own cost seems to step
 *   by about that cost. 0 if the clock never moved.
 * - `monotonic`: whether no reading was earlier than the one before it.
 *
 * @param clock The clock. A fine one is read 10,000 times, in about 0.5 ms; one that hardly moves up to a million times.
 */
export function calibrateClock(clock: Clock): ClockFacts {
  const blockNs: number[] = [];
  const readings = new Float64Array(BLOCK_READINGS);
  const first = clock.now();
  let previous = first;
  let steps = 0;
  let stepNs = Infinity;
  let monotonic = true;
  while (blockNs.length < MIN_BLOCKS || (steps < MIN_STEPS && blockNs.length < MAX_BLOCKS)) {
    const start = previous;
    for (let i = 0; i < BLOCK_READINGS; i++) readings[i] = clock.now(); // judged afterwards: that would count as cost
    for (const reading of readings) {
      if (reading < previous) monotonic = false;
      if (reading > previous) {
        steps++;
        stepNs = Math.min(stepNs, reading - previous);
      }
      previous = reading;
    }
    blockNs.push(previous - start);
  }
  const meanCost = (previous - first) / (blockNs.length * BLOCK_READINGS);
  const middle = blockNs.toSorted((left, right) => left - right)[blockNs.length >> 1] ?? 0;
  const costNs = middle >= STEPS_FOR_COST * stepNs ? middle / BLOCK_READINGS : meanCost;
  return { source: clock.name, costNs: Math.max(0, costNs), stepNs: steps === 0 ? 0 : stepNs, monotonic };
}

/**
 * Chooses how many iterations a sample needs: so many that it lasts `minSampleNs`, and that the clock's step and the cost of a
 * reading, by which a sample may be wrong, together stay within `maxErrorRatio` of it.
 *
 * @param iterationNs Rough duration of one iteration; above 0 and finite.
 * @param clock What {@linkcode calibrateClock} found.
 * @param limits What the batch must satisfy.
 * @returns An integer from 1 to 10^9.
 * @throws {RangeError} If a number is out of its range.
 *
 * @example A 20 ns function, and a clock that takes 40 ns to read and ticks every 100 ns
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
  requirePositive("iterationNs", iterationNs);
  requirePositive("minSampleNs", minSampleNs);
  if (!(maxErrorRatio > 0 && maxErrorRatio < 1)) {
    throw new RangeError(`Cannot choose a batch: maxErrorRatio must lie between 0 and 1, it is ${maxErrorRatio}`);
  }
  const sampleNs = Math.max(minSampleNs, (clock.stepNs + clock.costNs) / maxErrorRatio);
  return Math.min(Math.max(Math.ceil(sampleNs / iterationNs), 1), MAX_BATCH_SIZE);
}

function requirePositive(name: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) {
    throw new RangeError(`Cannot choose a batch: ${name} must be above 0 and finite, it is ${value}`);
  }
}
