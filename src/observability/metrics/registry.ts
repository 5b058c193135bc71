/**
 * The metrics of a program.
 *
 * @module
 */

import { Counter } from "./counter.ts";
import { CounterFamily } from "./counter_family.ts";
import { counterText } from "./exposition.ts";
import { requireLabelNames, requireMetricName } from "./names.ts";

/** What a metric says about itself. */
export interface MetricOptions {
  /** Unique within the registry; Prometheus advises that a counter's name ends in `_total`. */
  readonly name: string;
  /** What it counts, in a few words. */
  readonly help: string;
}

/** What a metric with labels says about itself. */
export interface LabeledMetricOptions<Label extends string> extends MetricOptions {
  /** Names of its labels. */
  readonly labels: readonly Label[];
}

/**
 * Hands out metrics by name and prints them for Prometheus. There is no global one: make as many as you like.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Registry } from "./registry.ts";
 *
 * const registry = new Registry();
 * registry.counter({ name: "runs_total", help: "Runs started" }).inc(2);
 * assertEquals(registry.expose(), "# HELP runs_total Runs started\n# TYPE runs_total counter\nruns_total 2\n");
 * ```
 */
export class Registry {
  readonly #metrics = new Map<string, () => string>();

  /**
   * Makes a counter with labels.
   *
   * @throws {TypeError} If a name is taken, or none that Prometheus accepts.
   */
  counter<const Label extends string>(options: LabeledMetricOptions<Label>): CounterFamily<Label>;
  /**
   * Makes a counter.
   *
   * @throws {TypeError} If the name is taken, or none that Prometheus accepts.
   */
  counter(options: MetricOptions): Counter;
  counter(options: MetricOptions & { readonly labels?: readonly string[] }): Counter | CounterFamily<string> {
    const { name, help, labels } = options;
    requireMetricName(name);
    if (this.#metrics.has(name)) {
      throw new TypeError(`Cannot register metric "${name}": the name is taken; keep the metric that was made first`);
    }
    if (labels === undefined) {
      const counter = new Counter();
      this.#metrics.set(name, () => counterText(name, help, [["", counter]]));
      return counter;
    }
    requireLabelNames(name, labels);
    const family = new CounterFamily(name, labels);
    this.#metrics.set(name, () => counterText(name, help, family.entries()));
    return family;
  }

  /** All metrics in the text format of Prometheus 0.0.4, in the order in which they were made. */
  expose(): string {
    let text = "";
    for (const print of this.#metrics.values()) text += print();
    return text;
  }
}
