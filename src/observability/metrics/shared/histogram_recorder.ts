/**
 * Histograms in a thread's shard.
 *
 * @module
 */

import { bucketOf, leastOf } from "../buckets.ts";
import type { AnyLabelValues } from "../label_table.ts";
import { observationRefusal, type Timed, timeWork } from "../observation.ts";
import { type Recorder, SeriesFamily } from "./series_family.ts";
import type { HistogramRecorder, HistogramRecorderFamily } from "./recorders.ts";
import { HISTOGRAM_HEADER, HistogramRow } from "./row.ts";
import type { Shard } from "./shard.ts";

/** What all series of a histogram have in common. */
export class HistogramShape implements Timed {
  readonly name: string;
  readonly unit: string | undefined;
  readonly bounds: Float64Array;
  /** The least that it observes. */
  readonly least: number;
  /** Doubles of its counts and sum. */
  readonly width: number;

  /** The bounds have been checked. */
  constructor(name: string, unit: string | undefined, bounds: readonly number[]) {
    this.name = name;
    this.unit = unit;
    this.bounds = Float64Array.from(bounds);
    this.least = leastOf(bounds);
    this.width = bounds.length + 2;
  }

  clockMs(): number {
    return performance.now();
  }
}

/** A histogram of one thread; it keeps the shard, and with it this thread's part in it. */
export class HistogramSeries implements HistogramRecorder, Recorder {
  readonly shape: HistogramShape;
  readonly shard: Shard;
  #row: HistogramRow;

  constructor(shape: HistogramShape, shard: Shard, row: number) {
    this.shape = shape;
    this.shard = shard;
    this.#row = new HistogramRow(shard.memory, row, shape.width);
  }

  observe(value: number): void {
    const shape = this.shape;
    if (!(typeof value === "number" && value >= shape.least && value < Infinity)) {
      throw observationRefusal(shape.name, value);
    }
    this.#row.observe(bucketOf(shape.bounds, value), value);
  }

  time<T>(work: () => Promise<T>): Promise<T>;
  time<T>(work: () => T): T;
  time(work: () => unknown): unknown {
    return timeWork(this.shape, work, (seconds) => this.observe(seconds));
  }

  detach(): void {
    const doubles = new Float64Array(HISTOGRAM_HEADER + this.shape.width);
    this.#row = new HistogramRow({ doubles, words: new Int32Array(doubles.buffer) }, 0, this.shape.width);
  }
}

/** Histograms by label values. */
export class HistogramSeriesFamily extends SeriesFamily<HistogramSeries> implements HistogramRecorderFamily<string> {
  observe(values: AnyLabelValues, value: number): void {
    this.with(values).observe(value);
  }
}
