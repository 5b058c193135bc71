/**
 * Sketches in a thread's shard, which another thread reads while they change.
 *
 * A sketch begins with one row, and gets more as its values spread: each a page of neighbouring buckets, written and read as a histogram is,
 * so that it is whole whenever it is read. Rows are never moved or removed: pages of a finer schema go on counting when the sketch has become
 * coarser, and whoever reads adds up all of them, which is exact. The first row counts what is zero, and in the widest buckets that there are
 * the values for whose page the thread has no room: they are not lost, but told less exactly.
 *
 * Behind its counts and their sum a row has the smallest and the largest value above zero. They are written before the value is counted, so a
 * reader may see those of a value that is counted a moment later, and never misses those of one that is.
 *
 * @module
 */

import type { BucketCounts } from "../bucket_counts.ts";
import { LogarithmicScale, MIN_SCHEMA } from "../logarithmic_scale.ts";
import type { MetricsViews } from "./layout.ts";
import { HISTOGRAM_HEADER, HistogramRow, readHistogram } from "./row.ts";

/** Which buckets a row has. */
export interface SketchPage {
  readonly schema: number;
  /** Index of the first bucket. */
  readonly start: number;
  readonly buckets: number;
}

/** Buckets of a page. */
export const PAGE_BUCKETS = 32;
const COARSEST = LogarithmicScale.of(MIN_SCHEMA);
/** The bucket of the smallest value above zero, and that of the largest. */
const LOWEST = COARSEST.indexOf(2 ** -127), HIGHEST = COARSEST.indexOf(Number.MAX_VALUE);
/** The first row: the bucket below the lowest counts zeros. */
export const FIRST_PAGE: SketchPage = { schema: MIN_SCHEMA, start: LOWEST - 1, buckets: HIGHEST - LOWEST + 2 };

/** The page of a schema that has a bucket. */
export function pageOf(schema: number, index: number): SketchPage {
  return { schema, start: index & -PAGE_BUCKETS, buckets: PAGE_BUCKETS };
}

/** A page as the text of its record. */
export function pageText({ schema, start }: SketchPage): string {
  return `${schema},${start}`;
}

/** The page of such a text. */
export function parsePage(text: string): SketchPage {
  const [schema = 0, start = 0] = text.split(",").map(Number);
  return { schema, start, buckets: PAGE_BUCKETS };
}

/** Doubles of a row's counts and sum. */
export function pageWidth({ buckets }: SketchPage): number {
  return buckets + 1;
}

/** Doubles of a row. */
export function pageDoubles(page: SketchPage): number {
  return HISTOGRAM_HEADER + pageWidth(page) + 2;
}

/** A row as its own thread writes it. */
export class SketchRow {
  readonly #row: HistogramRow;
  readonly #doubles: Float64Array;
  readonly #start: number;
  /** Where the smallest value is; the largest follows. */
  readonly #extremes: number;

  constructor(views: MetricsViews, row: number, page: SketchPage) {
    this.#row = new HistogramRow(views, row, pageWidth(page));
    this.#doubles = views.doubles;
    this.#start = page.start;
    this.#extremes = row + HISTOGRAM_HEADER + pageWidth(page);
  }

  /** Counts a value above zero in its bucket. Hot path. */
  observe(index: number, value: number): void {
    const doubles = this.#doubles, at = this.#extremes, min = doubles[at]!;
    if (value < min || min === 0) doubles[at] = value;
    if (value > doubles[at + 1]!) doubles[at + 1] = value;
    this.#row.observe(index - this.#start, value);
  }

  /** Counts a zero in a first row. */
  observeZero(value: number): void {
    this.#row.observe(0, value);
  }

  /** Counts a value above zero in a first row. */
  observeCoarsely(value: number): void {
    this.observe(COARSEST.indexOf(value), value);
  }
}

/** What a row had when it was last read. */
export class SketchReading {
  readonly page: SketchPage;
  readonly #last: Float64Array;
  readonly #next: Float64Array;
  #count = 0;
  #zeros = 0;
  #smallest = 0;
  #largest = 0;

  constructor(page: SketchPage) {
    this.page = page;
    this.#last = new Float64Array(pageWidth(page));
    this.#next = new Float64Array(pageWidth(page));
  }

  /** The sum of all values. */
  get sum(): number {
    return this.#last[this.page.buckets]!;
  }

  /** How many values it counted. */
  get count(): number {
    return this.#count;
  }

  /** Whether all that it counted is zero, for which no bucket is needed. */
  get isOfZeros(): boolean {
    return this.#zeros === this.#count;
  }

  /** The smallest value that it counted. */
  get min(): number {
    return this.#zeros > 0 ? 0 : this.#smallest;
  }

  /** The largest. */
  get max(): number {
    return this.#largest;
  }

  /** Reads a row; keeps what was read before if it changes all the time. */
  read(views: MetricsViews, row: number): void {
    if (!readHistogram(views, row, this.#next)) return;
    this.#last.set(this.#next);
    this.#count = 0;
    for (let at = 0; at < this.page.buckets; at++) this.#count += this.#last[at]!;
    this.#zeros = this.page === FIRST_PAGE ? this.#last[0]! : 0;
    const extremes = row + HISTOGRAM_HEADER + this.#last.length; // after the counts: they include all that was counted
    this.#smallest = views.doubles[extremes]!;
    this.#largest = views.doubles[extremes + 1]!;
  }

  /** Copies its counts of values above zero, trimmed. */
  countsInto(counts: BucketCounts): void {
    const { start, buckets } = this.page, skipped = this.page === FIRST_PAGE ? 1 : 0;
    counts.reset(start + skipped, buckets - skipped);
    for (let at = skipped; at < buckets; at++) counts.counts[at - skipped] = this.#last[at]!;
    counts.trim();
  }
}
