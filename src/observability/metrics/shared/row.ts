/**
 * The numbers of one series in one thread, which another thread reads while they change.
 *
 * A counter or gauge is one double. It has one writer, and a store of 8 aligned bytes is one access on every processor that Deno runs
 * on. The language would allow it to tear; a test looks whether it does.
 *
 * A histogram must be read as a whole. Its row begins with a sequence, odd while an observation is under way, and with what that
 * observation is about to write: the bucket, its count and the sum. A reader takes a copy that the sequence says was not changed
 * meanwhile; if the sequence is odd, it completes the observation in its copy. So the writer never waits, one that was stopped or killed
 * half-way holds up nobody, and all that was counted is kept. Both sides change the sequence by read-modify-write, the reader by adding 0:
 * by the memory model that orders the reader's look before whatever the writer does next, and makes torn doubles part of what is noticed.
 *
 * @module
 */

import type { MetricsViews } from "./layout.ts";

/** Doubles of a histogram's row before its buckets: the sequence and the bucket in two words, the bucket's count, the sum. */
export const HISTOGRAM_HEADER = 3;
const PENDING_COUNT = 1;
const PENDING_SUM = 2;
/** A copy takes less than a microsecond; a thread that observes in a tight loop leaves a gap between any two. */
const MOST_TRIES = 2_000;

/** The row of a histogram, as its own thread writes it. */
export class HistogramRow {
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;
  readonly #row: number;
  readonly #sumCell: number;

  /** @param width Doubles of its counts and sum. */
  constructor({ words, doubles }: MetricsViews, row: number, width: number) {
    this.#words = words;
    this.#doubles = doubles;
    this.#row = row;
    this.#sumCell = row + HISTOGRAM_HEADER + width - 1;
  }

  /** Counts a value in its bucket. Hot path: two atomic operations that nobody contends for. */
  observe(bucket: number, value: number): void {
    const words = this.#words, doubles = this.#doubles, row = this.#row, sumCell = this.#sumCell;
    const cell = row + HISTOGRAM_HEADER + bucket, count = doubles[cell]! + 1, sum = doubles[sumCell]! + value;
    words[2 * row + 1] = bucket;
    doubles[row + PENDING_COUNT] = count;
    doubles[row + PENDING_SUM] = sum;
    const sequence = Atomics.add(words, 2 * row, 1);
    doubles[cell] = count;
    doubles[sumCell] = sum;
    Atomics.store(words, 2 * row, sequence + 2);
  }
}

/**
 * Copies a histogram's counts and sum, as they were between two observations.
 *
 * @returns Whether it came to it; if not, `into` is not to be used.
 */
export function readHistogram({ words, doubles }: MetricsViews, row: number, into: Float64Array): boolean {
  const from = row + HISTOGRAM_HEADER;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const sequence = Atomics.load(words, 2 * row);
    for (let at = 0; at < into.length; at++) into[at] = doubles[from + at]!;
    const bucket = words[2 * row + 1]!, count = doubles[row + PENDING_COUNT]!, sum = doubles[row + PENDING_SUM]!;
    if (Atomics.add(words, 2 * row, 0) === sequence) {
      if ((sequence & 1) === 1) complete(into, { bucket, count, sum });
      return true;
    }
    Atomics.pause();
  }
  return false;
}

/** Completes what a dead thread left half done. */
export function settleHistogram({ words, doubles }: MetricsViews, row: number, width: number): void {
  const sequence = Atomics.load(words, 2 * row), from = row + HISTOGRAM_HEADER;
  if ((sequence & 1) === 0) return;
  complete(doubles.subarray(from, from + width), {
    bucket: words[2 * row + 1]!,
    count: doubles[row + PENDING_COUNT]!,
    sum: doubles[row + PENDING_SUM]!,
  });
  Atomics.store(words, 2 * row, sequence + 1);
}

/** An observation that is not complete. */
interface Pending {
  readonly bucket: number;
  readonly count: number;
  readonly sum: number;
}

function complete(counts: Float64Array, { bucket, count, sum }: Pending): void {
  counts[bucket] = count;
  counts[counts.length - 1] = sum;
}
