/**
 * Metrics whose series are sketches: summaries, and histograms with exponential buckets.
 *
 * @module
 */

import type { Definition } from "./definition.ts";
import { type Exemplar, exemplarSuffix, type KeptExemplar, keptExemplar } from "./exemplar.ts";
import type { AnyLabelValues } from "./label_table.ts";
import { LogarithmicScale } from "./logarithmic_scale.ts";
import { type ExpositionFormat, Metric, type MetricHost } from "./metric.ts";
import {
  type Histogram,
  type HistogramFamily,
  observationRefusal,
  type Summary,
  type SummaryFamily,
  timeWork,
} from "./observation.ts";
import { QuantileSketch, type SketchOptions } from "./quantile_sketch.ts";
import { BoundSeries, NOWHERE } from "./series.ts";
import { canonicalNumber, numberText } from "./text.ts";

const OCTAVES = LogarithmicScale.of(0);

/** A bound summary, or a bound histogram with exponential buckets. */
export class SketchSeries extends BoundSeries implements Histogram, Summary {
  readonly #metric: SketchMetric;
  sketch: QuantileSketch;

  constructor(metric: SketchMetric) {
    super();
    this.#metric = metric;
    this.sketch = metric.makeSketch();
  }

  get count(): number {
    return this.sketch.count;
  }

  get sum(): number {
    return this.sketch.sum;
  }

  get relativeError(): number {
    return this.sketch.relativeError;
  }

  observe(value: number, exemplar?: Exemplar): void {
    if (!(typeof value === "number" && value >= 0 && value < Infinity)) {
      throw observationRefusal(this.#metric.name, value);
    }
    this.sketch.record(value);
    if (exemplar !== undefined && this.slot >= 0) this.#metric.keepExemplar(this.slot, exemplar, value);
    if (this.note !== undefined) this.note.recorded(this.slot);
  }

  time<T>(work: () => Promise<T>): Promise<T>;
  time<T>(work: () => T): T;
  time(work: () => unknown): unknown {
    return timeWork(this.#metric, work, (seconds) => this.observe(seconds));
  }

  quantile(q: number): number {
    return this.sketch.quantile(q);
  }

  override detach(): void {
    this.slot = NOWHERE;
    this.sketch = this.#metric.makeSketch();
  }

  override attach(slot: number): void {
    if (this.sketch.count > 0) this.pour(slot);
    this.slot = slot;
    this.sketch = this.#metric.sketchAt(slot);
  }

  override pour(slot: number): void {
    this.#metric.sketchAt(slot).merge(this.sketch);
    this.sketch.clear();
  }
}

/** What a metric of sketches has beyond its definition. */
export interface SketchMetricOptions extends SketchOptions {
  /** Which quantiles a summary prints. */
  readonly quantiles: readonly number[];
}

/** A summary, or a histogram with exponential buckets, as its definition says; a sketch for each series. */
export class SketchMetric extends Metric<SketchSeries> implements HistogramFamily<string>, SummaryFamily<string> {
  readonly #options: SketchMetricOptions;
  /** By slot. */
  readonly #sketches: (QuantileSketch | undefined)[] = [];
  /** By slot, then by the power of two that bounds the value. */
  readonly #exemplars = new Map<number, Map<number, KeptExemplar>>();
  /** The label of a line's number: a bucket's bound, or a quantile. */
  readonly #numberLabel: string;

  /** The options have been checked. */
  constructor(definition: Definition, host: MetricHost, options: SketchMetricOptions) {
    super(definition, host);
    this.#options = options;
    this.#numberLabel = definition.type === "summary" ? "quantile" : "le";
  }

  get unit(): string | undefined {
    return this.definition.unit;
  }

  clockMs(): number {
    return this.host.clock();
  }

  /** A sketch with nothing in it. */
  makeSketch(): QuantileSketch {
    return new QuantileSketch(this.#options);
  }

  /** The sketch of a slot in use. */
  sketchAt(slot: number): QuantileSketch {
    return this.#sketches[slot] ??= this.makeSketch();
  }

  observe(values: AnyLabelValues, value: number, exemplar?: Exemplar): void {
    if (!(typeof value === "number" && value >= 0 && value < Infinity)) throw observationRefusal(this.name, value);
    const slot = this.slotOf(values);
    this.sketchAt(slot).record(value);
    if (exemplar !== undefined) this.keepExemplar(slot, exemplar, value);
    if (this.note !== undefined) this.note.recorded(slot);
  }

  /** Keeps an exemplar of a slot; a summary has none. */
  keepExemplar(slot: number, exemplar: Exemplar, value: number): void {
    const kept = keptExemplar(this.definition, this.host, { exemplar, value });
    if (kept === undefined || this.definition.type === "summary" || value === 0) return;
    let exemplars = this.#exemplars.get(slot);
    if (exemplars === undefined) this.#exemplars.set(slot, exemplars = new Map());
    exemplars.set(OCTAVES.upperBound(OCTAVES.indexOf(value)), kept);
  }

  protected override prepare(slot: number): void {
    this.#sketches[slot] = undefined;
  }

  protected override makeBound(): SketchSeries {
    return new SketchSeries(this);
  }

  protected override drop(slot: number): void {
    super.drop(slot);
    this.#sketches[slot] = undefined;
    this.#exemplars.delete(slot);
  }

  protected override read(slot: number, what: "sum" | number | undefined): number | undefined {
    const sketch = this.sketchAt(slot);
    if (what === undefined) return sketch.count;
    if (what === "sum") return sketch.sum;
    return sketch.count === 0 ? undefined : sketch.quantile(what);
  }

  protected override makePrefix(labels: string): string {
    return labels;
  }

  protected override lines(slot: number, format: ExpositionFormat): string {
    const { name } = this, sketch = this.sketchAt(slot), labels = this.prefixOf(slot);
    const end = labels === "" ? "" : `{${labels}}`;
    const numbers = this.definition.type === "summary"
      ? this.#quantileLines(sketch, labels)
      : this.#bucketLines(slot, labels, format);
    return `${numbers}${name}_sum${end} ${numberText(sketch.sum)}\n${name}_count${end} ${sketch.count}\n`;
  }

  #quantileLines(sketch: QuantileSketch, labels: string): string {
    let text = "";
    for (const q of this.#options.quantiles) text += `${this.#start("", labels, q)}${numberText(sketch.quantile(q))}\n`;
    return text;
  }

  /** Powers of two: counts are exact at these, and they stay the same when buckets are merged. */
  #bucketLines(slot: number, labels: string, format: ExpositionFormat): string {
    const sketch = this.sketchAt(slot), exemplars = format === "openmetrics" ? this.#exemplars.get(slot) : undefined;
    let text = "";
    for (const { bound, count } of sketch.powersOfTwo()) {
      text += `${this.#start("_bucket", labels, bound)}${count}${exemplarSuffix(exemplars?.get(bound))}\n`;
    }
    return `${text}${this.#start("_bucket", labels, Infinity)}${sketch.count}\n`;
  }

  #start(suffix: string, labels: string, number: number): string {
    return `${this.name}${suffix}{${labels}${labels === "" ? "" : ","}${this.#numberLabel}="${
      canonicalNumber(number)
    }"} `;
  }
}
