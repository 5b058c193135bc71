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
import { METRIC, OBSERVED, writeBucket, writeNativeBuckets, writeQuantile } from "./metric_message.ts";
import {
  type Histogram,
  type HistogramFamily,
  observationRefusal,
  requireQuantile,
  type Summary,
  type SummaryFamily,
  timeWork,
} from "./observation.ts";
import type { ProtobufWriter } from "../protobuf_writer.ts";
import { ARENA_SKETCHES, SketchArena } from "./sketch_arena.ts";
import type { SketchMetricOptions } from "./sketch_options.ts";
import { BoundSeries, NOWHERE } from "./series.ts";
import { canonicalNumber, numberText } from "./text.ts";

const OCTAVES = LogarithmicScale.of(0);

/** A bound summary, or a bound histogram with exponential buckets. */
export class SketchSeries extends BoundSeries implements Histogram, Summary {
  readonly #metric: SketchMetric;
  #arena: SketchArena;
  /** Its place in the arena. */
  #sketch = 0;

  constructor(metric: SketchMetric) {
    super();
    this.#metric = metric;
    this.#arena = metric.makeArena();
    this.#arena.reset(0);
  }

  get count(): number {
    return this.#arena.count(this.#sketch);
  }

  get sum(): number {
    return this.#arena.sum(this.#sketch);
  }

  get relativeError(): number {
    return this.#arena.scale(this.#sketch).relativeError;
  }

  observe(value: number, exemplar?: Exemplar): void {
    if (!(typeof value === "number" && value >= 0 && value < Infinity)) {
      throw observationRefusal(this.#metric.name, value);
    }
    if (exemplar !== undefined && this.slot >= 0) this.#metric.keepExemplar(this.slot, exemplar, value); // may refuse it
    this.#arena.record(this.#sketch, value);
    if (this.note !== undefined) this.note.recorded(this.slot);
  }

  time<T>(work: () => Promise<T>): Promise<T>;
  time<T>(work: () => T): T;
  time(work: () => unknown): unknown {
    return timeWork(this.#metric, work, (seconds) => this.observe(seconds));
  }

  quantile(q: number): number {
    requireQuantile(q);
    return this.#arena.quantile(this.#sketch, q);
  }

  override detach(): void {
    this.slot = NOWHERE;
    this.#arena = this.#metric.makeArena();
    this.#sketch = 0;
    this.#arena.reset(0);
  }

  override attach(slot: number): void {
    if (this.count > 0) this.pour(slot);
    this.slot = slot;
    this.#arena = this.#metric.arenaOf(slot);
    this.#sketch = slot % ARENA_SKETCHES;
  }

  override pour(slot: number): void {
    this.#metric.arenaOf(slot).merge(slot % ARENA_SKETCHES, this.#arena, this.#sketch);
    this.#arena.clear(this.#sketch);
  }
}

/** A summary, or a histogram with exponential buckets, as its definition says; a sketch for each series. */
export class SketchMetric extends Metric<SketchSeries> implements HistogramFamily<string>, SummaryFamily<string> {
  readonly #options: SketchMetricOptions;
  /** Each has the sketches of {@linkcode ARENA_SKETCHES} slots. */
  readonly #arenas: SketchArena[] = [];
  /** As the arenas of this thread: what other threads have recorded, to be added to them; undefined if there are none. */
  elsewhere: readonly (SketchArena | undefined)[] | undefined = undefined;
  /** How often a series was dropped: then another one may be in its slot. */
  drops = 0;
  /** What all threads have recorded to a slot, until it is asked for the next. */
  #total: SketchArena | undefined = undefined;
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

  /** Room for sketches, with none in it. */
  makeArena(): SketchArena {
    return new SketchArena(this.#options);
  }

  /** Where the sketch of a slot is. */
  arenaOf(slot: number): SketchArena {
    return this.#arenas[Math.floor(slot / ARENA_SKETCHES)]!;
  }

  observe(values: AnyLabelValues, value: number, exemplar?: Exemplar): void {
    if (!(typeof value === "number" && value >= 0 && value < Infinity)) throw observationRefusal(this.name, value);
    const slot = this.slotOf(values);
    if (exemplar !== undefined) this.keepExemplar(slot, exemplar, value);
    this.arenaOf(slot).record(slot % ARENA_SKETCHES, value);
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
    (this.#arenas[Math.floor(slot / ARENA_SKETCHES)] ??= this.makeArena()).reset(slot % ARENA_SKETCHES);
  }

  protected override makeBound(): SketchSeries {
    return new SketchSeries(this);
  }

  protected override drop(slot: number): void {
    super.drop(slot);
    this.drops++;
    this.arenaOf(slot).reset(slot % ARENA_SKETCHES);
    this.elsewhere?.[Math.floor(slot / ARENA_SKETCHES)]?.reset(slot % ARENA_SKETCHES);
    this.#exemplars.delete(slot);
  }

  protected override read(slot: number, what: "sum" | number | undefined): number | undefined {
    const { arena, sketch } = this.#whole(slot);
    if (what === undefined) return arena.count(sketch);
    if (what === "sum") return arena.sum(sketch);
    return arena.count(sketch) === 0 ? undefined : arena.quantile(sketch, what);
  }

  protected override makePrefix(labels: string): string {
    return labels;
  }

  protected override lines(slot: number, format: ExpositionFormat): string {
    const { name } = this, { arena, sketch } = this.#whole(slot), labels = this.prefixOf(slot);
    const end = labels === "" ? "" : `{${labels}}`;
    const numbers = this.definition.type === "summary" ? this.#quantileLines(arena, sketch, labels) : this.#bucketLines(
      arena.powersOfTwo(sketch),
      labels,
      format === "openmetrics" ? this.#exemplars.get(slot) : undefined,
    ) +
      `${this.#start("_bucket", labels, Infinity)}${arena.count(sketch)}\n`;
    return `${numbers}${name}_sum${end} ${numberText(arena.sum(sketch))}\n${name}_count${end} ${arena.count(sketch)}\n`;
  }

  #quantileLines(arena: SketchArena, sketch: number, labels: string): string {
    let text = "";
    for (const q of this.#options.quantiles) {
      text += `${this.#start("", labels, q)}${numberText(arena.quantile(sketch, q))}\n`;
    }
    return text;
  }

  /** Powers of two: counts are exact at these, and they stay the same when buckets are merged. */
  #bucketLines(
    powers: readonly { readonly bound: number; readonly count: number }[],
    labels: string,
    exemplars: ReadonlyMap<number, KeptExemplar> | undefined,
  ): string {
    let text = "";
    for (const { bound, count } of powers) {
      text += `${this.#start("_bucket", labels, bound)}${count}${exemplarSuffix(exemplars?.get(bound))}\n`;
    }
    return text;
  }

  protected override writeSeries(slot: number, writer: ProtobufWriter): void {
    const { arena, sketch } = this.#whole(slot), series = this.beginSeries(slot, writer);
    const isSummary = this.definition.type === "summary";
    const observed = writer.begin(isSummary ? METRIC.summary : METRIC.histogram);
    writer.int(OBSERVED.count, arena.count(sketch));
    writer.double(OBSERVED.sum, arena.sum(sketch));
    if (isSummary) {
      for (const q of this.#options.quantiles) writeQuantile(writer, q, arena.quantile(sketch, q));
    } else {
      writeNativeBuckets(writer, arena.scale(sketch).schema, arena.buckets(sketch));
      for (const bucket of arena.powersOfTwo(sketch)) { // for those who want them, and for the exemplars
        writeBucket(writer, bucket, this.#exemplars.get(slot)?.get(bucket.bound));
      }
    }
    writer.end(observed);
    writer.end(series);
  }

  /** What all threads have recorded to a slot. */
  #whole(slot: number): { readonly arena: SketchArena; readonly sketch: number } {
    const arena = this.arenaOf(slot), sketch = slot % ARENA_SKETCHES;
    const elsewhere = this.elsewhere?.[Math.floor(slot / ARENA_SKETCHES)];
    if (elsewhere === undefined || elsewhere.count(sketch) === 0) return { arena, sketch };
    const total = this.#total ??= this.makeArena();
    total.reset(0);
    total.merge(0, arena, sketch);
    total.merge(0, elsewhere, sketch);
    return { arena: total, sketch: 0 };
  }

  #start(suffix: string, labels: string, number: number): string {
    return `${this.name}${suffix}{${labels}${labels === "" ? "" : ","}${this.#numberLabel}="${
      canonicalNumber(number)
    }"} `;
  }
}
