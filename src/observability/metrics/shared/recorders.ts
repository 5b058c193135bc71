/**
 * What threads record to. Each is a part of what a registry's metric of that kind has, so that code written for it runs with both.
 *
 * @module
 */

import type { Gauge, UpDownCounter } from "../gauge.ts";
import type { LabelValues } from "../label_table.ts";
import type { StateSet } from "../state_set.ts";

/** One series of a counter, to be recorded to. */
export interface CounterRecorder {
  /**
   * Adds to it: a plain store, as cheap as to a counter of this thread alone.
   *
   * @param amount How much; finite, at least 0. Default 1.
   * @throws {RangeError} If the amount is negative or not finite.
   * @throws {TypeError} If the amount is not a number.
   */
  inc(amount?: number): void;
}

/** One series of an up-down counter, to be recorded to: see {@linkcode UpDownCounter}. */
export type UpDownRecorder = Omit<UpDownCounter, "value">;

/** One series of a gauge, to be recorded to: see {@linkcode Gauge}. What it is added to is this thread's own part. */
export type GaugeRecorder = Omit<Gauge, "value">;

/** One series of a histogram or summary, to be recorded to. */
export interface HistogramRecorder {
  /**
   * Observes a value; two atomic operations that no other thread contends for.
   *
   * @param value Finite, in the metric's unit; at least 0, unless a bound of the buckets is below 0.
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
}

/** One state set, to be recorded to: see {@linkcode StateSet}. */
export type StateSetRecorder<State extends string> = Omit<StateSet<State>, "states">;

/** Series of one name, one for each combination of label values. */
export interface RecorderFamily<Label extends string, Recorder> {
  /**
   * The series of these label values: the same one for the same values. If the thread has no room for another one, it is the overflow
   * series, and that is counted.
   *
   * @throws {TypeError} If a label is missing or unknown, or a value is not a string.
   */
  with(values: LabelValues<Label>): Recorder;
}

/** Counters of one name. */
export interface CounterRecorderFamily<Label extends string> extends RecorderFamily<Label, CounterRecorder> {
  /** Adds to the counter of these label values; errors as `with` and {@linkcode CounterRecorder.inc}. */
  inc(values: LabelValues<Label>, amount?: number): void;
}

/** Up-down counters of one name. */
export interface UpDownRecorderFamily<Label extends string> extends RecorderFamily<Label, UpDownRecorder> {
  /** Adds to the series of these label values; errors as `with` and {@linkcode UpDownCounter.inc}. */
  inc(values: LabelValues<Label>, amount?: number): void;
  /** Takes from it; as `inc`. */
  dec(values: LabelValues<Label>, amount?: number): void;
}

/** Gauges of one name. */
export interface GaugeRecorderFamily<Label extends string> extends RecorderFamily<Label, GaugeRecorder> {
  /** Sets the gauge of these label values; errors as `with` and {@linkcode Gauge.set}. */
  set(values: LabelValues<Label>, value: number): void;
  /** Adds to this thread's part of it; errors as `with` and {@linkcode Gauge.inc}. */
  inc(values: LabelValues<Label>, amount?: number): void;
  /** Takes from it; as `inc`. */
  dec(values: LabelValues<Label>, amount?: number): void;
}

/** Histograms or summaries of one name. */
export interface HistogramRecorderFamily<Label extends string> extends RecorderFamily<Label, HistogramRecorder> {
  /** Observes a value of these label values; errors as `with` and {@linkcode HistogramRecorder.observe}. */
  observe(values: LabelValues<Label>, value: number): void;
}
