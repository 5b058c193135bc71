/**
 * A registry whose metrics are recorded in several threads.
 *
 * @module
 */

import { requireCount } from "../../../coordination/require_count.ts";
import { homeMembership, type Membership } from "../../../coordination/shared/membership.ts";
import { CellMetric } from "../cell_metric.ts";
import type { Registry, RegistryPart } from "../registry.ts";
import { SketchMetric } from "../sketch_metric.ts";
import { type Declaration, parseDeclaration } from "./declaration.ts";
import type { SharedMetricsHandle } from "./handle.ts";
import { FIRST_RECORD, LAYOUT_VERSION, METRIC, MetricsMemory, MOST_THREADS, seriesOfPage } from "./layout.ts";
import { MergedGauge } from "./merged_gauge.ts";
import { MergedMetric, type SharedSeries, type SharedTarget } from "./merged_metric.ts";
import { MergedSketch } from "./merged_sketch.ts";
import { OVERFLOW_TEXT, valuesOf } from "./series_family.ts";
import { isShardAlive, recordsOf, type ShardRecord } from "./shard.ts";
import { parsePage } from "./sketch_row.ts";
import { requireOptions } from "../../../coordination/require_options.ts";
import { requireRegistry } from "../require_registry.ts";

/** How metrics are shared. */
export interface SharedMetricsOptions {
  /** How many threads can record at the same time: an integer from 1 to 256. Default 64. */
  readonly maxThreads?: number;
  /**
   * Memory for each of them: an integer from 4,096 to 16,777,216. Default 1,048,576. Taken by the system as it is written to. A counter with
   * two short labels takes about 80 bytes, a histogram of eleven buckets 200, beside two bytes a character of its labels. A summary or
   * exponential histogram takes 650, and 330 for each page of 32 buckets that it has values in: a summary whose values spread over a decade 3,000.
   */
  readonly bytesPerThread?: number;
}

/** How far a shard's records are known. */
interface KnownShard {
  /** The word where those that are not known begin. */
  end: number;
  /** Its metrics, in the order of their records; undefined for one that the registry refused. */
  readonly targets: (SharedTarget | undefined)[];
  /** Its series by their first rows, of metrics that may give them further ones. */
  readonly series: Map<number, { readonly target: SharedTarget; readonly series: SharedSeries }>;
}

/**
 * Shares a registry with other threads: they record through `ThreadMetrics`, and whenever the registry prints its metrics it adds up what all
 * have recorded.
 *
 * Guarantees: totals are exact, as sums of doubles are: no recording is lost or counted twice, also of a thread that has ended or was
 * terminated in the middle of one. A histogram is read as it was between two observations, so its sum and counts agree, as do those of a summary
 * or exponential histogram, in which each observation is counted wholly or not at all; a thread that never
 * pauses may at worst keep it as it was at the last look. Recording never waits, for the registry or for other threads.
 *
 * A metric that this thread records as well, through the registry, with the same definition, is one with that of the threads. `value`, `count` and
 * `sum` of its series are this thread's own; the exposition, and `readings()` after the last {@linkcode collect}, have them all. A metric that
 * threads define differently, or that the registry has otherwise, is left out and warned of once. Labels are limited by `maxSeries` twice: in
 * each thread, where each look-up of a label set without room counts as one recording that was folded, and in the registry.
 *
 * Memory is fixed: `maxThreads` times `bytesPerThread`, used again as threads come and go. Collecting costs some
 * tenths of a microsecond for each series of each thread, about ten microseconds for a summary or exponential histogram, and some microseconds when
 * it is new.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Registry } from "../registry.ts";
 * import { SharedMetrics } from "./shared_metrics.ts";
 * import { ThreadMetrics } from "./thread_metrics.ts";
 *
 * const registry = new Registry(), shared = SharedMetrics.create(registry);
 * const jobs = { name: "jobs_total", help: "Jobs done" };
 * registry.counter(jobs).inc(); // here
 * ThreadMetrics.attach(shared.handle).counter(jobs).inc(2); // and in a Worker: worker.postMessage(shared.handle)
 * assertEquals(registry.expose().split("\n").at(-2), "jobs_total 3");
 * ```
 */
export class SharedMetrics implements RegistryPart, Disposable {
  /** For `postMessage`: what `ThreadMetrics.attach` wants. */
  readonly handle: SharedMetricsHandle;
  readonly #registry: Registry;
  readonly #memory: MetricsMemory;
  readonly #member: Membership;
  readonly #shards: readonly KnownShard[];
  /** By the text of their declarations. */
  readonly #targets = new Map<string, SharedTarget | undefined>();
  readonly #end: () => void;

  private constructor(registry: Registry, memory: MetricsMemory) {
    this.#registry = registry;
    this.#memory = memory;
    this.#member = homeMembership();
    this.#member.beKnown();
    this.#shards = Array.from(
      { length: memory.maxThreads },
      () => ({ end: FIRST_RECORD, targets: [], series: new Map() }),
    );
    this.#end = registry.include(this);
    const { buffer } = memory, threads = this.#member.directory.buffer;
    this.handle = Object.freeze({ type: "metrics", version: LAYOUT_VERSION, lint: registry.lint, buffer, threads });
  }

  /**
   * Shares a registry.
   *
   * @throws {RangeError} If an option is out of range.
   */
  static create(registry: Registry, options: SharedMetricsOptions = {}): SharedMetrics {
    requireRegistry("share metrics", registry);
    const { maxThreads = 64, bytesPerThread = 2 ** 20 } = requireOptions("share metrics", options);
    requireCount("share metrics with maxThreads", maxThreads, { min: 1, max: MOST_THREADS });
    requireCount("share metrics with bytesPerThread", bytesPerThread, { min: 2 ** 12, max: 2 ** 24 });
    return new SharedMetrics(registry, MetricsMemory.create({ maxThreads, shardWords: 2 * (bytesPerThread >> 3) }));
  }

  /** How many parts threads have now; one that has just ended may count for a moment. */
  get threads(): number {
    return this.#shards.filter((_, place) => this.#isAlive(place)).length;
  }

  /**
   * Brings what threads have recorded by now to the registry's metrics, and tells those who watch them. The registry does so whenever it prints;
   * call it before `readings()`, or on a timer of yours if alerts depend on it.
   */
  collect(): void {
    for (const [place, shard] of this.#shards.entries()) this.#learn(place, shard);
    const numbers = { memory: this.#memory, isAlive: (place: number) => this.#isAlive(place) };
    for (const target of this.#targets.values()) target?.collect(numbers);
  }

  /** Ends the sharing: the metrics stay as they were last collected. Threads may go on, unheard. */
  [Symbol.dispose](): void {
    this.#end();
  }

  #isAlive(place: number): boolean {
    return isShardAlive(this.#memory, place, this.#member);
  }

  /** Reads what a thread has declared since the last time. */
  #learn(place: number, shard: KnownShard): void {
    const from = shard.end, end = this.#memory.endOf(place);
    if (from === end) return;
    shard.end = end;
    for (const record of recordsOf(this.#memory, place, { from, end })) this.#learnRecord(place, shard, record);
  }

  #learnRecord(place: number, { targets, series: known }: KnownShard, { of, text, row }: ShardRecord): void {
    const firstRow = seriesOfPage(of);
    if (firstRow !== undefined) {
      const owner = known.get(firstRow);
      owner?.target.addPage?.({ ...owner.series, row }, parsePage(text));
      return;
    }
    if (of === METRIC) {
      const target = this.#target(text);
      target?.addFolds(row);
      targets.push(target);
      return;
    }
    const target = targets[of];
    if (target === undefined) return;
    const values = text === OVERFLOW_TEXT ? undefined : valuesOf(target.labels, text);
    const series = { values, row, shard: place };
    target.addSeries(series);
    if (target.addPage !== undefined) known.set(row, { target, series });
  }

  #target(text: string): SharedTarget | undefined {
    if (!this.#targets.has(text)) this.#targets.set(text, this.#open(parseDeclaration(text)));
    return this.#targets.get(text);
  }

  /** The registry's metric of a declaration; undefined, and warned of, if there is another of that name. */
  #open(declaration: Declaration): SharedTarget | undefined {
    const { kind, options } = declaration, registry = this.#registry;
    try {
      if (declaration.kind === "gauge" && declaration.acrossThreads !== "sum") {
        return new MergedGauge(registry, declaration.acrossThreads, options);
      }
      make(registry, declaration);
      const metric = registry.find(options.name);
      if (metric instanceof SketchMetric) return new MergedSketch(metric);
      return metric instanceof CellMetric && kind !== "info" ? new MergedMetric(metric, kind) : undefined;
    } catch (error) {
      registry.warn(`Metric "${options.name}" of another thread is left out: ${String(error)}`);
      return undefined;
    }
  }
}

/** Makes the registry's metric of a declaration, or finds it. */
function make(registry: Registry, declaration: Declaration): void {
  switch (declaration.kind) {
    case "histogram":
      return void registry.histogram(declaration.options);
    case "exponentialHistogram":
      return void registry.exponentialHistogram(declaration.options);
    case "summary":
      return void registry.summary(declaration.options);
    case "stateSet":
      return void registry.stateSet(declaration.options);
    case "info":
      return void registry.info(declaration.options);
    default:
      return void registry[declaration.kind](declaration.options);
  }
}
