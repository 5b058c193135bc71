/**
 * Metrics whose series are rows of numbers.
 *
 * @module
 */

import type { Definition } from "./definition.ts";
import { type Exemplar, exemplarSuffix, type KeptExemplar, keptExemplar } from "./exemplar.ts";
import { type ExpositionFormat, Metric, type MetricHost } from "./metric.ts";
import { METRIC, SCALAR, writeExemplar } from "./metric_message.ts";
import type { ProtobufWriter } from "../protobuf_writer.ts";
import { BoundSeries, NOWHERE } from "./series.ts";
import { numberText } from "./text.ts";

/** What a bound series needs of its metric. */
export interface CellHome {
  readonly name: string;
  readonly cells: Float64Array;
  readonly width: number;
  keepExemplar(cell: number, exemplar: Exemplar, value: number): void;
}

/** A metric whose series are rows of one array: 8 bytes a number, no object a series. */
export abstract class CellMetric<Bound extends CellSeries = CellSeries> extends Metric<Bound> implements CellHome {
  /** All rows. Replaced by a larger one as series come; what is bound is told. */
  cells: Float64Array;
  /** Numbers in a row. */
  readonly width: number;
  /** By cell: what other threads have recorded, to be added to what this one has; undefined if there are none. */
  elsewhere: Float64Array | undefined = undefined;
  /** How often a series was dropped: then another one may be in its slot. */
  drops = 0;
  /** By cell: what was recorded to it last with an exemplar. */
  #exemplars: Map<number, KeptExemplar> | undefined = undefined;

  constructor(definition: Definition, host: MetricHost, width: number) {
    super(definition, host);
    this.width = width;
    this.cells = new Float64Array(width);
  }

  /** Keeps an exemplar of a cell, unless its series has no place. */
  keepExemplar(cell: number, exemplar: Exemplar, value: number): void {
    const kept = keptExemplar(this.definition, this.host, { exemplar, value });
    if (kept !== undefined) (this.#exemplars ??= new Map()).set(cell, kept);
  }

  /** What all threads have recorded to a cell. */
  protected total(cell: number): number {
    return this.elsewhere === undefined ? this.cells[cell]! : this.cells[cell]! + (this.elsewhere[cell] ?? 0);
  }

  /** The last exemplar of a cell, if there is one. */
  protected exemplarOf(cell: number): KeptExemplar | undefined {
    return this.#exemplars?.get(cell);
  }

  protected override prepare(slot: number): void {
    const from = slot * this.width, to = from + this.width;
    if (to > this.cells.length) this.#grow(to);
    this.cells.fill(0, from, to);
  }

  protected override drop(slot: number): void {
    super.drop(slot);
    this.drops++;
    this.elsewhere?.fill(0, slot * this.width, (slot + 1) * this.width);
    if (this.#exemplars === undefined) return;
    for (let cell = slot * this.width; cell < (slot + 1) * this.width; cell++) this.#exemplars.delete(cell);
  }

  #grow(needed: number): void {
    const larger = new Float64Array(Math.max(needed, Math.ceil(this.cells.length * 1.5))); // twice would leave up to half unused
    larger.set(this.cells);
    this.cells = larger;
    for (const bound of this.bound()) bound.cells = larger;
  }
}

/** A metric whose series are one number each. */
export abstract class ScalarMetric<Bound extends CellSeries = CellSeries> extends CellMetric<Bound> {
  constructor(definition: Definition, host: MetricHost) {
    super(definition, host, 1);
  }

  protected override read(slot: number): number {
    return this.total(slot);
  }

  protected override lines(slot: number, format: ExpositionFormat): string {
    const exemplar = format === "openmetrics" ? exemplarSuffix(this.exemplarOf(slot)) : "";
    return `${this.prefixOf(slot)}${numberText(this.total(slot))}${exemplar}\n`;
  }

  protected override writeSeries(slot: number, writer: ProtobufWriter): void {
    const isCounter = this.definition.type === "counter", series = this.beginSeries(slot, writer);
    const scalar = writer.begin(isCounter ? METRIC.counter : METRIC.gauge);
    writer.double(SCALAR.value, this.total(slot));
    if (isCounter) writeExemplar(writer, SCALAR.exemplar, this.exemplarOf(slot));
    writer.end(scalar);
    writer.end(series);
  }
}

/** A bound series of a {@linkcode CellMetric}. */
export abstract class CellSeries extends BoundSeries {
  readonly metric: CellHome;
  cells: Float64Array;
  /** Its first cell. */
  base = 0;

  constructor(metric: CellHome) {
    super();
    this.metric = metric;
    this.cells = metric.cells;
  }

  override detach(): void {
    this.slot = NOWHERE;
    this.cells = new Float64Array(this.metric.width);
    this.base = 0;
  }

  override attach(slot: number): void {
    if (this.cells !== this.metric.cells) this.pour(slot);
    this.slot = slot;
    this.cells = this.metric.cells;
    this.base = slot * this.metric.width;
  }

  override pour(slot: number): void {
    const { width, cells } = this.metric, to = slot * width;
    for (let at = 0; at < width; at++) cells[to + at]! += this.cells[at]!;
    this.cells.fill(0);
  }
}
