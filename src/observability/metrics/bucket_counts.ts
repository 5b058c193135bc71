/**
 * Counts of neighbouring buckets, one number each.
 *
 * @module
 */

import { coarser } from "./logarithmic_scale.ts";

/**
 * What packed counts are unpacked to, whenever they are read or their form changes: made once and used again, so that neither
 * allocates.
 */
export class BucketCounts {
  /** Counts of the buckets from {@linkcode start} on; what is behind {@linkcode length} has no meaning. */
  counts = new Float64Array(256);
  /** Index of the first bucket. */
  start = 0;
  /** How many buckets there are. */
  length = 0;

  /** Index of the last bucket. */
  get last(): number {
    return this.start + this.length - 1;
  }

  /** Becomes so many empty buckets. */
  reset(start: number, length: number): void {
    this.#reserve(length);
    this.counts.fill(0, 0, length);
    this.start = start;
    this.length = length;
  }

  /** Widens the range to a bucket. */
  reach(index: number): void {
    if (this.length === 0) return this.reset(index, 1);
    const before = Math.max(0, this.start - index), after = Math.max(0, index - this.last), { length } = this;
    if (before + after === 0) return;
    this.#reserve(before + length + after);
    this.counts.copyWithin(before, 0, length);
    this.counts.fill(0, 0, before).fill(0, before + length, before + length + after);
    this.start -= before;
    this.length += before + after;
  }

  /** Adds what other buckets of the same schema have. */
  add(other: BucketCounts): void {
    if (other.length === 0) return;
    this.reach(other.start);
    this.reach(other.last);
    const from = other.start - this.start;
    for (let at = 0; at < other.length; at++) this.counts[from + at]! += other.counts[at]!;
  }

  /** Makes one bucket of two: those of the schema below. */
  coarsen(): void {
    if (this.length === 0) return;
    const { counts, start, length } = this, coarse = coarser(start), last = coarser(this.last);
    for (let at = 0; at < length; at++) {
      const count = counts[at]!;
      counts[at] = 0;
      counts[coarser(start + at) - coarse]! += count;
    }
    this.start = coarse;
    this.length = last - coarse + 1;
  }

  /** Leaves out empty buckets at both ends. */
  trim(): void {
    const { counts } = this;
    let from = 0, to = this.length;
    while (to > from && counts[to - 1] === 0) to--;
    while (from < to && counts[from] === 0) from++;
    if (from > 0) counts.copyWithin(0, from, to);
    this.start += from;
    this.length = to - from;
  }

  /** How many values all buckets count. */
  total(): number {
    let total = 0;
    for (let at = 0; at < this.length; at++) total += this.counts[at]!;
    return total;
  }

  #reserve(length: number): void {
    if (length <= this.counts.length) return;
    const larger = new Float64Array(2 * length);
    larger.set(this.counts.subarray(0, this.length));
    this.counts = larger;
  }
}
