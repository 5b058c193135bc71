/**
 * One registry over several threads.
 *
 * @module
 */

export type { AcrossThreads, ThreadGaugeOptions } from "./declaration.ts";
export { SharedMetricsFullError } from "./errors.ts";
export type { SharedMetricsHandle } from "./handle.ts";
export type {
  CounterRecorder,
  CounterRecorderFamily,
  GaugeRecorder,
  GaugeRecorderFamily,
  HistogramRecorder,
  HistogramRecorderFamily,
  RecorderFamily,
  StateSetRecorder,
  UpDownRecorder,
  UpDownRecorderFamily,
} from "./recorders.ts";
export { SharedMetrics, type SharedMetricsOptions } from "./shared_metrics.ts";
export { type ThreadLabelOptions, ThreadMetrics } from "./thread_metrics.ts";
