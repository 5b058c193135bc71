/**
 * Metrics that read what a test says.
 *
 * @module
 */

import type { MetricSource, ReadableMetric, SeriesReading } from "../../metrics/metric_source.ts";
import type { Alert, AlertNotification, Notifier } from "../alert.ts";

/** A metric without labels, or with those of `series`. */
export class FakeMetric implements ReadableMetric {
  readonly #series = new Map<string, SeriesReading>();
  readonly #watchers = new Set<() => void>();
  /** What `readings` was asked for. */
  asked: unknown = undefined;

  constructor(readonly name: string, value?: number) {
    if (value !== undefined) this.set(value);
  }

  /** How many watch it. */
  get watchers(): number {
    return this.#watchers.size;
  }

  readings(what?: "sum" | number): Iterable<SeriesReading> {
    this.asked = what;
    return this.#series.values();
  }

  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => void this.#watchers.delete(changed);
  }

  set(value: number, labels: Readonly<Record<string, string>> = {}): void {
    this.#series.set(JSON.stringify(labels), { labels, value });
    for (const changed of this.#watchers) changed();
  }

  delete(labels: Readonly<Record<string, string>> = {}): void {
    this.#series.delete(JSON.stringify(labels));
    for (const changed of this.#watchers) changed();
  }
}

/** Finds them by name. */
export function sourceOf(...metrics: readonly ReadableMetric[]): MetricSource {
  return { find: (name) => metrics.find((metric) => metric.name === name) };
}

/** Keeps what it is told. */
export class FakeNotifier implements Notifier {
  readonly name = "fake";
  readonly told: AlertNotification[] = [];

  notify(notification: AlertNotification): void {
    this.told.push(notification);
  }

  /** What it was told since it was last asked, in short. */
  take(): string[] {
    return this.told.splice(0).map(({ status, alerts }) => `${status}: ${alerts.map(shortOf).join(", ")}`);
  }
}

function shortOf({ name, state, labels }: Alert): string {
  const { alertname: _name, severity: _severity, ...others } = labels;
  return [name, ...Object.values(others), ...state === "firing" ? [] : [state]].join(" ");
}
