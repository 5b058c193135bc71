/**
 * Summaries and histograms with exponential buckets in a thread's shard.
 *
 * @module
 */

import type { AnyLabelValues } from "../label_table.ts";
import { LogarithmicScale, MIN_SCHEMA, ZERO_THRESHOLD } from "../logarithmic_scale.ts";
import { observationRefusal, type Timed, timeWork } from "../observation.ts";
import type { SketchOptions } from "../sketch_arena.ts";
import { pagesOf } from "./layout.ts";
import type { HistogramRecorder, HistogramRecorderFamily } from "./recorders.ts";
import { type Recorder, SeriesFamily } from "./series_family.ts";
import type { Shard, ShardRecord } from "./shard.ts";
import { FIRST_PAGE, PAGE_BUCKETS, pageDoubles, pageOf, pageText, parsePage, SketchRow } from "./sketch_row.ts";

/** What all series of a metric have in common. */
export class SketchShape implements Timed {
  readonly name: string;
  readonly unit: string | undefined;
  readonly schema: number;
  /** Pages of one schema; with more its buckets would be more than the metric may have. */
  readonly maxPages: number;

  /** The options have been checked. */
  constructor(name: string, unit: string | undefined, { relativeError, maxBuckets }: SketchOptions) {
    this.name = name;
    this.unit = unit;
    this.schema = LogarithmicScale.within(relativeError).schema;
    this.maxPages = Math.ceil(maxBuckets / PAGE_BUCKETS) + 1;
  }

  clockMs(): number {
    return performance.now();
  }
}

/** A sketch of one thread; it keeps the shard, and with it this thread's part in it. */
export class SketchSeries implements HistogramRecorder, Recorder {
  readonly #shape: SketchShape;
  readonly #shard: Shard;
  readonly #row: number;
  #scale: LogarithmicScale;
  /** By the index of their first buckets: the pages of the present schema. */
  #pages = new Map<number, SketchRow>();
  readonly #first: SketchRow;
  #isDetached = false;

  /** Goes on with the pages that an earlier thread has left. */
  constructor(
    shape: SketchShape,
    shard: Shard,
    { row, pages }: { readonly row: number; readonly pages: readonly ShardRecord[] },
  ) {
    this.#shape = shape;
    this.#shard = shard;
    this.#row = row;
    this.#first = new SketchRow(shard.memory, row, FIRST_PAGE);
    const schemas = pages.map(({ text }) => parsePage(text).schema);
    this.#scale = LogarithmicScale.of(Math.min(shape.schema, ...schemas));
    for (const { text, row } of pages) {
      const page = parsePage(text);
      if (page.schema === this.#scale.schema) this.#pages.set(page.start, new SketchRow(shard.memory, row, page));
    }
  }

  // Hot path: as a histogram's, and a look-up in a map.
  observe(value: number): void {
    if (!(typeof value === "number" && value >= 0 && value < Infinity)) {
      throw observationRefusal(this.#shape.name, value);
    }
    if (this.#isDetached) return;
    if (value <= ZERO_THRESHOLD) return this.#first.observeZero(value);
    const index = this.#scale.indexOf(value), page = this.#pages.get(index & -PAGE_BUCKETS);
    if (page !== undefined) page.observe(index, value);
    else this.#observeAnew(value);
  }

  time<T>(work: () => Promise<T>): Promise<T>;
  time<T>(work: () => T): T;
  time(work: () => unknown): unknown {
    return timeWork(this.#shape, work, (seconds) => this.observe(seconds));
  }

  detach(): void {
    this.#isDetached = true;
  }

  /** Observes a value that has no page. */
  #observeAnew(value: number): void {
    if (this.#pages.size >= this.#shape.maxPages && this.#scale.schema > MIN_SCHEMA) {
      this.#coarsen();
      return this.observe(value);
    }
    const index = this.#scale.indexOf(value), page = pageOf(this.#scale.schema, index);
    const record = { of: pagesOf(this.#row), text: pageText(page), doubles: pageDoubles(page), initial: 0 };
    const row = this.#shard.append(record);
    if (row === undefined) return this.#first.observeCoarsely(value);
    const added = new SketchRow(this.#shard.memory, row, page);
    this.#pages.set(page.start, added);
    added.observe(index, value);
  }

  /** Goes on with wider buckets, in other pages. */
  #coarsen(): void {
    this.#scale = LogarithmicScale.of(this.#scale.schema - 1);
    this.#pages = new Map();
  }
}

/** Sketches by label values. */
export class SketchSeriesFamily extends SeriesFamily<SketchSeries> implements HistogramRecorderFamily<string> {
  observe(values: AnyLabelValues, value: number): void {
    this.with(values).observe(value);
  }
}
