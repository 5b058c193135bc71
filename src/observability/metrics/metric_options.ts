/**
 * What registries and metrics are told when they are made.
 *
 * @module
 */

import type { LabelOptions, MeasureOptions, MetricOptions } from "./definition.ts";
import type { LabelValues } from "./label_table.ts";
import type { Observe } from "./observable.ts";

export type { LabelOptions, MeasureOptions, MetricOptions } from "./definition.ts";

/** How a registry goes about it. */
export interface RegistryOptions {
  /** Whether names must follow the conventions that `promtool` checks, beyond what the formats demand. Default true. */
  readonly lint?: boolean;
  /** Milliseconds since the epoch, for exemplars and `setToCurrentTime`. Default `Date.now`. */
  readonly now?: () => number;
  /** Milliseconds of a clock that is never set, for durations and series that expire. Default `performance.now`. */
  readonly clock?: () => number;
  /** Told, once a metric, that it is full or cannot be measured. Default `console.warn`. */
  readonly warn?: (message: string) => void;
}

/** Options of a histogram with explicit buckets. */
export interface HistogramOptions extends MeasureOptions {
  /**
   * Upper bounds of its buckets, rising; one more without a bound follows. Default, if the unit is `"seconds"`: eleven from 5 ms to 10 s.
   * With a bound below 0 it observes values below 0, and its sum is not printed, which OpenMetrics forbids.
   */
  readonly buckets?: readonly number[];
}

/**
 * Options of a histogram with exponential buckets.
 *
 * A series takes 48 bytes, and half a byte for each bucket from its lowest to its highest and each hexadecimal digit of its count. There are
 * 27 buckets a decade by default: with ten thousand values over two decades it stays within 200 bytes, labels apart.
 */
export interface ExponentialHistogramOptions extends MeasureOptions {
  /** Largest relative error of a quantile, while there are buckets enough: from 0.00136 to 0.99. Default 0.05. */
  readonly relativeError?: number;
  /** Most buckets of a series: an integer from 80 to 65,536. Default 160, as in OpenTelemetry. */
  readonly maxBuckets?: number;
}

/**
 * Options of a summary.
 *
 * A series takes 48 bytes, and two for each value while that is less than half a byte for each bucket from its lowest to its highest and each
 * hexadecimal digit of its count. There are 213 buckets a decade by default: with 40 values however far apart, with 100 over a decade or with
 * 1,000 that differ by a factor of 4 it stays at about 200 bytes, labels apart. A larger `relativeError` makes fewer buckets: 0.02 half as many.
 */
export interface SummaryOptions extends MeasureOptions {
  /** Which quantiles are printed: numbers from 0 to 1. Default 0.5, 0.9, 0.95 and 0.99. */
  readonly quantiles?: readonly number[];
  /** Largest relative error of a quantile, while there are buckets enough: from 0.00136 to 0.99. Default 0.01. */
  readonly relativeError?: number;
  /** Most buckets of a series: an integer from 80 to 65,536. Default 2,048; memory is taken as values spread. */
  readonly maxBuckets?: number;
}

/** Options of an info. */
export interface InfoOptions<Label extends string> {
  /** Unique within the registry; ends in `_info`. */
  readonly name: string;
  /** What it tells, in a few words. */
  readonly help: string;
  /** The facts. */
  readonly values: LabelValues<Label>;
}

/** Options of a state set. */
export interface StateSetOptions<State extends string> {
  /** Unique within the registry; without ":", since it is a label's name, too. */
  readonly name: string;
  /** What it tells, in a few words. */
  readonly help: string;
  /** The states that there are. */
  readonly states: readonly State[];
}

/** Options of every metric that a callback measures. */
export interface MeasuredOptions extends MetricOptions {
  /** What it is. */
  readonly type: "gauge" | "counter";
  /** How long a collection waits for the callback, in milliseconds above 0. Default 5,000: half of what Prometheus waits for us. */
  readonly timeoutMs?: number;
}

/** Options of a metric without labels that a callback measures. */
export interface ObservableOptions extends MeasuredOptions {
  /** Measures: answers the value. The signal is aborted when its time is up. */
  readonly collect: (signal: AbortSignal) => number | PromiseLike<number>;
}

/** Options of a metric with labels that a callback measures. */
export interface LabeledObservableOptions<Label extends string> extends MeasuredOptions, LabelOptions<Label> {
  /** Measures: tells each series through `observe`, until it returns or its promise is fulfilled. The signal is aborted when its time is up. */
  readonly collect: (observe: Observe<Label>, signal: AbortSignal) => void | PromiseLike<void>;
}
