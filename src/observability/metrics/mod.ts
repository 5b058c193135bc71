/**
 * Metrics in the shape of Prometheus and OpenMetrics.
 *
 * @module
 */

export { DEFAULT_SECONDS_BUCKETS, exponentialBuckets, linearBuckets } from "./buckets.ts";
export type { Counter, CounterFamily } from "./counter.ts";
export type { Exemplar, LabelExemplar, SpanExemplar } from "./exemplar.ts";
export type { Gauge, GaugeFamily, UpDownCounter, UpDownCounterFamily } from "./gauge.ts";
export type { Info } from "./info.ts";
export type { LabelValues } from "./label_table.ts";
export type { ExpositionFormat } from "./metric.ts";
export type {
  ExponentialHistogramOptions,
  HistogramOptions,
  InfoOptions,
  LabeledObservableOptions,
  LabelOptions,
  MeasuredOptions,
  MeasureOptions,
  MetricOptions,
  ObservableOptions,
  RegistryOptions,
  StateSetOptions,
  SummaryOptions,
} from "./metric_options.ts";
export type { DescribedMetric, MetricCatalogue, MetricSource, ReadableMetric, SeriesReading } from "./metric_source.ts";
export { metricsHandler, type MetricsHandlerOptions } from "./metrics_handler.ts";
export type { Observe } from "./observable.ts";
export type { Histogram, HistogramFamily, Observer, ObserverFamily, Summary, SummaryFamily } from "./observation.ts";
export { processMetrics, type ProcessMetricsOptions } from "./process_metrics.ts";
export { QuantileSketch, type SketchOptions } from "./quantile_sketch.ts";
export { Registry, type RegistryPart, type ScrapeOptions } from "./registry.ts";
export * from "./shared/mod.ts";
export type { StateSet, StateSetFamily } from "./state_set.ts";
