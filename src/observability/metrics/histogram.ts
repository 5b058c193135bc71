/**
 * Histograms with explicit buckets.
 *
 * @module
 */

import { bucketOf, leastOf } from "./buckets.ts";
import { CellMetric, CellSeries } from "./cell_metric.ts";
import type { Definition } from "./definition.ts";
import { type Exemplar, exemplarSuffix } from "./exemplar.ts";
import type { AnyLabelValues } from "./label_table.ts";
import type { ExpositionFormat, MetricHost } from "./metric.ts";
import { METRIC, OBSERVED, writeBucket } from "./metric_message.ts";
import { type Histogram, type HistogramFamily, observationRefusal, requireQuantile, timeWork } from "./observation.ts";
import type { ProtobufWriter } from "../protobuf_writer.ts";
import { canonicalNumber, numberText } from "./text.ts";

/** A bound histogram with explicit buckets. */
export class HistogramSeries extends CellSeries implements Histogram {
  readonly #family: HistogramMetric;

  constructor(family: HistogramMetric) {
    super(family);
    this.#family = family;
  }

  get count(): number {
    return this.#family.countAt(this.cells, this.base);
  }

  get sum(): number {
    return this.cells[this.base + this.#family.buckets]!;
  }

  // Hot path: as fast as a loop over the bounds.
  observe(value: number, exemplar?: Exemplar): void {
    const family = this.#family;
    if (!(typeof value === "number" && value >= family.least && value < Infinity)) {
      throw observationRefusal(family.name, value);
    }
    const cell = this.base + family.bucketOf(value);
    if (exemplar !== undefined && this.slot >= 0) family.keepExemplar(cell, exemplar, value); // may refuse it
    this.cells[cell]!++;
    this.cells[this.base + family.buckets]! += value;
    if (this.note !== undefined) this.note.recorded(this.slot);
  }

  time<T>(work: () => Promise<T>): Promise<T>;
  time<T>(work: () => T): T;
  time(work: () => unknown): unknown {
    return timeWork(this.#family, work, (seconds) => this.observe(seconds));
  }

  quantile(q: number): number {
    requireQuantile(q);
    return this.#family.quantileAt(this.cells, this.base, q);
  }
}

/** A histogram with its series: each a row of the counts of its buckets, then the sum. */
export class HistogramMetric extends CellMetric<HistogramSeries> implements HistogramFamily<string> {
  /** How many buckets there are, the one without a bound included. */
  readonly buckets: number;
  /** The least that it observes. */
  readonly least: number;
  readonly #bounds: Float64Array;
  readonly #total: Float64Array;
  /** The ends of labels, one for each bucket: `le="0.5"} `. */
  readonly #bucketLabels: readonly string[];

  /** The bounds have been checked. */
  constructor(definition: Definition, host: MetricHost, bounds: readonly number[]) {
    super(definition, host, bounds.length + 2);
    this.buckets = bounds.length + 1;
    this.least = leastOf(bounds);
    this.#bounds = Float64Array.from(bounds);
    this.#total = new Float64Array(this.width);
    this.#bucketLabels = [...bounds, Infinity].map((bound) => `le="${canonicalNumber(bound)}"} `);
  }

  get unit(): string | undefined {
    return this.definition.unit;
  }

  clockMs(): number {
    return this.host.clock();
  }

  observe(values: AnyLabelValues, value: number, exemplar?: Exemplar): void {
    if (!(typeof value === "number" && value >= this.least && value < Infinity)) {
      throw observationRefusal(this.name, value);
    }
    const slot = this.slotOf(values), base = slot * this.width, cell = base + this.bucketOf(value);
    if (exemplar !== undefined) this.keepExemplar(cell, exemplar, value);
    this.cells[cell]!++;
    this.cells[base + this.buckets]! += value;
    if (this.note !== undefined) this.note.recorded(slot);
  }

  /** The place of the first bound that is not below. */
  bucketOf(value: number): number {
    return bucketOf(this.#bounds, value);
  }

  /** How many values a row counts. */
  countAt(cells: Float64Array, base: number): number {
    let count = 0;
    for (let at = 0; at < this.buckets; at++) count += cells[base + at]!;
    return count;
  }

  /** As `histogram_quantile` of Prometheus: as if values were spread evenly over their bucket. */
  quantileAt(cells: Float64Array, base: number, q: number): number {
    const bounds = this.#bounds, rank = q * this.countAt(cells, base);
    if (rank === 0 && this.countAt(cells, base) === 0) return NaN;
    let below = 0, at = 0;
    while (at < bounds.length && below + cells[base + at]! < rank) below += cells[base + at++]!;
    if (at === bounds.length) return bounds[at - 1]!;
    const upper = bounds[at]!, lower = at > 0 ? bounds[at - 1]! : Math.min(0, upper);
    const inBucket = cells[base + at]!;
    return inBucket === 0 ? lower : lower + (upper - lower) * (rank - below) / inBucket;
  }

  protected override makeBound(): HistogramSeries {
    return new HistogramSeries(this);
  }

  protected override read(slot: number, what: "sum" | number | undefined): number | undefined {
    const row = this.#row(slot), count = this.countAt(row, 0);
    if (what === "sum") return row[this.buckets]!;
    if (what === undefined) return count;
    return count === 0 ? undefined : this.quantileAt(row, 0, what);
  }

  protected override makePrefix(labels: string): string {
    return labels;
  }

  protected override lines(slot: number, format: ExpositionFormat): string {
    const { name, buckets } = this, base = slot * this.width, row = this.#row(slot), labels = this.prefixOf(slot);
    const start = labels === "" ? `${name}_bucket{` : `${name}_bucket{${labels},`;
    const end = labels === "" ? "" : `{${labels}}`;
    let text = "", count = 0;
    for (let at = 0; at < buckets; at++) {
      count += row[at]!;
      text += start + this.#bucketLabels[at]! + count;
      text += format === "openmetrics" ? `${exemplarSuffix(this.exemplarOf(base + at))}\n` : "\n";
    }
    // A sum that may fall is none to a reader, which takes it for a counter: OpenMetrics forbids it.
    const sum = this.least < 0 ? "" : `${name}_sum${end} ${numberText(row[buckets]!)}\n`;
    return `${text}${sum}${name}_count${end} ${count}\n`;
  }

  protected override writeSeries(slot: number, writer: ProtobufWriter): void {
    const row = this.#row(slot), series = this.beginSeries(slot, writer), histogram = writer.begin(METRIC.histogram);
    writer.int(OBSERVED.count, this.countAt(row, 0));
    writer.double(OBSERVED.sum, row[this.buckets]!);
    let count = 0;
    for (let at = 0; at < this.buckets; at++) {
      const bucket = { bound: this.#bounds[at] ?? Infinity, count: count += row[at]! };
      writeBucket(writer, bucket, this.exemplarOf(slot * this.width + at));
    }
    writer.end(histogram);
    writer.end(series);
  }

  /** What all threads have recorded to a slot, until it is asked for the next. */
  #row(slot: number): Float64Array {
    const row = this.#total, from = slot * this.width;
    for (let at = 0; at < row.length; at++) row[at] = this.total(from + at);
    return row;
  }
}
