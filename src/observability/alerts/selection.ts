/**
 * Which series of a metric a rule is about.
 *
 * @module
 */

import { OVERFLOW_LABEL } from "../metrics/definition.ts";
import type { ReadableMetric, SeriesReading } from "../metrics/metric_source.ts";
import type { MetricSelection } from "./alert_rule.ts";
import { labelsMatch } from "./labels.ts";
import type { WatchedMetric, WatchedMetrics } from "./watched_metric.ts";

/** Where a rule finds its metrics, and whom it tells what is wrong with them. */
export interface SelectionHost {
  /** The metrics that are watched. */
  readonly metrics: WatchedMetrics;
  /** Told once of a metric that the rule cannot be about, since it was made anew with other labels. */
  readonly failed: (error: unknown, rule: string) => void;
}

/** The series of a metric that are meant. */
export class Selection {
  /** The metric. */
  readonly watched: WatchedMetric;
  readonly #rule: string;
  readonly #host: SelectionHost;
  readonly #selection: MetricSelection;
  readonly #labels: readonly string[];
  /** Of which metric it is known that it has the labels, or was told that it has not. */
  #known: ReadableMetric | undefined;

  /**
   * Looks for the metric.
   *
   * @param by Labels that it must have besides those that are matched.
   * @throws {TypeError} If there is none, or it has not all of the labels.
   */
  constructor(rule: string, host: SelectionHost, selection: MetricSelection, by: readonly string[] = []) {
    const watched = host.metrics.find(selection.metric);
    if (watched === undefined) {
      throw new TypeError(
        `Cannot add alert rule "${rule}": there is no metric "${selection.metric}"; register it before the rule, or correct the name`,
      );
    }
    this.watched = watched;
    this.#rule = rule;
    this.#host = host;
    this.#selection = selection;
    this.#labels = [...Object.keys(selection.match ?? {}), ...by];
    this.#known = watched.metric;
    const wrong = this.#wrongLabel(watched.metric);
    if (wrong !== undefined) throw new TypeError(`Cannot add alert rule "${rule}": ${wrong}; correct the label`);
  }

  /** What the series that are meant read now; none while there is no metric of the name. */
  *readings(what?: "sum" | number): Generator<SeriesReading, void> {
    const { metric } = this.watched, { match } = this.#selection;
    if (metric !== this.#known) this.#meet(metric);
    for (const reading of metric?.readings(what) ?? []) {
      if (match === undefined || labelsMatch(match, reading.labels)) yield reading;
    }
  }

  #meet(metric: ReadableMetric | undefined): void {
    this.#known = metric;
    const wrong = this.#wrongLabel(metric);
    if (wrong === undefined) return;
    this.#host.failed(
      new TypeError(
        `Cannot judge alert rule "${this.#rule}" as it was meant: ${wrong}, since it was made anew; change the rule or the metric`,
      ),
      this.#rule,
    );
  }

  #wrongLabel(metric: ReadableMetric | undefined): string | undefined {
    const names = metric?.labelNames;
    if (names === undefined) return undefined;
    const wrong = this.#labels.find((label) => !names.includes(label) && label !== OVERFLOW_LABEL);
    if (wrong === undefined) return undefined;
    return `metric "${this.watched.name}" has no label "${wrong}", ` +
      (names.length === 0 ? "it has none" : `it has ${names.join(", ")}`);
  }
}
