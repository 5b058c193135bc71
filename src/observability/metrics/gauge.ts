/**
 * Numbers that go up and down.
 *
 * @module
 */

import { CellSeries, ScalarMetric } from "./cell_metric.ts";
import type { AnyLabelValues, LabelValues } from "./label_table.ts";
import type { ReadableMetric } from "./metric_source.ts";
import { whenDone } from "./when_done.ts";
import { requireFunction } from "../../coordination/require_function.ts";

/** One series of an up-down counter: the sum of what was added and taken away, such as the length of a queue. */
export interface UpDownCounter {
  /** What it stands at. */
  readonly value: number;

  /**
   * Adds to it.
   *
   * @param amount How much; finite. Default 1.
   * @throws {RangeError} If the amount is not finite: a NaN would stay for good.
   * @throws {TypeError} If the amount is not a number.
   */
  inc(amount?: number): void;

  /** Takes from it; as {@linkcode inc}. */
  dec(amount?: number): void;

  /**
   * Counts `work` as long as it is under way: one up now, one down when it returns, throws, or its promise is settled.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { Registry } from "./registry.ts";
   *
   * const inFlight = new Registry().upDownCounter({ name: "requests_in_flight", help: "Requests that are being served" });
   * assertEquals(await inFlight.track(async () => (await null, inFlight.value)), 1);
   * assertEquals(inFlight.value, 0);
   * ```
   */
  track<T>(work: () => Promise<T>): Promise<T>;
  /** Counts `work` that is no promise. */
  track<T>(work: () => T): T;
}

/** One series of a gauge: a number that is set, such as a temperature. */
export interface Gauge extends UpDownCounter {
  /**
   * Sets it.
   *
   * @param value Finite.
   * @throws {RangeError} If it is not finite; leave out what cannot be measured.
   * @throws {TypeError} If it is not a number.
   */
  set(value: number): void;

  /** Sets it to the present time: seconds since the epoch, as Prometheus wants times. */
  setToCurrentTime(): void;
}

/** Up-down counters of one name, one for each combination of label values. */
export interface UpDownCounterFamily<Label extends string> extends ReadableMetric {
  /**
   * The series of these label values: the same one for the same values. If the metric is full, what it records goes to the
   * overflow series until there is room.
   *
   * @throws {TypeError} If a label is missing or unknown, or a value is not a string.
   */
  with(values: LabelValues<Label>): UpDownCounter;
  /** Adds to the series of these label values, without binding it; errors as {@linkcode with} and {@linkcode UpDownCounter.inc}. */
  inc(values: LabelValues<Label>, amount?: number): void;
  /** Takes from it; as {@linkcode inc}. */
  dec(values: LabelValues<Label>, amount?: number): void;
  /** Forgets a series; `false` if there is none. What was bound to it begins a new one. */
  remove(values: LabelValues<Label>): boolean;
}

/** Gauges of one name, one for each combination of label values. The overflow series has the value that was set last. */
export interface GaugeFamily<Label extends string> extends UpDownCounterFamily<Label> {
  /** The gauge of these label values; as of an up-down counter. */
  with(values: LabelValues<Label>): Gauge;
  /** Sets the gauge of these label values, without binding it; errors as {@linkcode with} and {@linkcode Gauge.set}. */
  set(values: LabelValues<Label>, value: number): void;
}

/** A bound up-down counter. */
export class UpDownSeries extends CellSeries implements UpDownCounter {
  get value(): number {
    return this.cells[this.base]!;
  }

  inc(amount = 1): void {
    if (!Number.isFinite(amount)) throw valueRefusal(this.metric.name, amount);
    this.cells[this.base]! += amount;
    if (this.note !== undefined) this.note.recorded(this.slot);
  }

  dec(amount = 1): void {
    this.inc(-amount);
  }

  track<T>(work: () => Promise<T>): Promise<T>;
  track<T>(work: () => T): T;
  track(work: () => unknown): unknown {
    requireFunction("follow", work, "pass the work itself, not what came of it");
    this.inc();
    return whenDone(work, () => this.dec());
  }
}

/** A bound gauge. */
export class GaugeSeries extends UpDownSeries implements Gauge {
  readonly #gauges: GaugeMetric;

  constructor(metric: GaugeMetric) {
    super(metric);
    this.#gauges = metric;
  }

  set(value: number): void {
    if (!Number.isFinite(value)) throw valueRefusal(this.metric.name, value);
    this.cells[this.base] = value;
    if (this.note !== undefined) this.note.recorded(this.slot);
  }

  setToCurrentTime(): void {
    this.set(this.#gauges.nowMs() / 1_000);
  }

  /** What it was set to takes the place of what was there: sums of gauges mean nothing. */
  override pour(slot: number): void {
    this.metric.cells[slot] = this.cells[this.base]!;
  }
}

/** What up-down counters and gauges with labels have in common. */
abstract class AddableMetric<Bound extends UpDownSeries> extends ScalarMetric<Bound> {
  inc(values: AnyLabelValues, amount = 1): void {
    if (!Number.isFinite(amount)) throw valueRefusal(this.name, amount);
    const slot = this.slotOf(values);
    this.cells[slot]! += amount;
    if (this.note !== undefined) this.note.recorded(slot);
  }

  dec(values: AnyLabelValues, amount = 1): void {
    this.inc(values, -amount);
  }
}

/** An up-down counter with its series. */
export class UpDownMetric extends AddableMetric<UpDownSeries> implements UpDownCounterFamily<string> {
  protected override makeBound(): UpDownSeries {
    return new UpDownSeries(this);
  }
}

/** A gauge with its series. */
export class GaugeMetric extends AddableMetric<GaugeSeries> implements GaugeFamily<string> {
  set(values: AnyLabelValues, value: number): void {
    if (!Number.isFinite(value)) throw valueRefusal(this.name, value);
    const slot = this.slotOf(values);
    this.cells[slot] = value;
    if (this.note !== undefined) this.note.recorded(slot);
  }

  /** Milliseconds since the epoch. */
  nowMs(): number {
    return this.host.now();
  }

  protected override makeBound(): GaugeSeries {
    return new GaugeSeries(this);
  }
}

/** What a value is that a gauge cannot have. */
export function valueRefusal(metric: string, value: unknown): Error {
  const message = `Cannot record ${String(value)} in metric "${metric}": expected a finite number`;
  return typeof value === "number"
    ? new RangeError(`${message}; leave out what cannot be measured`)
    : new TypeError(`${message}, got ${typeof value}; pass a number`);
}
