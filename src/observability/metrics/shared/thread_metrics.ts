/**
 * The metrics of a registry in another thread.
 *
 * @module
 */

import { membershipIn } from "../../../coordination/shared/membership.ts";
import { boundsOf } from "../buckets.ts";
import type { LabelOptions, MetricOptions } from "../definition.ts";
import type {
  ExponentialHistogramOptions,
  HistogramOptions,
  InfoOptions,
  StateSetOptions,
  SummaryOptions,
} from "../metric_options.ts";
import { exponentialSketchesOf, type SketchMetricOptions, summarySketchesOf } from "../sketch_options.ts";
import { checkDeclaration, type CheckedDeclaration, type ThreadGaugeOptions } from "./declaration.ts";
import { openHandle, type SharedMetricsHandle } from "./handle.ts";
import { HistogramSeries, HistogramSeriesFamily, HistogramShape } from "./histogram_recorder.ts";
import { seriesOfPage } from "./layout.ts";
import type {
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
import { HISTOGRAM_HEADER } from "./row.ts";
import {
  CounterSeries,
  CounterSeriesFamily,
  GAUGE_DOUBLES,
  GaugeSeries,
  GaugeSeriesFamily,
  UpDownSeries,
  UpDownSeriesFamily,
} from "./scalar_recorders.ts";
import { type FamilyParts, type Recorder, SeriesFamily } from "./series_family.ts";
import { settle } from "./settle.ts";
import { Shard } from "./shard.ts";
import { SketchSeries, SketchSeriesFamily, SketchShape } from "./sketch_recorder.ts";
import { FIRST_PAGE, pageDoubles } from "./sketch_row.ts";
import { MOST_SHARED_STATES, StateSetSeries } from "./state_set_recorder.ts";

/** Options of a metric with labels that threads record. */
export type ThreadLabelOptions<Label extends string> = Omit<LabelOptions<Label>, "expireAfterMs">;
type Labels = Partial<ThreadLabelOptions<string>>;
/** An info has none: all that it tells is in its declaration. */
const NO_SERIES: Recorder = { detach() {} };
/** What is the same for families of all kinds. */
type FamilyBasis = Pick<FamilyParts<Recorder>, "shard" | "definition" | "text" | "records">;

/**
 * What a thread records to, and a registry in another one prints: made from the handle that `SharedMetrics` has.
 *
 * The metrics have the options of those of a registry, and the same checks. Series do not expire, since their memory is never given back, which is
 * what makes recording free of locks; and exemplars are not kept, for texts of any length would need one. The same
 * definition in several threads, and in the registry, is one metric. Recording waits for nobody: a counter, gauge or state set
 * is a plain store, a histogram or summary two atomic operations that nobody contends for. A new label set costs some microseconds, and room in the thread's
 * part of the memory; past `maxSeries` of a thread, or if there is no room, it is recorded to the overflow series.
 *
 * When the thread ends, however it does, all that it has recorded stays, but for its gauges and state sets. Deno ends a Worker that is terminated when its turn
 * of the event loop is over, not in the middle of a loop: until then it goes on recording.
 *
 * @example In a Worker
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Registry } from "../registry.ts";
 * import { SharedMetrics } from "./shared_metrics.ts";
 * import { ThreadMetrics } from "./thread_metrics.ts";
 *
 * const registry = new Registry();
 * const { handle } = SharedMetrics.create(registry); // to be posted to Workers
 *
 * const metrics = ThreadMetrics.attach(handle); // in each of them
 * const served = metrics.counter({ name: "requests_total", help: "Requests served", labels: ["route"] });
 * served.with({ route: "/" }).inc();
 *
 * assertEquals(registry.expose().split("\n").at(-2), 'requests_total{route="/"} 1');
 * ```
 */
export class ThreadMetrics implements Disposable {
  readonly #shard: Shard;
  readonly #lint: boolean;
  /** By the text of their declarations. */
  readonly #families = new Map<string, SeriesFamily<Recorder>>();
  readonly #names = new Set<string>();
  #isDetached = false;

  private constructor(shard: Shard, lint: boolean) {
    this.#shard = shard;
    this.#lint = lint;
  }

  /**
   * Takes part in the metrics of a registry. Whoever calls it twice has two parts.
   *
   * @throws {TypeError} If the handle is none, or of another version of this library.
   * @throws {SharedMetricsFullError} If `maxThreads` threads take part that have not ended.
   * @throws {SharedThreadsFullError} If more than 256 do.
   */
  static attach(handle: SharedMetricsHandle): ThreadMetrics {
    const { memory, directory, lint } = openHandle(handle), shard = Shard.claim(memory, membershipIn(directory));
    settle(shard); // what an earlier thread has left
    return new ThreadMetrics(shard, lint);
  }

  /**
   * A counter with labels; its name ends in `_total`.
   *
   * @throws {TypeError} If a name is taken, against the conventions, or none that Prometheus accepts.
   * @throws {RangeError} If a limit is out of range.
   * @throws {SharedMetricsFullError} If the thread's memory has no room for it.
   */
  counter<const Label extends string>(
    options: MetricOptions & ThreadLabelOptions<Label>,
  ): CounterRecorderFamily<Label>;
  /** A counter. */
  counter(options: MetricOptions): CounterRecorder;
  counter(options: MetricOptions & Labels): CounterRecorder | CounterRecorderFamily<string> {
    const checked = checkDeclaration({ kind: "counter", options }, this.#lint);
    const family = this.#family(checked, CounterSeriesFamily, () =>
      new CounterSeriesFamily({
        ...this.#parts(checked),
        doubles: 1,
        initial: 0,
        open: (row) => new CounterSeries(options.name, this.#shard, row),
      }));
    return options.labels === undefined ? family.with({}) : family;
  }

  /**
   * An up-down counter with labels: threads may take from it what others have added; as {@linkcode counter}.
   *
   * What an ended thread has added and not taken back stays: for what a thread has, such as its queue's length, use a gauge.
   */
  upDownCounter<const Label extends string>(
    options: MetricOptions & ThreadLabelOptions<Label>,
  ): UpDownRecorderFamily<Label>;
  /** An up-down counter. */
  upDownCounter(options: MetricOptions): UpDownRecorder;
  upDownCounter(options: MetricOptions & Labels): UpDownRecorder | UpDownRecorderFamily<string> {
    const checked = checkDeclaration({ kind: "upDownCounter", options }, this.#lint);
    const family = this.#family(checked, UpDownSeriesFamily, () =>
      new UpDownSeriesFamily({
        ...this.#parts(checked),
        doubles: 1,
        initial: 0,
        open: (row) => new UpDownSeries(options.name, this.#shard, row),
      }));
    return options.labels === undefined ? family.with({}) : family;
  }

  /**
   * A gauge with labels: each thread sets its own, and `acrossThreads` says how they make one; as {@linkcode counter}.
   *
   * One that no living thread has set is left out of the sum, the maximum and the minimum.
   */
  gauge<const Label extends string>(
    options: ThreadGaugeOptions & ThreadLabelOptions<Label>,
  ): GaugeRecorderFamily<Label>;
  /** A gauge. */
  gauge(options: ThreadGaugeOptions): GaugeRecorder;
  gauge(options: ThreadGaugeOptions & Labels): GaugeRecorder | GaugeRecorderFamily<string> {
    const acrossThreads = options.acrossThreads ?? "sum";
    const checked = checkDeclaration({ kind: "gauge", acrossThreads, options }, this.#lint);
    const isTimed = acrossThreads === "last";
    const family = this.#family(checked, GaugeSeriesFamily, () =>
      new GaugeSeriesFamily({
        ...this.#parts(checked),
        doubles: GAUGE_DOUBLES,
        initial: NaN,
        open: (row) => new GaugeSeries(options.name, this.#shard, { row, isTimed }),
      }));
    return options.labels === undefined ? family.with({}) : family;
  }

  /** A histogram with labels and explicit buckets; as {@linkcode counter}, and errors if the buckets do not rise. */
  histogram<const Label extends string>(
    options: HistogramOptions & ThreadLabelOptions<Label>,
  ): HistogramRecorderFamily<Label>;
  /** A histogram. */
  histogram(options: HistogramOptions): HistogramRecorder;
  histogram(options: HistogramOptions & Labels): HistogramRecorder | HistogramRecorderFamily<string> {
    const checked = checkDeclaration({ kind: "histogram", options }, this.#lint);
    const family = this.#family(checked, HistogramSeriesFamily, () => {
      const shape = new HistogramShape(options.name, checked.definition.unit, boundsOf(options));
      return new HistogramSeriesFamily({
        ...this.#parts(checked),
        doubles: HISTOGRAM_HEADER + shape.width,
        initial: 0,
        open: (row) => new HistogramSeries(shape, this.#shard, row),
      });
    });
    return options.labels === undefined ? family.with({}) : family;
  }

  /**
   * A histogram with labels and exponential buckets; as {@linkcode counter}, and errors if `relativeError` or `maxBuckets` is out of range.
   *
   * A series has a page of 32 buckets, about 330 bytes, wherever values are: each page has four octaves by default, half an octave in a
   * summary. If the thread has no room for another page, values are still counted, but by their order of magnitude alone, which makes
   * the merged histogram as coarse. The smallest and the largest value may be those of one that is counted a moment later.
   */
  exponentialHistogram<const Label extends string>(
    options: ExponentialHistogramOptions & ThreadLabelOptions<Label>,
  ): HistogramRecorderFamily<Label>;
  /** A histogram with exponential buckets. */
  exponentialHistogram(options: ExponentialHistogramOptions): HistogramRecorder;
  exponentialHistogram(
    options: ExponentialHistogramOptions & Labels,
  ): HistogramRecorder | HistogramRecorderFamily<string> {
    const checked = checkDeclaration({ kind: "exponentialHistogram", options }, this.#lint);
    const family = this.#sketches(checked, exponentialSketchesOf(options));
    return options.labels === undefined ? family.with({}) : family;
  }

  /** A summary with labels; as {@linkcode exponentialHistogram}, and errors if a quantile is none or there twice. */
  summary<const Label extends string>(
    options: SummaryOptions & ThreadLabelOptions<Label>,
  ): HistogramRecorderFamily<Label>;
  /** A summary. */
  summary(options: SummaryOptions): HistogramRecorder;
  summary(options: SummaryOptions & Labels): HistogramRecorder | HistogramRecorderFamily<string> {
    const checked = checkDeclaration({ kind: "summary", options }, this.#lint);
    const family = this.#sketches(checked, summarySketchesOf(options));
    return options.labels === undefined ? family.with({}) : family;
  }

  /**
   * A state set with labels, of at most 52 states; as {@linkcode counter}. A state is on if it is on in any thread that lives, so it is a label's
   * value if each thread has a state of its own.
   *
   * @throws {RangeError} If there are more states: that many fit what a thread writes in one piece.
   */
  stateSet<const State extends string, const Label extends string>(
    options: StateSetOptions<State> & ThreadLabelOptions<Label>,
  ): RecorderFamily<Label, StateSetRecorder<State>>;
  /** A state set. */
  stateSet<const State extends string>(options: StateSetOptions<State>): StateSetRecorder<State>;
  stateSet<State extends string>(
    options: StateSetOptions<State> & Labels,
  ): StateSetRecorder<State> | RecorderFamily<string, StateSetRecorder<State>> {
    const { name, states } = options, checked = checkDeclaration({ kind: "stateSet", options }, this.#lint);
    if (states.length > MOST_SHARED_STATES) {
      throw new RangeError(
        `Cannot share metric "${name}" with ${states.length} states: expected at most ${MOST_SHARED_STATES}; ` +
          "make several state sets",
      );
    }
    const family = this.#family(
      checked,
      SeriesFamily<StateSetSeries<State>>,
      () =>
        new SeriesFamily<StateSetSeries<State>>({
          ...this.#parts(checked),
          doubles: 1,
          initial: 0,
          open: (row) => new StateSetSeries(name, [...states], { shard: this.#shard, row }),
        }),
    );
    return options.labels === undefined ? family.with({}) : family;
  }

  /**
   * An info: facts of the program, which all threads tell alike; its name ends in `_info`. A thread that tells others is left out and warned of.
   *
   * @throws {TypeError} If a name is taken, against the conventions, or none that Prometheus accepts.
   * @throws {SharedMetricsFullError} If the thread's memory has no room for it.
   */
  info<const Label extends string>(options: InfoOptions<Label>): void {
    const checked = checkDeclaration({ kind: "info", options }, this.#lint);
    const definition = { ...checked.definition, labels: [] }; // they are a part of the declaration: nothing is recorded
    const parts = { ...this.#parts({ ...checked, definition }), doubles: 0, initial: 0 };
    this.#family(
      checked,
      SeriesFamily<Recorder>,
      () => new SeriesFamily<Recorder>({ ...parts, open: () => NO_SERIES }),
    );
  }

  /**
   * Takes part no more: what was recorded stays, but for gauges, and whatever is recorded from now on is lost. Another thread may
   * have its place.
   */
  detach(): void {
    if (this.#isDetached) return;
    this.#isDetached = true;
    for (const family of this.#families.values()) family.detach();
    settle(this.#shard);
    this.#shard.leave();
  }

  /** As {@linkcode detach}. */
  [Symbol.dispose](): void {
    this.detach();
  }

  #sketches(checked: CheckedDeclaration, sketches: SketchMetricOptions): SketchSeriesFamily {
    const { name, unit } = checked.definition;
    return this.#family(checked, SketchSeriesFamily, () => {
      const shape = new SketchShape(name, unit, sketches), parts = this.#parts(checked);
      const pages = Map.groupBy(parts.records, ({ of }) => seriesOfPage(of));
      return new SketchSeriesFamily({
        ...parts,
        doubles: pageDoubles(FIRST_PAGE),
        initial: 0,
        open: (row) => new SketchSeries(shape, this.#shard, { row, pages: pages.get(row) ?? [] }),
      });
    });
  }

  #parts({ definition, text }: CheckedDeclaration): FamilyBasis {
    return { shard: this.#shard, definition, text, records: this.#shard.records() };
  }

  /** The family of a declaration: that of an earlier one that is the same, or a new one. */
  #family<Kept extends SeriesFamily<Recorder>>(
    { definition: { name }, text }: CheckedDeclaration,
    kind: abstract new (...args: never[]) => Kept,
    make: () => Kept,
  ): Kept {
    if (this.#isDetached) {
      throw new TypeError(`Cannot record metric "${name}": these metrics are detached; attach to the handle again`);
    }
    const earlier = this.#families.get(text);
    if (earlier instanceof kind) return earlier;
    if (this.#names.has(name)) {
      throw new TypeError(
        `Cannot register metric "${name}": the name is taken by another definition; keep the metric that was made first, or ` +
          "give this one the same type, help, unit, labels and options",
      );
    }
    const family = make();
    this.#names.add(name);
    this.#families.set(text, family);
    return family;
  }
}
