/**
 * Counters and gauges in a thread's shard.
 *
 * @module
 */

import { incrementRefusal } from "../counter.ts";
import { valueRefusal } from "../gauge.ts";
import type { AnyLabelValues } from "../label_table.ts";
import { whenDone } from "../when_done.ts";
import { type Recorder, SeriesFamily } from "./series_family.ts";
import type {
  CounterRecorder,
  CounterRecorderFamily,
  GaugeRecorder,
  GaugeRecorderFamily,
  UpDownRecorder,
  UpDownRecorderFamily,
} from "./recorders.ts";
import type { Shard } from "./shard.ts";
import { requireFunction } from "../../../coordination/require_function.ts";

/** What a scalar series records to; it keeps the shard, and with it this thread's part in it. */
abstract class ScalarSeries implements Recorder {
  readonly name: string;
  readonly shard: Shard;
  cells: Float64Array;
  cell: number;

  constructor(name: string, shard: Shard, cell: number) {
    this.name = name;
    this.shard = shard;
    this.cells = shard.memory.doubles;
    this.cell = cell;
  }

  detach(): void {
    this.cells = new Float64Array(2);
    this.cell = 0;
  }
}

/** A counter: a plain store, which only this thread makes. */
export class CounterSeries extends ScalarSeries implements CounterRecorder {
  // Hot path: as a counter of this thread alone.
  inc(amount = 1): void {
    if (!(typeof amount === "number" && amount >= 0 && amount < Infinity)) throw incrementRefusal(this.name, amount);
    this.cells[this.cell]! += amount;
  }
}

/** An up-down counter: this thread's ups less its downs. */
export class UpDownSeries extends ScalarSeries implements UpDownRecorder {
  inc(amount = 1): void {
    if (!Number.isFinite(amount)) throw valueRefusal(this.name, amount);
    this.cells[this.cell]! += amount;
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

/** Doubles of a gauge's row: the value, NaN if it has none; when it was set. */
export const GAUGE_DOUBLES = 2;

/** A gauge. */
export class GaugeSeries extends UpDownSeries implements GaugeRecorder {
  readonly #isTimed: boolean;

  /** @param isTimed Whether it matters when it was set; then that costs a reading of the clock. */
  constructor(name: string, shard: Shard, { row, isTimed }: { readonly row: number; readonly isTimed: boolean }) {
    super(name, shard, row);
    this.#isTimed = isTimed;
  }

  override inc(amount = 1): void {
    if (!Number.isFinite(amount)) throw valueRefusal(this.name, amount);
    const before = this.cells[this.cell]!;
    this.set((Number.isNaN(before) ? 0 : before) + amount);
  }

  set(value: number): void {
    if (!Number.isFinite(value)) throw valueRefusal(this.name, value);
    this.cells[this.cell] = value;
    if (this.#isTimed) this.cells[this.cell + 1] = performance.timeOrigin + performance.now();
  }

  setToCurrentTime(): void {
    this.set(Date.now() / 1_000);
  }
}

/** Counters by label values. */
export class CounterSeriesFamily extends SeriesFamily<CounterSeries> implements CounterRecorderFamily<string> {
  inc(values: AnyLabelValues, amount?: number): void {
    this.with(values).inc(amount);
  }
}

/** Up-down counters by label values. */
export class UpDownSeriesFamily<Series extends UpDownSeries = UpDownSeries> extends SeriesFamily<Series>
  implements UpDownRecorderFamily<string> {
  inc(values: AnyLabelValues, amount?: number): void {
    this.with(values).inc(amount);
  }

  dec(values: AnyLabelValues, amount?: number): void {
    this.with(values).dec(amount);
  }
}

/** Gauges by label values. */
export class GaugeSeriesFamily extends UpDownSeriesFamily<GaugeSeries> implements GaugeRecorderFamily<string> {
  set(values: AnyLabelValues, value: number): void {
    this.with(values).set(value);
  }
}
