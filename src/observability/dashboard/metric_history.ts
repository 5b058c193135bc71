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
  /** Whether all is told anew, because too much was missed. */
  readonly isAll: boolean;
  /** The numbers of all series that are kept; only if some are no more. */
  readonly kept?: readonly number[];
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
}

/**
 * Samples metrics, and tells what has changed since any sample. Its memory is bounded, and so is a sample's work: 1,000 series of 180 values.
 *
 * Where there are more series, each metric has the same number of places, for the first of its series; what a small one leaves free goes
 * to the others. A sample costs a look at each metric, and a reading of each series that is kept.
 */
export class MetricHistory {
  /** The number of the last sample. */
  sample = 0;
  readonly #catalogue: MetricCatalogue;
  /** By metric, which may be removed and made anew, and labels. */
  #series = new Map<DescribedMetric, Map<string, SeriesRecord>>();
  #lastId = 0;
  #goneAt = 0;
  /** The last sample that was left out. */
  #skippedAt = 0;
  #unshown = 0;

  /** Begins without samples. */
  constructor(catalogue: MetricCatalogue) {
    this.#catalogue = catalogue;
  }

  /** Has measured what callbacks measure; never rejects. */
  async collect(signal: AbortSignal): Promise<void> {
    await this.#catalogue.collect({ signal }).catch(() => {}); // aborted: nobody looks any more
  }

  /** Leaves out samples, for the time in which nobody looked: there are no values then. */
  skip(samples: number): void {
    if (samples === 0) return;
    for (const { values } of this.#all()) {
      for (let at = 1; at <= Math.min(samples, MOST_SAMPLES); at++) values[(this.sample + at) % MOST_SAMPLES] = NaN;
    }
    this.#skippedAt = this.sample += samples;
  }

  /** Reads every metric. */
  take(): void {
    this.sample++;
    const metrics = [...this.#catalogue.metrics()], before = this.#series;
    const most = fairShare(metrics.map(({ seriesCount }) => seriesCount), MOST_SERIES);
    this.#series = new Map();
    this.#unshown = 0;
    let room = MOST_SERIES;
    for (const metric of metrics) {
      const count = metric.seriesCount, places = Math.min(count, most, room), known = before.get(metric) ?? new Map();
      this.#series.set(metric, this.#read(metric, places, known));
      this.#unshown += count - places;
      room -= places;
    }
    for (const { size } of before.values()) if (size > 0) this.#goneAt = this.sample; // what was not found again
  }

  /** What has changed since a sample; all there is since 0. */
  changesSince(sample: number): MetricChanges {
    const isAll = sample === 0 || this.#skippedAt > sample || this.sample - sample > MOST_SAMPLES;
    const since = isAll ? 0 : sample, samples = Math.min(this.sample - since, MOST_SAMPLES);
    const series: SeriesView[] = [];
    for (const { id, about, addedAt, changedAt, values, quantiles } of this.#all()) {
      const isNew = addedAt > since;
      if (!isNew && changedAt <= since) continue;
      series.push({
        id,
        ...isNew ? { about } : {},
        values: this.#last(values, samples),
        ...quantiles === undefined ? {} : { quantiles },
      });
    }
    const kept = !isAll && this.#goneAt > since ? { kept: Array.from(this.#all(), ({ id }) => id) } : {};
    return { isAll, ...kept, samples, series, unshown: this.#unshown };
  }

  *#all(): Generator<SeriesRecord, void> {
    for (const series of this.#series.values()) yield* series.values();
  }

  /** The first series of a metric; takes those that were known before out of `known`. */
  #read(metric: DescribedMetric, places: number, known: Map<string, SeriesRecord>): Map<string, SeriesRecord> {
    const kept = new Map<string, SeriesRecord>(), { type } = metric.definition;
    let hasChanged = false;
    for (const { labels, value } of first(metric.readings(), places)) {
      const key = JSON.stringify(labels), series = known.get(key) ?? this.#newSeries(metric, labels);
      known.delete(key);
      kept.set(key, series);
      const last = series.values[(this.sample - 1) % MOST_SAMPLES];
      series.values[this.sample % MOST_SAMPLES] = value;
      if (Object.is(last, value)) continue;
      series.changedAt = this.sample;
      hasChanged = true;
    }
    if (!hasChanged || type !== "histogram" && type !== "summary") return kept;
    const quantiles = QUANTILES.map((q) =>
      new Map(Array.from(first(metric.readings(q), places), ({ labels, value }) => [JSON.stringify(labels), value]))
    );
    for (const [key, series] of kept) series.quantiles = quantiles.map((of) => plainNumber(of.get(key) ?? NaN));
    return kept;
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
    };
  }

  #last(values: Float64Array, count: number): (number | null)[] {
    return Array.from(
      { length: count },
      (_, at) => plainNumber(values[(this.sample - count + 1 + at) % MOST_SAMPLES]!),
    );
  }
}

/** The first of many, of which the others are not looked at. */
function first<Each>(all: Iterable<Each>, count: number): IteratorObject<Each, undefined> {
  return Iterator.from(all).take(count);
}

/** How many places each metric has at most, so that all have theirs: what a small one leaves free, larger ones share. */
function fairShare(counts: readonly number[], room: number): number {
  let left = room, others = counts.length;
  for (const count of counts.toSorted((one, other) => one - other)) {
    const share = Math.max(1, Math.floor(left / others--));
    if (count > share) return share;
    left -= count;
  }
  return Infinity;
}

/** A number that JSON has. */
function plainNumber(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
