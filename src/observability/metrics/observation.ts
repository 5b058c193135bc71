/**
 * What a histogram or summary is told.
 *
 * @module
 */

import type { Exemplar } from "./exemplar.ts";
import type { LabelValues } from "./label_table.ts";
import type { ReadableMetric } from "./metric_source.ts";
import { whenDone } from "./when_done.ts";
import { requireFunction } from "../../coordination/require_function.ts";

/** One series of a histogram or summary. */
export interface Observer {
  /** How many values were observed. */
  readonly count: number;
  /** Their sum. */
  readonly sum: number;

  /**
   * Observes a value.
   *
   * @param value Finite, in the metric's unit. At least 0, unless a bound of the histogram's buckets is below 0: a duration below 0
   * comes from a clock that was set.
   * @throws {RangeError} If it is not.
   * @throws {TypeError} If it is not a number.
   */
  observe(value: number): void;

  /**
   * Observes how long `work` takes, in seconds: until it returns, throws, or its promise is settled.
   *
   * @throws {TypeError} If the metric's unit is not `"seconds"`.
   */
  time<T>(work: () => Promise<T>): Promise<T>;
  /** Observes how long `work` takes that is no promise. */
  time<T>(work: () => T): T;

  /**
   * Estimates a quantile; NaN if nothing was observed.
   *
   * @param q From 0 to 1.
   * @throws {RangeError} If it is not.
   */
  quantile(q: number): number;
}

/** One series of a histogram: how many values fell into which bucket. */
export interface Histogram extends Observer {
  /**
   * Observes a value: as {@linkcode Observer.observe}.
   *
   * @param exemplar The trace in which it was observed; each bucket keeps its last one, and OpenMetrics prints it. Exponential
   * buckets keep one for each power of two.
   */
  observe(value: number, exemplar?: Exemplar): void;
}

/** One series of a summary: quantiles over everything that it observed. */
export interface Summary extends Observer {
  /** Largest relative error of a quantile, as it is now: see {@linkcode QuantileSketch}. */
  readonly relativeError: number;
}

/** Series of one name, one for each combination of label values. */
export interface ObserverFamily<Label extends string> extends ReadableMetric {
  /** Forgets a series; `false` if there is none. What was bound to it begins a new one. */
  remove(values: LabelValues<Label>): boolean;
}

/** Histograms of one name, one for each combination of label values. */
export interface HistogramFamily<Label extends string> extends ObserverFamily<Label> {
  /**
   * The histogram of these label values: the same one for the same values. If the metric is full, what it observes goes to the
   * overflow series until there is room.
   *
   * @throws {TypeError} If a label is missing or unknown, or a value is not a string.
   */
  with(values: LabelValues<Label>): Histogram;
  /** Observes a value of these label values, without binding them; errors as {@linkcode with} and {@linkcode Observer.observe}. */
  observe(values: LabelValues<Label>, value: number, exemplar?: Exemplar): void;
}

/** Summaries of one name, one for each combination of label values. */
export interface SummaryFamily<Label extends string> extends ObserverFamily<Label> {
  /** The summary of these label values; as of a histogram. */
  with(values: LabelValues<Label>): Summary;
  /** Observes a value of these label values, without binding them; errors as {@linkcode with} and {@linkcode Observer.observe}. */
  observe(values: LabelValues<Label>, value: number): void;
}

/** What a value is that cannot be observed. */
export function observationRefusal(metric: string, value: unknown): Error {
  const message = `Cannot observe ${String(value)} in metric "${metric}"`;
  if (typeof value !== "number") {
    return new TypeError(`${message}: expected a number, got ${typeof value}; pass a number`);
  }
  return value < 0 && value > -Infinity
    ? new RangeError(
      `${message}: expected at least 0; measure with a steady clock, or give it explicit buckets below 0`,
    )
    : new RangeError(`${message}: expected a finite number; leave out what cannot be measured`);
}

/**
 * Checks which quantile is to be told.
 *
 * @throws {RangeError} If it is not from 0 to 1.
 */
export function requireQuantile(q: number): void {
  if (q >= 0 && q <= 1) return;
  throw new RangeError(`Cannot tell quantile ${q}: expected a number from 0 to 1; pass 0.99`);
}

/** What timing needs of a metric. */
export interface Timed {
  readonly name: string;
  /** Its unit must be seconds. */
  readonly unit: string | undefined;
  /** Milliseconds of a steady clock. */
  clockMs(): number;
}

/** Runs `work` and tells how long it took, in seconds. */
export function timeWork(metric: Timed, work: () => unknown, took: (seconds: number) => void): unknown {
  if (metric.unit !== "seconds") {
    throw new TypeError(
      `Cannot time work with metric "${metric.name}": expected unit "seconds", got ${
        JSON.stringify(metric.unit ?? "none")
      }; ` +
        "observe a value in its own unit",
    );
  }
  requireFunction("follow", work, "pass the work itself, not what came of it");
  const startMs = metric.clockMs();
  return whenDone(work, () => took(Math.max(0, metric.clockMs() - startMs) / 1_000));
}
