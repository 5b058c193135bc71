/**
 * Quantiles of any number of values within a stated relative error, in bounded memory.
 *
 * @module
 */

import { coarser, LogarithmicScale, MIN_SCHEMA, ZERO_THRESHOLD } from "./logarithmic_scale.ts";

/** How exact a sketch is, and how large it may get. */
export interface SketchOptions {
  /** Largest relative error of a quantile: a number from 0.00136 to 0.99. */
  readonly relativeError: number;
  /** Most buckets it may have: an integer from 80 to 65,536, 8 bytes each. */
  readonly maxBuckets: number;
}

const SMALLEST_ERROR = 0.00136, LARGEST_ERROR = 0.99, FEWEST_BUCKETS = 80, MOST_BUCKETS = 65_536;

/**
 * Counts values in buckets that grow by a constant factor, so that any quantile of them is known within a relative error.
 *
 * The value that it tells for quantile q differs from the one of rank ⌊q·(count − 1)⌋ by at most {@linkcode relativeError} times
 * that value, whatever the values are: Masson, Rim and Lee, "DDSketch: A Fast and Fully-Mergeable Quantile Sketch with
 * Relative-Error Guarantees", VLDB 2019. The factor is 2^(2^−schema), as of native histograms of Prometheus and of OpenTelemetry's exponential
 * ones: two sketches can always be merged, and the merged one is what one sketch of all values would be.
 *
 * It begins with the coarsest schema that is exact enough. If the values then spread over more than `maxBuckets` buckets,
 * neighbours are merged in pairs, which is exact and about doubles the error: {@linkcode relativeError} tells what it is now.
 * With 160 buckets and 0.05 that is so beyond a spread of 2^20, with 2,048 and 0.01 beyond 2^32. Values up to 2^−128 count as zero.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { QuantileSketch } from "./quantile_sketch.ts";
 *
 * const [a, b] = [1, 2].map(() => new QuantileSketch({ relativeError: 0.01, maxBuckets: 2_048 }));
 * for (let value = 1; value <= 500; value++) a!.record(value);
 * for (let value = 501; value <= 1_000; value++) b!.record(value);
 * a!.merge(b!);
 * assertEquals([a!.count, a!.sum, a!.min, a!.max], [1_000, 500_500, 1, 1_000]);
 * assert(Math.abs(a!.quantile(0.99) - 990) <= 9.9);
 * ```
 */
export class QuantileSketch {
  /** Most buckets it may have. */
  readonly maxBuckets: number;
  #scale: LogarithmicScale;
  /** Counts of the buckets from index `#start` on. */
  #counts = new Float64Array(0);
  #start = 0;
  #zeros = 0;
  #count = 0;
  #sum = 0;
  #min = Infinity;
  #max = 0;

  /**
   * Makes a sketch of nothing.
   *
   * @throws {RangeError} If an option is out of range.
   */
  constructor(options: SketchOptions) {
    requireSketchOptions("make a sketch", options);
    this.maxBuckets = options.maxBuckets;
    this.#scale = LogarithmicScale.within(options.relativeError);
  }

  /** How many values were recorded. */
  get count(): number {
    return this.#count;
  }

  /** Their sum. */
  get sum(): number {
    return this.#sum;
  }

  /** The smallest; 0 if there is none. */
  get min(): number {
    return this.#count === 0 ? 0 : this.#min;
  }

  /** The largest; 0 if there is none. */
  get max(): number {
    return this.#max;
  }

  /** Buckets grow by 2^(2^−schema): from 8, which is the finest, to −4. */
  get schema(): number {
    return this.#scale.schema;
  }

  /** Largest relative error of a quantile. */
  get relativeError(): number {
    return this.#scale.relativeError;
  }

  /**
   * Counts a value; one that is not finite or below 0 is the caller's to refuse.
   *
   * Hot path: a quarter of the fastest histogram of others.
   */
  record(value: number): void {
    this.#count++;
    this.#sum += value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    if (value <= ZERO_THRESHOLD) {
      this.#zeros++;
      return;
    }
    const at = this.#scale.indexOf(value) - this.#start;
    if (at >= 0 && at < this.#counts.length) this.#counts[at]!++;
    else this.#add(at + this.#start, 1);
  }

  /** Adds what another one counted; the other is not changed. */
  merge(other: QuantileSketch): void {
    while (this.schema > other.schema) this.#downscale();
    for (const [index, count] of other.#filled()) {
      let own = index;
      for (let schema = other.schema; schema > this.schema; schema--) own = coarser(own);
      this.#add(own, count);
    }
    this.#zeros += other.#zeros;
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
  }

  /**
   * Estimates a quantile: 0 and 1 are exact. NaN if nothing was recorded. It costs a pass over the buckets.
   *
   * @param q From 0 to 1.
   * @throws {RangeError} If it is not.
   */
  quantile(q: number): number {
    if (!(q >= 0 && q <= 1)) {
      throw new RangeError(`Cannot tell quantile ${q}: expected a number from 0 to 1; pass 0.99`);
    }
    if (this.#count === 0) return NaN;
    if (q === 1) return this.#max;
    const rank = Math.floor(q * (this.#count - 1));
    let seen = this.#zeros;
    if (rank === 0 || rank < seen) return this.#min;
    for (const [index, count] of this.#filled()) {
      seen += count;
      if (rank < seen) return Math.min(Math.max(this.#scale.middleOf(index), this.#min), this.#max);
    }
    return this.#max;
  }

  /**
   * How many values are not above each power of two, or of 2^(2^−schema) if buckets are wider than that: from the last one that has none below
   * it to the first that has all. Exact, and the same bounds whatever the schema above 0 is.
   */
  *powersOfTwo(): Generator<{ readonly bound: number; readonly count: number }> {
    const octaves = LogarithmicScale.of(Math.min(0, this.schema));
    let last: number | undefined, count = this.#zeros;
    for (const [index, inBucket] of this.#filled()) {
      let octave = index;
      for (let schema = this.schema; schema > 0; schema--) octave = coarser(octave);
      for (last ??= octave - 1; last < octave; last++) yield { bound: octaves.upperBound(last), count };
      count += inBucket;
    }
    if (last !== undefined) yield { bound: octaves.upperBound(last), count };
  }

  /** Forgets everything; the schema stays. */
  clear(): void {
    this.#counts = new Float64Array(0);
    this.#start =
      this.#zeros =
      this.#count =
      this.#sum =
      this.#max =
        0;
    this.#min = Infinity;
  }

  *#filled(): Generator<[index: number, count: number]> {
    const counts = this.#counts, start = this.#start;
    for (let at = 0; at < counts.length; at++) if (counts[at] !== 0) yield [start + at, counts[at]!];
  }

  /** Counts in a bucket that may be beyond those there are; the index is one of the present schema. */
  #add(index: number, count: number): void {
    let at = index;
    while (!this.#reach(at)) {
      this.#downscale();
      at = coarser(at);
    }
    this.#counts[at - this.#start]! += count;
  }

  /** Widens the buckets to an index; `false` if there would be too many. */
  #reach(index: number): boolean {
    const counts = this.#counts, at = index - this.#start;
    if (at >= 0 && at < counts.length) return true;
    const first = counts.findIndex((count) => count !== 0);
    const low = first === -1 ? index : Math.min(index, this.#start + first);
    const high = first === -1 ? index : Math.max(index, this.#start + counts.findLastIndex((count) => count !== 0));
    const span = high - low + 1;
    if (span > this.maxBuckets) return false;
    const length = Math.min(this.maxBuckets, Math.max(8, 2 ** Math.ceil(Math.log2(span * 1.5))));
    const start = low - ((length - span) >> 1);
    const wider = new Float64Array(length);
    for (const [filled, count] of this.#filled()) wider[filled - start] = count;
    this.#counts = wider;
    this.#start = start;
    return true;
  }

  #downscale(): void {
    const counts = this.#counts, start = coarser(this.#start), end = coarser(this.#start + counts.length);
    const merged = new Float64Array(counts.length === 0 ? 0 : end - start + 1);
    for (const [index, count] of this.#filled()) merged[coarser(index) - start]! += count;
    this.#counts = merged;
    this.#start = start;
    this.#scale = LogarithmicScale.of(Math.max(MIN_SCHEMA, this.schema - 1));
  }
}

/**
 * Checks how exact and large a sketch is to be.
 *
 * @param what What cannot be done if it cannot be.
 * @throws {RangeError} If an option is out of range.
 */
export function requireSketchOptions(what: string, { relativeError, maxBuckets }: SketchOptions): void {
  if (!(relativeError >= SMALLEST_ERROR && relativeError <= LARGEST_ERROR)) {
    throw new RangeError(
      `Cannot ${what} with relativeError ${String(relativeError)}: expected a number from ${SMALLEST_ERROR} to ` +
        `${LARGEST_ERROR}; pass 0.01 for one percent`,
    );
  }
  if (!(Number.isInteger(maxBuckets) && maxBuckets >= FEWEST_BUCKETS && maxBuckets <= MOST_BUCKETS)) {
    throw new RangeError(
      `Cannot ${what} with maxBuckets ${String(maxBuckets)}: expected an integer from ${FEWEST_BUCKETS} to ` +
        `${MOST_BUCKETS}; fewer make it less exact`,
    );
  }
}
