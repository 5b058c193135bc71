/**
 * What a registry tells of itself.
 *
 * @module
 */

import { tellSafely } from "../tell_safely.ts";
import { CounterMetric } from "./counter.ts";
import { define, type Definition } from "./definition.ts";
import type { RegistryOptions } from "./metric_options.ts";
import type { ObservableHost } from "./observable.ts";
import { visibleText } from "../../visible_text.ts";

/** What metrics ask of their registry: the time, and to count and tell what goes wrong. */
export class RegistryHealth implements ObservableHost {
  readonly #now: () => number;
  readonly #clock: () => number;
  readonly #warn: (message: string) => void;
  /** Metrics of which a failed collection was told. */
  readonly #warned = new WeakSet<Definition>();
  readonly #folded = this.#counter("folded", "Recordings whose labels found no room", ["metric"]);
  readonly #dropped = this.#counter("dropped_exemplars", "Exemplars with more than 128 characters", ["metric"]);
  readonly #failed = this.#counter("failed_collections", "Callbacks that threw or took too long", ["metric", "reason"]);
  /** Its counters, printed as soon as they have something to tell. */
  readonly metrics: readonly CounterMetric[] = [this.#folded, this.#dropped, this.#failed];

  constructor({ now, clock, warn }: RegistryOptions) {
    this.#now = now ?? (() => Date.now());
    this.#clock = clock ?? (() => performance.now());
    const tell = warn ?? ((message) => console.warn(visibleText(message)));
    this.#warn = (message) => tellSafely(tell, message);
  }

  warn(message: string): void {
    this.#warn(message);
  }

  now(): number {
    return this.#now();
  }

  clock(): number {
    return this.#clock();
  }

  folded({ name, maxSeries, maxLabelCharacters }: Definition, isFirst: boolean, recordings: number): void {
    this.#folded.inc({ metric: name }, recordings);
    if (!isFirst) return;
    this.#warn(
      `Metric "${name}" is full: it has ${maxSeries} series, or labels of ${maxLabelCharacters} characters; whatever is ` +
        'recorded with other labels goes to its series otel_metric_overflow="true"; look for a label with unbounded values',
    );
  }

  exemplarDropped({ name }: Definition): void {
    this.#dropped.inc({ metric: name });
  }

  collectionFailed(definition: Definition, reason: "error" | "timeout", error: unknown): void {
    this.#failed.inc({ metric: definition.name, reason });
    if (this.#warned.has(definition)) return;
    this.#warned.add(definition);
    this.#warn(`Metric "${definition.name}" could not be measured: ${String(error)}; it has no series until it can`);
  }

  #counter(what: string, help: string, labels: readonly string[]): CounterMetric {
    const options = {
      name: `puffin_metrics_${what}_total`,
      help,
      labels,
      maxSeries: Infinity,
      maxLabelCharacters: Infinity,
    };
    return new CounterMetric(define("counter", options, { own: {}, lint: true }), this);
  }
}
