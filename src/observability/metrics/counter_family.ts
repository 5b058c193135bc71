/**
 * A counter that is kept apart by labels.
 *
 * @module
 */

import { Counter } from "./counter.ts";
import { labelText } from "./exposition.ts";

/** A value for each label of a metric. */
export type LabelValues<Label extends string> = { readonly [Name in Label]: string };

/**
 * Counters of one name, one for each combination of label values that was ever asked for.
 *
 * Finding a series costs a look-up by the text of its labels; do it once, keep the counter, and an increment costs no more
 * than one without labels. A series is never dropped: give labels values out of a small set.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Registry } from "./registry.ts";
 *
 * const requests = new Registry().counter({ name: "requests_total", help: "Requests served", labels: ["route"] });
 * const home = requests.with({ route: "/" });
 * home.inc();
 * assertEquals(requests.with({ route: "/" }).value, 1);
 * ```
 */
export class CounterFamily<Label extends string> {
  /** The metric's name. */
  readonly name: string;
  /** Names of its labels, in the order in which they are printed. */
  readonly labels: readonly Label[];
  readonly #series = new Map<string, Counter>();

  /** Makes a family without series; the registry has checked the names. */
  constructor(name: string, labels: readonly Label[]) {
    this.name = name;
    this.labels = Object.freeze([...labels]);
  }

  /**
   * The counter of these label values: the same one for the same values.
   *
   * @throws {TypeError} If a label is missing or unknown, or a value is not a string.
   */
  with(values: LabelValues<Label>): Counter {
    const key = labelText(this.name, this.labels, values);
    let counter = this.#series.get(key);
    if (counter === undefined) {
      counter = new Counter();
      this.#series.set(key, counter);
    }
    return counter;
  }

  /** Its counters in the order of their first use, each with its labels as they are printed. */
  entries(): IterableIterator<[string, Counter]> {
    return this.#series.entries();
  }
}
