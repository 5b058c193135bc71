/**
 * What reads metrics sees of them.
 *
 * @module
 */

/** A series as it reads now. */
export interface SeriesReading {
  /** The values of its labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** What it reads. */
  readonly value: number;
}

/**
 * A metric that can be read and watched.
 *
 * For a histogram or summary `readings()` gives the count, `readings("sum")` the sum, and `readings(q)` with 0 <= q <= 1 the
 * estimated quantile.
 */
export interface ReadableMetric {
  /** Its name in the registry. */
  readonly name: string;
  /** The labels that its series have, if that is known. */
  readonly labelNames?: readonly string[];
  /** Each series as it reads now. */
  readings(what?: "sum" | number): Iterable<SeriesReading>;
  /**
   * Calls back after any of its series has changed; costs one check of `undefined` on the recording path while nobody
   * watches. Returns what ends it.
   */
  watch(changed: () => void): () => void;
}

/** Where metrics are found by name. */
export interface MetricSource {
  /** The metric of this name, `undefined` if there is none. */
  find(name: string): ReadableMetric | undefined;
  /** Calls back after the metric of this name was taken out, or one was made; a source that cannot tell is asked again and again. Returns what ends it. */
  watchName?(name: string, changed: () => void): () => void;
}

/** A metric that says what it is. */
export interface DescribedMetric extends ReadableMetric {
  /** What it says of itself: its type in the words of OpenMetrics, a help text, and its base unit, if it has one. */
  readonly definition: { readonly type: string; readonly help: string; readonly unit: string | undefined };
  /** How many series it has: what `readings()` would tell, without a look at each. */
  readonly seriesCount: number;
}

/** Where all metrics are found. */
export interface MetricCatalogue {
  /** All metrics, in the order in which they were made. */
  metrics(): Iterable<DescribedMetric>;
  /** Has measured what callbacks measure. */
  collect(options?: { readonly signal?: AbortSignal }): Promise<void>;
}
