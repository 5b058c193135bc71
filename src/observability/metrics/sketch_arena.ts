/**
 * Sketches that share their memory.
 *
 * @module
 */

import { BucketCounts } from "./bucket_counts.ts";
import { LogarithmicScale, MAX_SCHEMA, MIN_SCHEMA, ZERO_THRESHOLD } from "./logarithmic_scale.ts";
import { BUCKETS_PER_WORD, carry, packDigits, packList, PackPlan, unpackDigits, unpackList } from "./packed_counts.ts";

/** How exact a sketch is, and how large it may get. */
export interface SketchOptions {
  /** Largest relative error of a quantile: a number from 0.00136 to 0.99. */
  readonly relativeError: number;
  /** Most buckets it may have: an integer from 80 to 65,536. */
  readonly maxBuckets: number;
}

/** Buckets as they are exported. */
export interface SketchBuckets {
  /** How many values were not above {@linkcode ZERO_THRESHOLD}. */
  readonly zeros: number;
  /** Index of the first bucket that counted something. */
  readonly start: number;
  /** Counts from there to the last that counted something; valid until any sketch is read or recorded to. */
  readonly counts: Float64Array;
}

/** What a sketch knows of its values beside their buckets. */
export interface SketchNumbers {
  readonly count: number;
  readonly sum: number;
  /** Infinity if there are none. */
  readonly min: number;
  readonly max: number;
}

/** Values above zero that were counted elsewhere. */
export interface CountedBuckets {
  readonly schema: number;
  readonly buckets: BucketCounts;
}

/** So many sketches share an arena: enough that what it has once weighs little, and few enough that moving them takes microseconds. */
export const ARENA_SKETCHES = 128;

/** A sketch's row: four doubles, then four words. */
const ROW_DOUBLES = 6, ROW_INTS = 2 * ROW_DOUBLES;
const COUNT = 0, SUM = 1, MIN = 2, MAX = 3;
/** The schema less {@linkcode MIN_SCHEMA} in four bits, the digits in four, the size of the block in the rest. */
const STATE = 8;
/** Where the block is. */
const OFFSET = 9;
/** The first word of the lowest digit, counted from bucket 0 on; or the bucket that a list's distances are measured from. */
const FIRST = 10;
/** Words of the lowest digit; 0 for a list. */
const WORDS = 11;

/** By schema, from the coarsest on. */
const SCALES = Array.from({ length: MAX_SCHEMA - MIN_SCHEMA + 1 }, (_, at) => LogarithmicScale.of(at + MIN_SCHEMA));
/** Where counts are unpacked to: nothing that is unpacked is kept beyond a call. */
const UNPACKED = new BucketCounts(), OTHER = new BucketCounts();
const PLAN = new PackPlan();

/**
 * Up to {@linkcode ARENA_SKETCHES} sketches: rows of one array, and blocks of another one, which is made anew without its gaps when it is full.
 * A sketch takes 48 bytes and its block: see `packed_counts.ts`; gaps and room take about a sixteenth more.
 */
export class SketchArena {
  readonly #schema: number;
  readonly #maxBuckets: number;
  /** Buckets of a list are no further from its middle. */
  readonly #reach: number;
  #doubles = new Float64Array(0);
  #ints = new Int32Array(0);
  #cells = new Uint16Array(0);
  /** Words of `#cells` that were given out. */
  #end = 0;
  /** Words of `#cells` that are in use. */
  #used = 0;

  /** The options have been checked. */
  constructor({ relativeError, maxBuckets }: SketchOptions) {
    this.#schema = LogarithmicScale.within(relativeError).schema;
    this.#maxBuckets = maxBuckets;
    this.#reach = (maxBuckets >> 1) - BUCKETS_PER_WORD;
  }

  /** Makes a sketch of nothing, or makes it one of nothing. */
  reset(sketch: number): void {
    if (sketch * ROW_DOUBLES >= this.#doubles.length) this.#addRows(sketch + 1);
    this.clear(sketch);
    this.#ints[sketch * ROW_INTS + STATE] = this.#schema - MIN_SCHEMA;
  }

  /** Forgets what was recorded; the schema stays. */
  clear(sketch: number): void {
    const row = sketch * ROW_DOUBLES;
    this.#free(sketch);
    this.#doubles.fill(0, row, row + MAX + 1);
    this.#doubles[row + MIN] = Infinity;
  }

  /** How many values were recorded; none to a sketch that was not made. */
  count(sketch: number): number {
    return this.#doubles[sketch * ROW_DOUBLES + COUNT] ?? 0;
  }

  /** Their sum. */
  sum(sketch: number): number {
    return this.#doubles[sketch * ROW_DOUBLES + SUM]!;
  }

  /** The smallest; 0 if there is none. */
  min(sketch: number): number {
    return this.count(sketch) === 0 ? 0 : this.#doubles[sketch * ROW_DOUBLES + MIN]!;
  }

  /** The largest; 0 if there is none. */
  max(sketch: number): number {
    return this.#doubles[sketch * ROW_DOUBLES + MAX]!;
  }

  /** Its buckets' bounds. */
  scale(sketch: number): LogarithmicScale {
    return SCALES[this.#ints[sketch * ROW_INTS + STATE]! & 15]!;
  }

  /**
   * Counts a value; one that is not finite or below 0 is the caller's to refuse.
   *
   * Hot path: 1.4 times what it takes with a number for each bucket if there is one sketch, 0.7 times with a thousand, which are in the
   * processor's cache.
   */
  record(sketch: number, value: number): void {
    const doubles = this.#doubles, ints = this.#ints, row = sketch * ROW_DOUBLES, head = sketch * ROW_INTS;
    doubles[row + COUNT]! += 1;
    doubles[row + SUM]! += value;
    if (value < doubles[row + MIN]!) doubles[row + MIN] = value;
    if (value > doubles[row + MAX]!) doubles[row + MAX] = value;
    if (value <= ZERO_THRESHOLD) return;
    const index = SCALES[ints[head + STATE]! & 15]!.indexOf(value);
    const word = (index >> 2) - ints[head + FIRST]!;
    if (word >= 0 && word < ints[head + WORDS]!) {
      const cells = this.#cells, cell = ints[head + OFFSET]! + word, one = 1 << 4 * (index & 3), full = 15 * one;
      if ((cells[cell]! & full) !== full) {
        cells[cell]! += one;
        return;
      }
    }
    this.#count(sketch, index);
  }

  /** Adds what another sketch counted, which is not changed. */
  merge(sketch: number, arena: SketchArena, other: number): void {
    const { schema } = arena.scale(other), from = other * ROW_DOUBLES, theirs = arena.#doubles;
    this.#addBuckets(sketch, schema, arena.#unpack(other, OTHER));
    this.#addNumbers(sketch, {
      count: theirs[from + COUNT]!,
      sum: theirs[from + SUM]!,
      min: theirs[from + MIN]!,
      max: theirs[from + MAX]!,
    });
  }

  /** Adds values that were counted in buckets of a schema, which are changed. */
  add(sketch: number, numbers: SketchNumbers, { schema, buckets }: CountedBuckets): void {
    if (buckets.length > 0) this.#addBuckets(sketch, schema, buckets); // else they need no schema
    this.#addNumbers(sketch, numbers);
  }

  /** Estimates a quantile, a number from 0 to 1: the lowest and the highest are exact. NaN if nothing was recorded. */
  quantile(sketch: number, q: number): number {
    const count = this.count(sketch), min = this.min(sketch), max = this.max(sketch);
    if (count === 0) return NaN;
    if (q === 1) return max;
    const rank = Math.floor(q * (count - 1)), { counts, start, length } = this.#unpack(sketch, UNPACKED);
    let seen = count - UNPACKED.total();
    if (rank === 0 || rank < seen) return min;
    for (let at = 0; at < length; at++) {
      seen += counts[at]!;
      if (rank < seen) return Math.min(Math.max(this.scale(sketch).middleOf(start + at), min), max);
    }
    return max;
  }

  /** What its buckets counted. */
  buckets(sketch: number): SketchBuckets {
    const { counts, start, length } = this.#unpack(sketch, UNPACKED);
    return { zeros: this.count(sketch) - UNPACKED.total(), start, counts: counts.subarray(0, length) };
  }

  /**
   * How many values are not above each power of two, or of 2^(2^−schema) if buckets are wider than that: from the last one that has none
   * below it to the first that has all. Exact, and the same bounds whatever the schema above 0 is.
   */
  powersOfTwo(sketch: number): { readonly bound: number; readonly count: number }[] {
    const { schema } = this.scale(sketch), octaves = LogarithmicScale.of(Math.min(0, schema));
    this.#unpack(sketch, UNPACKED);
    let count = this.count(sketch) - UNPACKED.total();
    for (let finer = schema; finer > 0; finer--) UNPACKED.coarsen();
    const { counts, start, length } = UNPACKED;
    if (length === 0) return [];
    const powers = [{ bound: octaves.upperBound(start - 1), count }];
    for (let at = 0; at < length; at++) {
      powers.push({ bound: octaves.upperBound(start + at), count: count += counts[at]! });
    }
    return powers;
  }

  /** Counts a value whose bucket has no room, or is not there. */
  #count(sketch: number, index: number): void {
    const ints = this.#ints, cells = this.#cells, head = sketch * ROW_INTS;
    const offset = ints[head + OFFSET]!, words = ints[head + WORDS]!, state = ints[head + STATE]!;
    if (words === 0) {
      const distance = index - ints[head + FIRST]!, size = state >>> 8;
      if (size > 0 && cells[offset]! < size - 1 && distance >= -this.#reach && distance < this.#reach) {
        cells[offset + 1 + cells[offset]!] = distance;
        cells[offset]! += 1;
        return;
      }
    }
    let count = 1;
    const word = (index >> 2) - ints[head + FIRST]!;
    if (word >= 0 && word < words) {
      count = carry(cells, { offset, words, digits: state >> 4 & 15, word, mask: 15 << 4 * (index & 3) });
      if (count === 0) return;
    }
    OTHER.reset(index, 1);
    OTHER.counts[0] = count;
    this.#addBuckets(sketch, (state & 15) + MIN_SCHEMA, OTHER);
  }

  #addNumbers(sketch: number, { count, sum, min, max }: SketchNumbers): void {
    const row = sketch * ROW_DOUBLES, doubles = this.#doubles;
    doubles[row + COUNT]! += count;
    doubles[row + SUM]! += sum;
    doubles[row + MIN] = Math.min(doubles[row + MIN]!, min);
    doubles[row + MAX] = Math.max(doubles[row + MAX]!, max);
  }

  /** Adds counts of a schema, which are changed. */
  #addBuckets(sketch: number, theirSchema: number, other: BucketCounts): void {
    let { schema } = this.scale(sketch);
    this.#unpack(sketch, UNPACKED);
    for (; theirSchema > schema; theirSchema--) other.coarsen();
    for (; schema > theirSchema; schema--) UNPACKED.coarsen();
    for (; spanOf(UNPACKED, other) > this.#maxBuckets; schema--) {
      UNPACKED.coarsen();
      other.coarsen();
    }
    UNPACKED.add(other);
    this.#pack(sketch, schema);
  }

  /** What the buckets of a sketch counted, trimmed. */
  #unpack(sketch: number, into: BucketCounts): BucketCounts {
    const ints = this.#ints, head = sketch * ROW_INTS, state = ints[head + STATE]!, offset = ints[head + OFFSET]!;
    const first = ints[head + FIRST]!, words = ints[head + WORDS]!;
    if (state >>> 8 === 0) into.reset(0, 0);
    else if (words === 0) unpackList(this.#cells, offset, first, into);
    else unpackDigits(this.#cells, offset, { first, words, digits: state >> 4 & 15 }, into);
    return into;
  }

  #pack(sketch: number, schema: number): void {
    PLAN.make(UNPACKED, this.#maxBuckets);
    const offset = this.#place(sketch, PLAN.size), ints = this.#ints, head = sketch * ROW_INTS;
    ints[head + STATE] = PLAN.size << 8 | PLAN.digits << 4 | schema - MIN_SCHEMA;
    ints[head + OFFSET] = offset;
    if (PLAN.digits === 0) {
      ints[head + FIRST] = packList(this.#cells, offset, UNPACKED);
      ints[head + WORDS] = 0;
    } else {
      packDigits(this.#cells, offset, UNPACKED, PLAN);
      ints[head + FIRST] = PLAN.firsts[0]!;
      ints[head + WORDS] = PLAN.words[0]!;
    }
  }

  /** Finds room for a new block of a sketch, whose old one is given up. */
  #place(sketch: number, size: number): number {
    this.#free(sketch);
    if (this.#end + size > this.#cells.length) this.#compact(size);
    const offset = this.#end;
    this.#end += size;
    this.#used += size;
    return offset;
  }

  /** Gives up the block of a sketch. */
  #free(sketch: number): void {
    const ints = this.#ints, head = sketch * ROW_INTS, size = ints[head + STATE]! >>> 8;
    this.#used -= size;
    if (ints[head + OFFSET]! + size === this.#end) this.#end -= size;
    ints[head + STATE]! &= 15;
    ints[head + WORDS] = 0;
  }

  /** Moves all blocks to a new array, with room for a new one. */
  #compact(size: number): void {
    const wanted = this.#used + size, cells = new Uint16Array(wanted + (wanted >> 4)), ints = this.#ints;
    let end = 0;
    for (let head = 0; head < ints.length; head += ROW_INTS) {
      const from = ints[head + OFFSET]!, size = ints[head + STATE]! >>> 8;
      for (let at = 0; at < size; at++) cells[end + at] = this.#cells[from + at]!;
      ints[head + OFFSET] = end;
      end += size;
    }
    this.#cells = cells;
    this.#end = end;
  }

  #addRows(needed: number): void {
    const rows = Math.max(needed, Math.min(ARENA_SKETCHES, 2 * this.#doubles.length / ROW_DOUBLES));
    const doubles = new Float64Array(rows * ROW_DOUBLES);
    doubles.set(this.#doubles);
    this.#doubles = doubles;
    this.#ints = new Int32Array(doubles.buffer);
  }
}

/** Buckets of the words from the first to the last of both: a bucket of a word that is there costs nothing. */
function spanOf(some: BucketCounts, others: BucketCounts): number {
  if (some.length + others.length === 0) return 0;
  const first = Math.min(some.length === 0 ? Infinity : some.start, others.length === 0 ? Infinity : others.start);
  const last = Math.max(some.length === 0 ? -Infinity : some.last, others.length === 0 ? -Infinity : others.last);
  return ((last >> 2) - (first >> 2) + 1) * BUCKETS_PER_WORD;
}
