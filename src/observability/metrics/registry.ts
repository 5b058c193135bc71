/**
 * The metrics of a program.
 *
 * @module
 */

import { Cancellable } from "../../coordination/cancellable.ts";
import { requireNumber } from "../../reliability/require_number.ts";
import { boundsOf } from "./buckets.ts";
import { type Counter, type CounterFamily, CounterMetric } from "./counter.ts";
import { type AnyOptions, define, type Definition, type MetricType, NAME_AND_HELP } from "./definition.ts";
import {
  type Gauge,
  type GaugeFamily,
  GaugeMetric,
  type UpDownCounter,
  type UpDownCounterFamily,
  UpDownMetric,
} from "./gauge.ts";
import { HistogramMetric } from "./histogram.ts";
import { type Info, InfoMetric, requireFacts } from "./info.ts";
import type { LabelValues } from "./label_table.ts";
import type { ExpositionFormat, RegisteredMetric } from "./metric.ts";
import type { DescribedMetric, MetricCatalogue, MetricSource, ReadableMetric } from "./metric_source.ts";
import type {
  ExponentialHistogramOptions,
  HistogramOptions,
  InfoOptions,
  LabeledObservableOptions,
  LabelOptions,
  MetricOptions,
  ObservableOptions,
  RegistryOptions,
  StateSetOptions,
  SummaryOptions,
} from "./metric_options.ts";
import { ObservableMetric } from "./observable.ts";
import type { Histogram, HistogramFamily, Summary, SummaryFamily } from "./observation.ts";
import { ProtobufWriter } from "../protobuf_writer.ts";
import { RegistryHealth } from "./registry_health.ts";
import { SketchMetric } from "./sketch_metric.ts";
import { exponentialSketchesOf, type SketchMetricOptions, summarySketchesOf } from "./sketch_options.ts";
import { requireStates, type StateSet, type StateSetFamily, StateSetMetric } from "./state_set.ts";
import { requireOptions } from "../../coordination/require_options.ts";
import { MetricNames } from "./metric_names.ts";

const DEFAULT_COLLECT_TIMEOUT_MS = 5_000;

/** How metrics are read. */
export interface ScrapeOptions {
  /** The format. Default `"prometheus"`: Prometheus' text 0.0.4. */
  readonly format?: ExpositionFormat;
  /** Ends the wait for callbacks. */
  readonly signal?: AbortSignal;
}

/** What has metrics of a registry that are recorded elsewhere, such as in other threads. */
export interface RegistryPart {
  /** Brings what was recorded to the registry's metrics; called whenever they are printed. Must not throw. */
  collect(): void;
}

/**
 * Hands out metrics by name and prints them for Prometheus. There is no global one: make as many as you like.
 *
 * A definition that is the same as an earlier one, limits and buckets included, gives the metric of then, so that two parts of a program
 * can share it; a different one of the same name is an error, as are two metrics of which one prints what could be taken for the
 * other's, such as a histogram `x` and a gauge `x_count`.
 *
 * It tells of itself as soon as there is something to tell: `puffin_metrics_folded_total` counts recordings whose labels found no
 * room, `puffin_metrics_dropped_exemplars_total` exemplars that were too long, `puffin_metrics_failed_collections_total` callbacks that
 * threw or took too long; the first of each metric is a warning, too.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Registry } from "./registry.ts";
 *
 * const registry = new Registry();
 * registry.counter({ name: "runs_total", help: "Runs started" }).inc(2);
 * assertEquals(registry.expose(), "# HELP runs_total Runs started\n# TYPE runs_total counter\nruns_total 2\n");
 * ```
 */
export class Registry implements MetricSource, MetricCatalogue {
  readonly #metrics = new Map<string, RegisteredMetric>();
  readonly #names = new MetricNames();
  readonly #observables = new Set<ObservableMetric>();
  readonly #parts = new Set<RegistryPart>();
  readonly #health: RegistryHealth;
  /** Whether names must follow the conventions. */
  readonly lint: boolean;

  /** Makes a registry without metrics. */
  constructor(options: RegistryOptions = {}) {
    this.lint = requireOptions("make a registry", options).lint ?? true;
    this.#health = new RegistryHealth(options);
    for (const { definition } of this.#health.metrics) this.#names.reserve(definition);
  }

  /**
   * Makes a counter with labels; its name ends in `_total`.
   *
   * @throws {TypeError} If a name is taken, against the conventions, or none that Prometheus accepts.
   * @throws {RangeError} If a limit is out of range.
   */
  counter<const Label extends string>(options: MetricOptions & LabelOptions<Label>): CounterFamily<Label>;
  /** Makes a counter. */
  counter(options: MetricOptions): Counter;
  counter(options: AnyOptions): Counter | CounterFamily<string> {
    const definition = this.#define("counter", options, { kind: "counter" });
    const metric = this.#keep(definition, CounterMetric, () => new CounterMetric(definition, this.#health));
    return options.labels === undefined ? metric.with({}) : metric;
  }

  /**
   * Makes a gauge with labels.
   *
   * @throws {TypeError} If a name is taken, against the conventions, or none that Prometheus accepts.
   * @throws {RangeError} If a limit is out of range.
   */
  gauge<const Label extends string>(options: MetricOptions & LabelOptions<Label>): GaugeFamily<Label>;
  /** Makes a gauge. */
  gauge(options: MetricOptions): Gauge;
  gauge(options: AnyOptions): Gauge | GaugeFamily<string> {
    const definition = this.#define("gauge", options, { kind: "gauge" });
    const metric = this.#keep(definition, GaugeMetric, () => new GaugeMetric(definition, this.#health));
    return options.labels === undefined ? metric.with({}) : metric;
  }

  /**
   * Makes an up-down counter with labels: a sum that may fall. To Prometheus it is a gauge.
   *
   * @throws {TypeError} If a name is taken, against the conventions, or none that Prometheus accepts.
   * @throws {RangeError} If a limit is out of range.
   */
  upDownCounter<const Label extends string>(options: MetricOptions & LabelOptions<Label>): UpDownCounterFamily<Label>;
  /** Makes an up-down counter. */
  upDownCounter(options: MetricOptions): UpDownCounter;
  upDownCounter(options: AnyOptions): UpDownCounter | UpDownCounterFamily<string> {
    const definition = this.#define("gauge", options, { kind: "upDownCounter" });
    const metric = this.#keep(definition, UpDownMetric, () => new UpDownMetric(definition, this.#health));
    return options.labels === undefined ? metric.with({}) : metric;
  }

  /**
   * Makes a histogram with labels, and with explicit buckets.
   *
   * @throws {TypeError} If a name is taken, against the conventions, or none that Prometheus accepts.
   * @throws {RangeError} If a limit is out of range, or the buckets do not rise.
   */
  histogram<const Label extends string>(options: HistogramOptions & LabelOptions<Label>): HistogramFamily<Label>;
  /** Makes a histogram with explicit buckets. */
  histogram(options: HistogramOptions): Histogram;
  histogram(options: HistogramOptions & AnyOptions): Histogram | HistogramFamily<string> {
    const bounds = boundsOf(options), definition = this.#define("histogram", options, { bounds });
    const metric = this.#keep(definition, HistogramMetric, () => new HistogramMetric(definition, this.#health, bounds));
    return options.labels === undefined ? metric.with({}) : metric;
  }

  /**
   * Makes a histogram with labels, and with buckets that grow by a constant factor and come as they are needed.
   *
   * To a Prometheus that asks for its binary format it is a native histogram (`--enable-feature=native-histograms`), whose
   * quantiles it tells within a bucket's width, about twice `relativeError`. As text it prints a bucket
   * for each power of two in its range, whose counts are exact. `quantile` and `readings` are as exact as it says.
   *
   * @throws {TypeError} If a name is taken, against the conventions, or none that Prometheus accepts.
   * @throws {RangeError} If a limit, `relativeError` or `maxBuckets` is out of range.
   */
  exponentialHistogram<const Label extends string>(
    options: ExponentialHistogramOptions & LabelOptions<Label>,
  ): HistogramFamily<Label>;
  /** Makes a histogram with buckets that grow by a constant factor. */
  exponentialHistogram(options: ExponentialHistogramOptions): Histogram;
  exponentialHistogram(options: ExponentialHistogramOptions & AnyOptions): Histogram | HistogramFamily<string> {
    const metric = this.#sketches("histogram", options, exponentialSketchesOf(options));
    return options.labels === undefined ? metric.with({}) : metric;
  }

  /**
   * Makes a summary with labels: quantiles over everything that it observed, by a {@linkcode QuantileSketch}.
   *
   * @throws {TypeError} If a name is taken, against the conventions, or none that Prometheus accepts.
   * @throws {RangeError} If a limit, a quantile, `relativeError` or `maxBuckets` is out of range.
   */
  summary<const Label extends string>(options: SummaryOptions & LabelOptions<Label>): SummaryFamily<Label>;
  /** Makes a summary. */
  summary(options: SummaryOptions): Summary;
  summary(options: SummaryOptions & AnyOptions): Summary | SummaryFamily<string> {
    const metric = this.#sketches("summary", options, summarySketchesOf(options));
    return options.labels === undefined ? metric.with({}) : metric;
  }

  /**
   * Makes an info: facts such as a version, as the labels of one series; its name ends in `_info`.
   *
   * @throws {TypeError} If a name is taken, against the conventions, or none that Prometheus accepts.
   */
  info<const Label extends string>(options: InfoOptions<Label>): Info<Label> {
    const labels = Object.keys(requireFacts(options));
    const definition = this.#define("info", { ...options, labels }, { values: options.values });
    const metric = this.#keep(definition, InfoMetric, () => new InfoMetric(definition, this.#health));
    metric.set(options.values);
    return metric;
  }

  /**
   * Makes a state set with labels.
   *
   * @throws {TypeError} If a name is taken, against the conventions, or none that Prometheus accepts; if a state is there twice.
   * @throws {RangeError} If a limit is out of range.
   */
  stateSet<const State extends string, const Label extends string>(
    options: StateSetOptions<State> & LabelOptions<Label>,
  ): StateSetFamily<Label, State>;
  /** Makes a state set. */
  stateSet<const State extends string>(options: StateSetOptions<State>): StateSet<State>;
  stateSet<State extends string>(
    options: StateSetOptions<State> & AnyOptions,
  ): StateSet<State> | StateSetFamily<string, State> {
    const { states } = requireOptions("register a state set", options, NAME_AND_HELP),
      definition = this.#define("stateset", options, { states });
    requireStates(definition.name, states);
    const metric = this.#keep(
      definition,
      StateSetMetric<State>,
      () => new StateSetMetric<State>(definition, this.#health, states),
    );
    return options.labels === undefined ? metric.with({}) : metric;
  }

  /**
   * Makes a gauge or counter with labels that a callback measures whenever the metrics are collected.
   *
   * What it tells replaces what it told before. One that throws, or has not come back in time, harms no other: its metric has no series
   * until it succeeds, it is not called again before it came back, and the failure is counted.
   *
   * @throws {TypeError} If a name is taken, against the conventions, or none that Prometheus accepts.
   * @throws {RangeError} If a limit is out of range.
   */
  observable<const Label extends string>(options: LabeledObservableOptions<Label>): ReadableMetric;
  /** Makes a gauge or counter that a callback measures. */
  observable(options: ObservableOptions): ReadableMetric;
  observable(options: ObservableOptions | LabeledObservableOptions<string>): ReadableMetric {
    requireOptions("register an observable", options, NAME_AND_HELP);
    const { type, timeoutMs = DEFAULT_COLLECT_TIMEOUT_MS } = options;
    requireNumber(`timeoutMs of metric "${options.name}"`, timeoutMs, "duration");
    const definition = this.#define(type, options, { kind: "observable", number: this.#observables.size });
    const measure = "labels" in options
      ? options.collect
      : async (observe: (values: LabelValues<never>, value: number) => void, signal: AbortSignal) =>
        observe({}, await options.collect(signal));
    const metric = this.#keep(
      definition,
      ObservableMetric,
      () => new ObservableMetric(definition, this.#health, { measure, timeoutMs }),
    );
    this.#observables.add(metric);
    return metric;
  }

  /** Tells whoever is told what the registry warns of. */
  warn(message: string): void {
    this.#health.warn(message);
  }

  /** Asks a part for what it has whenever the metrics are printed. Returns what ends it. */
  include(part: RegistryPart): () => void {
    this.#parts.add(part);
    return () => void this.#parts.delete(part);
  }

  /** The metric of this name, for reading; `undefined` if there is none. */
  find(name: string): ReadableMetric | undefined {
    return this.#metrics.get(name) ?? this.#health.metrics.find((metric) => metric.name === name);
  }

  /** Calls back after the metric of this name was taken out, or one was made. Returns what ends it. */
  watchName(name: string, changed: () => void): () => void {
    return this.#names.watch(name, changed);
  }

  /** Takes a metric out: it is no more printed or measured, and its name is free. `false` if there is none. */
  remove(name: string): boolean {
    const metric = this.#metrics.get(name);
    if (metric === undefined) return false;
    this.#metrics.delete(name);
    this.#names.free(metric.definition);
    if (metric instanceof ObservableMetric) this.#observables.delete(metric);
    this.#names.changed(name);
    return true;
  }

  /**
   * All metrics as text, in the order in which they were made; those that callbacks measure as they were last collected. Series
   * that have been idle for too long are dropped first. Nothing else runs meanwhile, so the numbers of a metric agree.
   */
  expose(format: ExpositionFormat = "prometheus"): string {
    this.#collectParts();
    let text = "";
    for (const metric of this.#metrics.values()) {
      metric.sweep();
      text += metric.print(format);
    }
    for (const metric of this.#health.metrics) if (!metric.isEmpty) text += metric.print(format);
    return format === "openmetrics" ? `${text}# EOF\n` : text;
  }

  /**
   * All metrics in Prometheus' binary format, as {@linkcode expose} has them as text: messages `io.prometheus.client.MetricFamily`, each
   * preceded by its length. It alone has the buckets of exponential histograms as they are, beside powers of two.
   */
  exposeProtobuf(): Uint8Array<ArrayBuffer> {
    const writer = new ProtobufWriter();
    this.#collectParts();
    for (const metric of this.#metrics.values()) {
      metric.sweep();
      metric.write(writer);
    }
    for (const metric of this.#health.metrics) if (!metric.isEmpty) metric.write(writer);
    return writer.bytes().slice();
  }

  /**
   * Measures what callbacks measure, all at once, and prints all metrics.
   *
   * @throws The signal's reason, if it is aborted before the callbacks have come back or their time is up.
   */
  async scrape(options: ScrapeOptions = {}): Promise<string> {
    const { format, signal } = requireOptions("scrape metrics", options);
    await this.collect(signal === undefined ? {} : { signal });
    return this.expose(format);
  }

  /**
   * Measures what callbacks measure, all at once.
   *
   * @throws The signal's reason, if it is aborted before the callbacks have come back or their time is up.
   */
  async collect(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const { signal } = requireOptions("collect metrics", options);
    this.#collectParts(); // now, as they may bring callbacks
    const wait = new Cancellable({ signal, timeoutMs: undefined, timeoutError: () => undefined });
    await wait.run(() => Promise.all(Array.from(this.#observables, (metric) => metric.collect())));
  }

  /** All metrics, for reading, in the order in which they were made; those that tell of the registry itself only if there is something to tell. */
  *metrics(): Generator<DescribedMetric, void> {
    yield* this.#metrics.values();
    for (const metric of this.#health.metrics) if (!metric.isEmpty) yield metric;
  }

  #collectParts(): void {
    for (const part of this.#parts) part.collect();
  }

  #define(type: MetricType, options: AnyOptions, own: object): Definition {
    return define(type, options, { own, lint: this.lint });
  }

  #sketches(type: "histogram" | "summary", options: AnyOptions, sketch: SketchMetricOptions): SketchMetric {
    const definition = this.#define(type, options, sketch);
    return this.#keep(definition, SketchMetric, () => new SketchMetric(definition, this.#health, sketch));
  }

  /** The metric of a definition: that of an earlier one that is the same, or a new one. */
  #keep<Kept extends RegisteredMetric>(
    definition: Definition,
    kind: abstract new (...args: never[]) => Kept,
    make: () => Kept,
  ): Kept {
    const earlier = this.#metrics.get(definition.name);
    if (earlier instanceof kind && earlier.definition.signature === definition.signature) return earlier;
    this.#names.reserve(definition);
    const metric = make();
    this.#metrics.set(definition.name, metric);
    this.#names.changed(definition.name);
    return metric;
  }
}
