/**
 * What metrics read in the last minutes.
 *
 * @module
 */

import type { DescribedMetric, MetricCatalogue } from "../metrics/metric_source.ts";
import { MOST_OF_A_NAME, shownText } from "./shown_text.ts";

/** A series as it goes to the page. */
export interface SeriesView {
  /** Its number. */
  readonly id: number;
  /** What it is: only if the page does not know it yet. */
  readonly about?: {
    readonly name: string;
    readonly help: string;
    readonly type: string;
    readonly unit: string | null;
    readonly labels: readonly (readonly [name: string, value: string])[];
  };
  /** The last values, oldest first; `null` for none, or none that JSON has. */
  readonly values: readonly (number | null)[];
  /** The median and the 95th and 99th percentile of a histogram or summary. */
  readonly quantiles?: readonly (number | null)[];
}

/** What has changed about metrics since some sample. */
export interface MetricChanges {
  /** Whether all is told anew, because series have gone. */
  readonly isAll: boolean;
  /** How many samples were taken since; a series that is left out has not changed. */
  readonly samples: number;
  /** The series that have changed. */
  readonly series: readonly SeriesView[];
  /** How many series there was no room for. */
  readonly unshown: number;
}

/** From one sample to the next, in milliseconds. */
export const SAMPLE_MS = 1_000;
/** Samples that are kept: three minutes. */
export const MOST_SAMPLES = 180;
/** More series are counted, and not shown. */
export const MOST_SERIES = 1_000;
const MOST_LABELS_SHOWN = 24;
const QUANTILES = [0.5, 0.95, 0.99];

interface SeriesRecord {
  readonly id: number;
  readonly about: NonNullable<SeriesView["about"]>;
  /** Where the value of sample `n` is: at `n % MOST_SAMPLES`. */
  readonly values: Float64Array;
  quantiles: readonly (number | null)[] | undefined;
  readonly addedAt: number;
  changedAt: number;
  seenAt: number;
}

/** Samples metrics, and tells what has changed since any sample. Its memory is bounded: 1,000 series of 180 values. */
export class MetricHistory {
  /** How many samples were taken. */
  sample = 0;
  readonly #catalogue: MetricCatalogue;
  readonly #series = new Map<string, SeriesRecord>();
  #lastId = 0;
  #goneAt = 0;
  #unshown = 0;

  /** Begins without samples. */
  constructor(catalogue: MetricCatalogue) {
    this.#catalogue = catalogue;
  }

  /** Has measured what callbacks measure; never rejects. */
  async collect(signal: AbortSignal): Promise<void> {
    await this.#catalogue.collect({ signal }).catch(() => {}); // aborted: nobody looks any more
  }

  /** Reads every metric. */
  take(): void {
    this.sample++;
    this.#unshown = 0;
    for (const metric of this.#catalogue.metrics()) this.#read(metric);
    for (const [key, series] of this.#series) {
      if (series.seenAt === this.sample) continue;
      this.#series.delete(key);
      this.#goneAt = this.sample;
    }
  }

  /** What has changed since a sample; all there is since 0. */
  changesSince(sample: number): MetricChanges {
    const isAll = sample === 0 || this.#goneAt > sample || this.sample - sample > MOST_SAMPLES;
    const since = isAll ? 0 : sample, samples = Math.min(this.sample - since, MOST_SAMPLES);
    const series: SeriesView[] = [];
    for (const { id, about, addedAt, changedAt, values, quantiles } of this.#series.values()) {
      const isNew = addedAt > since;
      if (!isNew && changedAt <= since) continue;
      series.push({
        id,
        ...isNew ? { about } : {},
        values: this.#last(values, samples),
        ...quantiles === undefined ? {} : { quantiles },
      });
    }
    return { isAll, samples, series, unshown: this.#unshown };
  }

  #read(metric: DescribedMetric): void {
    const { type } = metric.definition, isDistribution = type === "histogram" || type === "summary";
    const shown = new Map<string, SeriesRecord>();
    let at = 0, end = 0;
    for (const { labels, value } of metric.readings()) {
      at++;
      const labelsKey = JSON.stringify(labels), key = `${metric.name} ${labelsKey}`;
      let series = this.#series.get(key);
      if (series === undefined) {
        if (this.#series.size >= MOST_SERIES) {
          this.#unshown++;
          continue;
        }
        this.#series.set(key, series = this.#newSeries(metric, labels));
      }
      const last = series.values[(this.sample - 1) % MOST_SAMPLES];
      series.values[this.sample % MOST_SAMPLES] = value;
      if (!Object.is(last, value)) series.changedAt = this.sample;
      series.seenAt = this.sample;
      shown.set(labelsKey, series);
      end = at;
    }
    if (!isDistribution || end === 0) return;
    const quantiles = QUANTILES.map((q) => quantilesOf(metric, q, end));
    for (const [key, series] of shown) series.quantiles = quantiles.map((of) => plainNumber(of.get(key) ?? NaN));
  }

  #newSeries(
    { name, definition: { help, type, unit } }: DescribedMetric,
    labels: Readonly<Record<string, string>>,
  ): SeriesRecord {
    const short = (text: string) => shownText(text, MOST_OF_A_NAME);
    return {
      id: ++this.#lastId,
      about: {
        name: short(name),
        help: short(help),
        type,
        unit: unit ?? null,
        labels: Object.entries(labels).slice(0, MOST_LABELS_SHOWN).map((
          [label, value],
        ) => [short(label), short(value)]),
      },
      values: new Float64Array(MOST_SAMPLES).fill(NaN),
      quantiles: undefined,
      addedAt: this.sample,
      changedAt: this.sample,
      seenAt: this.sample,
    };
  }

  #last(values: Float64Array, count: number): (number | null)[] {
    return Array.from(
      { length: count },
      (_, at) => plainNumber(values[(this.sample - count + 1 + at) % MOST_SAMPLES]!),
    );
  }
}

/** The quantiles of a metric's first series, by their labels: of those that nobody is shown, an estimate would be for nothing. */
function quantilesOf(metric: DescribedMetric, q: number, count: number): Map<string, number> {
  const first = Iterator.from(metric.readings(q)).take(count);
  return new Map(first.map(({ labels, value }) => [JSON.stringify(labels), value]));
}

/** A number that JSON has. */
function plainNumber(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
