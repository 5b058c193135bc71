/**
 * Metrics by name, and who is to be told when they change.
 *
 * @module
 */

import type { MetricSource, ReadableMetric } from "../metrics/metric_source.ts";

/** Who watches a metric. */
export interface MetricListener {
  /** Called once after it has changed, or another one has its name. */
  metricChanged(): void;
}

/**
 * The metric of a name, whichever that is: one that is removed and made anew is watched on.
 *
 * A listener says after each call that it wants the next one. So a recording costs a call for each listener that has looked since, and
 * none for those that know already: of however many, nothing but a check while all of them wait for their time to look.
 */
export class WatchedMetric {
  /** Its name. */
  readonly name: string;
  readonly #source: MetricSource;
  readonly #unused: () => void;
  readonly #waiting = new Set<MetricListener>();
  #metric: ReadableMetric | undefined;
  #users = 0;
  #unwatch: (() => void) | undefined = undefined;
  #unwatchName: (() => void) | undefined = undefined;

  /** Watches nothing yet; `unused` is called when nobody watches any more. */
  constructor(source: MetricSource, name: string, unused: () => void) {
    this.#source = source;
    this.#unused = unused;
    this.name = name;
    this.#metric = source.find(name);
  }

  /** The metric that has the name, `undefined` while there is none. */
  get metric(): ReadableMetric | undefined {
    return this.#metric;
  }

  /** Whether anybody watches. */
  get isUsed(): boolean {
    return this.#users > 0;
  }

  /** Somebody watches. */
  join(): void {
    if (this.#users++ > 0) return;
    this.#unwatch = this.#metric?.watch(() => this.#changed());
    this.#unwatchName = this.#source.watchName?.(this.name, () => this.refresh());
  }

  /** Somebody watches no more. */
  leave(listener: MetricListener): void {
    this.#waiting.delete(listener);
    if (--this.#users > 0) return;
    this.#unwatch?.();
    this.#unwatchName?.();
    this.#unused();
  }

  /** Has a listener be told of the next change. */
  tellNext(listener: MetricListener): void {
    this.#waiting.add(listener);
  }

  /** Looks whether another metric has the name now; for sources that do not tell. */
  refresh(): void {
    const metric = this.#source.find(this.name);
    if (metric === this.#metric) return;
    this.#unwatch?.();
    this.#metric = metric;
    this.#unwatch = metric?.watch(() => this.#changed());
    this.#changed();
  }

  #changed(): void {
    if (this.#waiting.size === 0) return;
    const told = [...this.#waiting];
    this.#waiting.clear();
    for (const listener of told) listener.metricChanged();
  }
}

/** The metrics that a manager's rules watch, each once, however many do. */
export class WatchedMetrics {
  readonly #source: MetricSource;
  readonly #metrics = new Map<string, WatchedMetric>();

  /** Watches none. */
  constructor(source: MetricSource) {
    this.#source = source;
  }

  /** The metric of a name, to be watched; `undefined` if there is none. */
  find(name: string): WatchedMetric | undefined {
    const known = this.#metrics.get(name);
    known?.refresh();
    if (known !== undefined) return known.metric === undefined ? undefined : known;
    const metric = new WatchedMetric(this.#source, name, () => this.#metrics.delete(name));
    if (metric.metric === undefined) return undefined;
    this.#metrics.set(name, metric);
    return metric;
  }

  /** Forgets those that were looked for, and nobody watches after all. */
  sweep(): void {
    for (const [name, { isUsed }] of this.#metrics) if (!isUsed) this.#metrics.delete(name);
  }
}
