/**
 * One metric of a registry, with what all threads have recorded of it.
 *
 * @module
 */

import type { CellMetric } from "../cell_metric.ts";
import type { AnyLabelValues } from "../label_table.ts";
import { NOWHERE } from "../series.ts";
import type { Declaration } from "./declaration.ts";
import { Folds } from "./folds.ts";
import type { MetricsMemory } from "./layout.ts";
import { readHistogram } from "./row.ts";
import type { SketchPage } from "./sketch_row.ts";
import { isOn } from "./state_set_recorder.ts";

/** Where a series of one thread is. */
export interface SharedSeries {
  /** Undefined for the overflow series. */
  readonly values: AnyLabelValues | undefined;
  readonly row: number;
  readonly shard: number;
}

/** A series of one thread, with its place in the registry. */
interface PlacedSeries extends SharedSeries {
  /** What was last read. */
  readonly last: Float64Array;
  /** Where it is in the registry's metric, found anew if that has dropped a series since. */
  slot: number;
  drops: number;
}

/** What a merged metric reads. */
export interface SharedNumbers {
  readonly memory: MetricsMemory;
  /** Whether the thread that has a shard lives. */
  readonly isAlive: (shard: number) => boolean;
}

/** A metric that knows where threads record to it. */
export interface SharedTarget {
  readonly labels: readonly string[];
  /** Learns where another shard counts what it has folded. */
  addFolds(row: number): void;
  /** Learns of another series. */
  addSeries(series: SharedSeries): void;
  /** Learns of a further row of a series; only sketches have such. */
  addPage?(series: SharedSeries, page: SketchPage): void;
  /** Brings what threads have recorded by now to the registry's metric. */
  collect(numbers: SharedNumbers): void;
}

/**
 * Adds up a counter, up-down counter, sum of gauges, or histogram, beside what this thread records to the same metric; or turns on the states that
 * are on in any thread.
 */
export class MergedMetric implements SharedTarget {
  readonly labels: readonly string[];
  readonly #metric: CellMetric;
  readonly #kind: Declaration["kind"];
  readonly #series: PlacedSeries[] = [];
  readonly #folds: Folds;
  readonly #scratch: Float64Array;

  /** @param metric The registry's own. */
  constructor(metric: CellMetric, kind: Declaration["kind"]) {
    this.labels = metric.definition.labels;
    this.#metric = metric;
    this.#kind = kind;
    this.#folds = new Folds(metric);
    this.#scratch = new Float64Array(metric.width);
  }

  addFolds(row: number): void {
    this.#folds.add(row);
  }

  addSeries(series: SharedSeries): void {
    this.#series.push({ ...series, last: new Float64Array(this.#metric.width), slot: NOWHERE, drops: 0 });
  }

  /** Also tells who watches the metric of what has changed. */
  collect(numbers: SharedNumbers): void {
    const metric = this.#metric, { width } = metric;
    this.#folds.collect(numbers.memory.doubles);
    const placed = this.#series.filter((series) => this.#place(series));
    const before = metric.elsewhere, now = new Float64Array(metric.cells.length);
    for (const series of placed) {
      this.#read(numbers, series);
      for (let at = 0, cell = series.slot * width; at < width; at++, cell++) {
        now[cell] = this.#kind === "stateSet" ? Math.max(now[cell]!, series.last[at]!) : now[cell]! + series.last[at]!;
      }
    }
    metric.elsewhere = now;
    if (metric.note === undefined) return;
    for (let slot = 0; slot * width < now.length; slot++) {
      const cells = now.subarray(slot * width, (slot + 1) * width);
      if (cells.some((value, at) => value !== (before?.[slot * width + at] ?? 0))) metric.note.recorded(slot);
    }
  }

  /** Whether it has a slot now: an overflow series has none before something was folded. */
  #place(series: PlacedSeries): boolean {
    const { values } = series, { drops } = this.#metric;
    if (values === undefined) series.slot = this.#folds.slot;
    else if (series.slot === NOWHERE || series.drops !== drops) {
      series.slot = this.#metric.slotOf(values);
      series.drops = drops;
    }
    return series.slot !== NOWHERE;
  }

  #read({ memory, isAlive }: SharedNumbers, { row, shard, last }: PlacedSeries): void {
    if (this.#kind === "histogram") {
      if (readHistogram(memory, row, this.#scratch)) last.set(this.#scratch); // else the earlier one, which agrees as well
    } else {
      const value = memory.doubles[row]!, isKept = this.#kind === "counter" || this.#kind === "upDownCounter";
      const told = isKept || (!Number.isNaN(value) && isAlive(shard)) ? value : 0;
      if (this.#kind !== "stateSet") last[0] = told;
      else for (let at = 0; at < last.length; at++) last[at] = isOn(told, 2 ** at) ? 1 : 0;
    }
  }
}
