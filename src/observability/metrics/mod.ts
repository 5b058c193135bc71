/**
 * Metrics in the shape of Prometheus.
 *
 * @module
 */

export { Counter } from "./counter.ts";
export { CounterFamily, type LabelValues } from "./counter_family.ts";
export { EXPOSITION_CONTENT_TYPE } from "./exposition.ts";
export { type LabeledMetricOptions, type MetricOptions, Registry } from "./registry.ts";
