/**
 * A number that only grows.
 *
 * @module
 */

import { type CellHome, CellSeries, ScalarMetric } from "./cell_metric.ts";
import type { Exemplar } from "./exemplar.ts";
import type { AnyLabelValues, LabelValues } from "./label_table.ts";
import type { ReadableMetric } from "./metric_source.ts";
import type { Note } from "./series.ts";

/**
 * One series of a counter: counts what happened since the program started.
 *
 * Whole increments are exact up to 2^53. An increment by one costs hardly more than `+= 1` on a field of an object.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Registry } from "./registry.ts";
 *
 * const served = new Registry().counter({ name: "requests_total", help: "Requests served" });
 * served.inc();
 * served.inc(2);
 * assertEquals(served.value, 3);
 * ```
 */
export interface Counter {
  /** The sum of all increments. */
  readonly value: number;

  /**
   * Adds to it.
   *
   * @param amount How much; finite, at least 0. Default 1.
   * @param exemplar The trace in which it happened; kept until the next one.
   * @throws {RangeError} If the amount is negative or not finite: a counter never goes down, and a NaN would stay for good.
   * @throws {TypeError} If the amount is not a number.
   */
  inc(amount?: number, exemplar?: Exemplar): void;
}

/**
 * Counters of one name, one for each combination of label values.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Registry } from "./registry.ts";
 *
 * const requests = new Registry().counter({ name: "requests_total", help: "Requests served", labels: ["route"] });
 * const home = requests.with({ route: "/" }); // bound once: no look-up for each increment
 * home.inc();
 * requests.inc({ route: "/" }, 2); // or by value
 * assertEquals(home.value, 3);
 * ```
 */
export interface CounterFamily<Label extends string> extends ReadableMetric {
  /**
   * The counter of these label values: the same one for the same values. If the metric is full, what it counts goes to the
   * overflow series until there is room, and its own `value` stays 0.
   *
   * @throws {TypeError} If a label is missing or unknown, or a value is not a string.
   */
  with(values: LabelValues<Label>): Counter;
  /**
   * Adds to the counter of these label values, without binding it.
   *
   * @throws {TypeError} As {@linkcode with} and {@linkcode Counter.inc}.
   * @throws {RangeError} As {@linkcode Counter.inc}.
   */
  inc(values: LabelValues<Label>, amount?: number, exemplar?: Exemplar): void;
  /** Forgets a series; `false` if there is none. A counter that was bound to it begins a new one. */
  remove(values: LabelValues<Label>): boolean;
}

/** What counts increments by one that nobody is told of: they are brought to the cell when somebody reads it. */
class HeldOnes {
  /** A small integer in an object, to which a processor adds in half of the time; from 2^31 on slower, and as exact. */
  #count = 0;

  add(): void {
    this.#count += 1;
  }

  take(): number {
    const count = this.#count;
    this.#count = 0;
    return count;
  }
}

/** What takes increments by one that somebody is told of: it holds none back. */
class ToldOnes {
  readonly #series: CounterSeries;

  constructor(series: CounterSeries) {
    this.#series = series;
  }

  add(): void {
    this.#series.record(1);
  }

  take(): number {
    return 0;
  }
}

/** A bound counter. */
export class CounterSeries extends CellSeries implements Counter {
  readonly #settleAll: (slot: number) => void;
  /** One of two kinds: where V8 has met one alone, it checks which it is at no cost, and a branch would take as long as counting. */
  #ones: HeldOnes | ToldOnes = new HeldOnes();

  /** @param settleAll Settles every series that is bound to a slot. */
  constructor(metric: CellHome, settleAll: (slot: number) => void) {
    super(metric);
    this.#settleAll = settleAll;
  }

  get value(): number {
    this.#settleAll(this.slot);
    return this.cells[this.base]!;
  }

  // Hot path: with neither amount nor exemplar, nothing is to be looked at.
  inc(amount?: number, exemplar?: Exemplar): void {
    if (amount === undefined && exemplar === undefined) this.#ones.add();
    else this.record(amount, exemplar);
  }

  /** As {@linkcode inc}, holding nothing back. */
  record(amount = 1, exemplar?: Exemplar): void {
    if (!isAmount(amount)) throw incrementRefusal(this.metric.name, amount);
    if (exemplar !== undefined && this.slot >= 0) this.metric.keepExemplar(this.base, exemplar, amount); // may refuse it
    this.cells[this.base]! += amount;
    if (this.note !== undefined) this.note.recorded(this.slot);
  }

  /** Brings all that was counted to the cell. */
  settle(): void {
    this.cells[this.base]! += this.#ones.take();
  }

  override tell(note: Note | undefined): void {
    const isTold = note !== undefined;
    if (isTold !== this.#ones instanceof ToldOnes) {
      this.settle();
      this.#ones = isTold ? new ToldOnes(this) : new HeldOnes();
    }
    super.tell(note);
  }

  override detach(): void {
    super.detach();
    this.#ones.take();
  }
}

/** A counter with its series. */
export class CounterMetric extends ScalarMetric<CounterSeries> implements CounterFamily<string> {
  readonly #settleSlot = (slot: number): void => {
    for (let bound = this.boundTo(slot); bound !== undefined; bound = bound.next) bound.settle();
  };

  inc(values: AnyLabelValues, amount = 1, exemplar?: Exemplar): void {
    if (!isAmount(amount)) throw incrementRefusal(this.name, amount);
    const slot = this.slotOf(values);
    if (exemplar !== undefined) this.keepExemplar(slot, exemplar, amount);
    this.cells[slot]! += amount;
    if (this.note !== undefined) this.note.recorded(slot);
  }

  protected override makeBound(): CounterSeries {
    return new CounterSeries(this, this.#settleSlot);
  }

  protected override settle(): void {
    for (const bound of this.bound()) bound.settle();
  }
}

function isAmount(amount: unknown): boolean {
  return typeof amount === "number" && amount >= 0 && amount < Infinity;
}

/** What an amount is that a counter cannot grow by. */
export function incrementRefusal(metric: string, amount: unknown): Error {
  const message = `Cannot increment counter "${metric}" by ${String(amount)}: expected a finite number, at least 0`;
  return typeof amount === "number"
    ? new RangeError(`${message}; use a gauge for what can go down`)
    : new TypeError(`${message}, got ${typeof amount}; pass a number`);
}
