/**
 * Metrics that are measured when somebody looks.
 *
 * @module
 */

import { Cancellable } from "../../coordination/cancellable.ts";
import { CellSeries, ScalarMetric } from "./cell_metric.ts";
import type { Definition } from "./definition.ts";
import { ABSENT, type AnyLabelValues, type LabelValues } from "./label_table.ts";
import type { MetricHost } from "./metric.ts";

/** Tells the value of a series; a value that is told twice in one collection counts as told last. */
export type Observe<Label extends string> = (values: LabelValues<Label>, value: number) => void;

/** Measures: tells each series through `observe`, and is done when it returns or its promise is fulfilled. */
export type Measure = (observe: Observe<string>, signal: AbortSignal) => unknown;

/** What an observable metric asks of its registry. */
export interface ObservableHost extends MetricHost {
  /** Counts a collection that failed, and says why once. */
  collectionFailed(definition: Definition, reason: "error" | "timeout", error: unknown): void;
}

class ObservedSeries extends CellSeries {}

/** A gauge or counter that a callback measures at each collection. */
export class ObservableMetric extends ScalarMetric<ObservedSeries> {
  readonly #measure: Measure;
  readonly #timeoutMs: number;
  readonly #host: ObservableHost;
  /** The collection under way, which later ones share. */
  #collection: Promise<void> | undefined = undefined;
  /** Whether the callback has not come back, even if nobody waits for it any more. */
  #isOut = false;

  /** @param timeoutMs How long a collection waits for the callback. */
  constructor(
    definition: Definition,
    host: ObservableHost,
    { measure, timeoutMs }: { readonly measure: Measure; readonly timeoutMs: number },
  ) {
    super(definition, host);
    this.#host = host;
    this.#measure = measure;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Calls back, and takes over what was told if that went well; otherwise nothing is told until it does. Never rejects. A callback that has
   * not come back from an earlier collection is not called again.
   */
  collect(): Promise<void> {
    return this.#collection ??= this.#collect().finally(() => this.#collection = undefined);
  }

  protected override makeBound(): ObservedSeries {
    return new ObservedSeries(this);
  }

  async #collect(): Promise<void> {
    const timeout = new DOMException(`Metric "${this.name}" was not measured in ${this.#timeoutMs} ms`, "TimeoutError");
    const told: { readonly values: AnyLabelValues; readonly value: number }[] = [];
    try {
      if (this.#isOut) throw timeout;
      const call = new Cancellable({ signal: undefined, timeoutMs: this.#timeoutMs, timeoutError: () => timeout });
      await call.run((signal) => this.#call((values, value) => told.push(this.#checked(values, value)), signal));
      this.#takeOver(told);
    } catch (error) {
      this.#takeOver([]);
      this.#host.collectionFailed(this.definition, error === timeout ? "timeout" : "error", error);
    }
  }

  async #call(observe: Observe<string>, signal: AbortSignal): Promise<void> {
    this.#isOut = true;
    try {
      await this.#measure((values, value) => signal.aborted ? undefined : observe(values, value), signal);
    } finally {
      this.#isOut = false;
    }
  }

  #checked(values: AnyLabelValues, value: number): { values: AnyLabelValues; value: number } {
    const kept = this.table.requireValues(values);
    if (Number.isFinite(value) && (value >= 0 || this.definition.type !== "counter")) {
      return { values: { ...kept }, value };
    }
    throw new RangeError(
      `Cannot observe ${String(value)} in metric "${this.name}": expected a finite number` +
        `${this.definition.type === "counter" ? ", at least 0" : ""}; leave out what cannot be measured`,
    );
  }

  /** Series that were told before and are no more make room first. */
  #takeOver(told: readonly { readonly values: AnyLabelValues; readonly value: number }[]): void {
    const kept = new Set(told.map(({ values }) => this.table.find(values)));
    for (const slot of this.slots()) {
      if (!this.table.isTaken(slot)) this.cells[slot] = 0; // the overflow series
      else if (!kept.has(slot)) this.drop(slot);
    }
    for (const { values, value } of told) {
      const slot = this.slotOf(values);
      const adds = this.definition.type === "counter" && this.table.find(values) === ABSENT;
      this.cells[slot] = adds ? this.cells[slot]! + value : value;
      this.note?.recorded(slot);
    }
  }
}
