/**
 * A gauge that is chosen among those of threads.
 *
 * @module
 */

import { CellMetric } from "../cell_metric.ts";
import type { AnyLabelValues } from "../label_table.ts";
import type { Observe } from "../observable.ts";
import type { Registry } from "../registry.ts";
import type { AcrossThreads, Declaration } from "./declaration.ts";
import { Folds } from "./folds.ts";
import type { SharedNumbers, SharedSeries, SharedTarget } from "./merged_metric.ts";

/** A value of one thread, and when it was set. */
interface Setting {
  readonly value: number;
  readonly setAtMs: number;
}

/** Which of two settings is kept. */
const KEEPS_FIRST: Record<Exclude<AcrossThreads, "sum">, (first: Setting, second: Setting) => boolean> = {
  max: (first, second) => first.value >= second.value,
  min: (first, second) => first.value <= second.value,
  last: (first, second) => first.setAtMs >= second.setAtMs,
};

/**
 * The largest, the smallest or the latest of all threads' gauges; the registry asks for it when it is scraped. What found no room in a
 * thread is counted, and has no value.
 */
export class MergedGauge implements SharedTarget {
  readonly labels: readonly string[];
  readonly #acrossThreads: Exclude<AcrossThreads, "sum">;
  readonly #series: SharedSeries[] = [];
  readonly #folds: Folds;
  #observed: { readonly values: AnyLabelValues; readonly value: number }[] = [];

  /** @throws {TypeError} If the registry has another metric of the name. */
  constructor(
    registry: Registry,
    acrossThreads: Exclude<AcrossThreads, "sum">,
    options: Extract<Declaration, { kind: "gauge" }>["options"],
  ) {
    this.labels = options.labels ?? [];
    this.#acrossThreads = acrossThreads;
    const collect = (observe: Observe<string>) => {
      for (const { values, value } of this.#observed) observe(values, value);
    };
    const metric = registry.observable({ ...options, labels: this.labels, type: "gauge", collect });
    if (!(metric instanceof CellMetric)) throw new TypeError(`Cannot fold recordings of metric "${options.name}"`);
    this.#folds = new Folds(metric);
  }

  addFolds(row: number): void {
    this.#folds.add(row);
  }

  addSeries(series: SharedSeries): void {
    this.#series.push(series);
  }

  collect({ memory: { doubles }, isAlive }: SharedNumbers): void {
    this.#folds.collect(doubles);
    const isFirst = KEEPS_FIRST[this.#acrossThreads], kept = new Map<string, Setting & { values: AnyLabelValues }>();
    for (const { values, row, shard } of this.#series) {
      const value = doubles[row]!, setAtMs = doubles[row + 1]!;
      if (values === undefined || Number.isNaN(value) || (this.#acrossThreads !== "last" && !isAlive(shard))) continue;
      const key = JSON.stringify(values), other = kept.get(key);
      if (other === undefined || !isFirst(other, { value, setAtMs })) kept.set(key, { value, setAtMs, values });
    }
    this.#observed = [...kept.values()];
  }
}
