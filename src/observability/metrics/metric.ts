/**
 * What all metrics have in common: series that are found by labels, bound, limited in number, watched, and expire.
 *
 * @module
 */

import { tellListener } from "../../reliability/tell_listener.ts";
import { type Definition, OVERFLOW_LABEL } from "./definition.ts";
import type { ExemplarHost } from "./exemplar.ts";
import { ABSENT, type AnyLabelValues, LabelTable } from "./label_table.ts";
import { FAMILY, FAMILY_TYPE, writeLabel } from "./metric_message.ts";
import type { ReadableMetric, SeriesReading } from "./metric_source.ts";
import type { ProtobufWriter } from "../protobuf_writer.ts";
import { type BoundSeries, Homeless, type Note, NOWHERE } from "./series.ts";
import { escapeHelp, escapeLabelValue, labelsText } from "./text.ts";

/** The formats that metrics are printed in. */
export type ExpositionFormat = "prometheus" | "openmetrics";

/** What a metric asks of the registry that made it. */
export interface MetricHost extends ExemplarHost {
  /** Milliseconds of a clock that is not set. */
  clock(): number;
  /** Counts recordings whose labels found no room; `isFirst` if they are the metric's first. */
  folded(definition: Definition, isFirst: boolean, recordings: number): void;
}

/** What a registry does with a metric, whatever it is. */
export interface RegisteredMetric extends ReadableMetric {
  readonly definition: Definition;
  /** How many series there are, that of the overflow series included. */
  readonly seriesCount: number;
  /** Whether there is nothing to print. */
  readonly isEmpty: boolean;
  /** Drops series that were not recorded to for long enough. */
  sweep(): void;
  /** The metric as text: what it says of itself, and the lines of each series in the order in which they were made. */
  print(format: ExpositionFormat): string;
  /** Writes the metric as a message of Prometheus' binary format, preceded by its length. */
  write(writer: ProtobufWriter): void;
}

const OVERFLOW_VALUES: AnyLabelValues = Object.freeze({ [OVERFLOW_LABEL]: "true" });

/**
 * A metric: its definition, and series in slots. Where a series' numbers are is the business of the subclass, so that they can be
 * in columns, in objects, or in memory that threads share.
 */
export abstract class Metric<Bound extends BoundSeries = BoundSeries> implements RegisteredMetric, Note {
  readonly name: string;
  readonly definition: Definition;
  /** This metric, while somebody wants to know of recordings. */
  note: Note | undefined = undefined;
  protected readonly host: MetricHost;
  protected readonly table: LabelTable;
  /** The series that were bound, by slot. */
  readonly #bound: (Bound | undefined)[] = [];
  readonly #place = (bound: Bound, values: AnyLabelValues): void => this.#bringHome(bound, values);
  readonly #watchers = new Set<() => void>();
  #isTelling = false;
  #overflow = NOWHERE;
  /** By slot: when a series was first found idle, NaN if it was recorded to since the last look. Empty if none expires. */
  readonly #idleSince: number[] = [];
  /** By slot: name and labels of its line. */
  readonly #prefixes: (string | undefined)[] = [];

  constructor(definition: Definition, host: MetricHost) {
    this.definition = definition;
    this.name = definition.name;
    this.host = host;
    this.table = new LabelTable(definition.name, definition.labels);
    if (definition.expireAfterMs !== undefined) this.note = this;
  }

  get labelNames(): readonly string[] {
    return this.definition.labels;
  }

  get seriesCount(): number {
    return this.table.size + (this.#overflow === NOWHERE ? 0 : 1);
  }

  get isEmpty(): boolean {
    return this.seriesCount === 0;
  }

  /** Makes room for a slot; what is in it is as if nothing had been recorded. */
  protected abstract prepare(slot: number): void;
  /** Makes a series that is nowhere yet. */
  protected abstract makeBound(): Bound;
  /** Brings what bound series keep for themselves to where it is read. */
  protected settle(): void {}
  /** What a slot reads; undefined if it has nothing to tell. */
  protected abstract read(slot: number, what: "sum" | number | undefined): number | undefined;
  /** The lines of a series. */
  protected abstract lines(slot: number, format: ExpositionFormat): string;
  /** Writes the messages of a series, each begun by {@linkcode beginSeries}. */
  protected abstract writeSeries(slot: number, writer: ProtobufWriter): void;

  /** The slot of these values: an own one, or that of the overflow series if there is no room. */
  slotOf(values: AnyLabelValues): number {
    const slot = this.table.find(values);
    return slot === ABSENT ? this.#admit(values) : slot;
  }

  /** Counts recordings whose labels found no room; answers the slot of the overflow series, where they belong. */
  fold(recordings: number): number {
    const isFirst = this.#overflow === NOWHERE;
    if (isFirst) {
      this.#overflow = this.table.reserve();
      this.prepare(this.#overflow);
    }
    this.host.folded(this.definition, isFirst, recordings);
    return this.#overflow;
  }

  /** The series of these values, the same one for the same values as long as it does not expire. */
  with(values: AnyLabelValues): Bound {
    let slot = this.table.find(values);
    if (slot === ABSENT) {
      const kept = this.table.requireValues(values);
      if (kept !== values) slot = this.table.find(kept);
      if (slot === ABSENT) {
        if (!this.#hasRoomFor(kept)) return this.#homeless(this.makeBound(), { ...kept });
        slot = this.#add(kept);
      }
    }
    return this.#bound[slot] ?? this.#attach(this.makeBound(), slot);
  }

  /** Removes a series; `false` if there is none. What was bound to it makes a new one when it records. */
  remove(values: AnyLabelValues): boolean {
    let slot = this.table.find(values);
    if (slot === ABSENT) slot = this.table.find(this.table.requireValues(values));
    if (slot !== ABSENT) this.drop(slot);
    return slot !== ABSENT;
  }

  *readings(what?: "sum" | number): Generator<SeriesReading> {
    if (typeof what === "number" && !(what >= 0 && what <= 1)) {
      throw new RangeError(
        `Cannot read quantile ${what} of metric "${this.name}": expected a number from 0 to 1; pass 0.99`,
      );
    }
    this.settle();
    for (const slot of this.slots()) {
      const value = this.read(slot, what);
      if (value === undefined) continue;
      yield { labels: slot === this.#overflow ? OVERFLOW_VALUES : this.table.valuesOf(slot), value };
    }
  }

  watch(changed: () => void): () => void {
    const watcher = () => changed(); // the same function may watch twice
    this.#watchers.add(watcher);
    this.#setNote(this);
    return () => {
      this.#watchers.delete(watcher);
      if (this.#watchers.size === 0 && this.definition.expireAfterMs === undefined) this.#setNote(undefined);
    };
  }

  /** Something was recorded to a slot. A watcher that throws harms nobody, and one that records is not told of that. */
  recorded(slot: number): void {
    if (this.definition.expireAfterMs !== undefined) this.#idleSince[slot] = NaN;
    if (this.#watchers.size === 0 || this.#isTelling) return;
    this.#isTelling = true;
    for (const watcher of this.#watchers) tellListener(watcher, undefined);
    this.#isTelling = false;
  }

  sweep(): void {
    const { expireAfterMs } = this.definition;
    if (expireAfterMs === undefined) return;
    const now = this.host.clock();
    for (const slot of this.slots()) {
      const idleSince = this.#idleSince[slot]!;
      if (Number.isNaN(idleSince)) this.#idleSince[slot] = now;
      else if (now - idleSince >= expireAfterMs && slot !== this.#overflow) this.drop(slot);
    }
  }

  print(format: ExpositionFormat): string {
    this.settle();
    const { table } = this, overflow = this.#overflow;
    let text = this.#header(format);
    for (let slot = 0; slot < table.slots; slot++) {
      if (table.isTaken(slot) || slot === overflow) text += this.lines(slot, format);
    }
    return text;
  }

  write(writer: ProtobufWriter): void {
    this.settle();
    const { type, help, unit } = this.definition, family = writer.begin();
    writer.string(FAMILY.name, this.name);
    writer.string(FAMILY.help, help);
    writer.int(FAMILY.type, FAMILY_TYPE[type]);
    for (const slot of this.slots()) this.writeSeries(slot, writer);
    if (unit !== undefined) writer.string(FAMILY.unit, unit);
    writer.end(family);
  }

  /** Begins the message of a series, with its labels. */
  protected beginSeries(slot: number, writer: ProtobufWriter): number {
    const series = writer.begin(FAMILY.metric);
    for (const label of this.#entriesOf(slot)) writeLabel(writer, label);
    return series;
  }

  /** The slots of all series, that of the overflow series included. */
  protected *slots(): Generator<number> {
    const { table } = this;
    for (let slot = 0; slot < table.slots; slot++) if (table.isTaken(slot) || slot === this.#overflow) yield slot;
  }

  /** Every series that somebody holds and that has a place. */
  protected *bound(): Generator<Bound> {
    for (const first of this.#bound) {
      for (let bound: Bound | undefined = first; bound !== undefined; bound = bound.next) yield bound;
    }
  }

  /** The first series that somebody holds of a slot; the others follow it by `next`. */
  protected boundTo(slot: number): Bound | undefined {
    return this.#bound[slot];
  }

  /** Name and labels of a series, with a space: `requests_total{route="/"} `. */
  protected prefixOf(slot: number): string {
    return this.#prefixes[slot] ??= this.makePrefix(this.labelsOf(slot));
  }

  /** What {@linkcode prefixOf} keeps, of labels as they are printed. A joined text is in one piece, as what is added up is not. */
  protected makePrefix(labels: string): string {
    return labels === "" ? `${this.name} ` : [this.name, "{", labels, "} "].join("");
  }

  /** Labels of a series as they are printed, without braces. */
  protected labelsOf(slot: number): string {
    return labelsText(this.#entriesOf(slot));
  }

  #entriesOf(slot: number): [name: string, value: string][] {
    return slot === this.#overflow ? Object.entries(OVERFLOW_VALUES) : this.table.entriesOf(slot);
  }

  /** Drops the series of a slot. */
  protected drop(slot: number): void {
    const values = this.table.valuesOf(slot);
    for (let bound = this.#bound[slot]; bound !== undefined;) {
      const next: Bound | undefined = bound.next;
      this.#homeless(bound, values);
      bound = next;
    }
    this.#bound[slot] = undefined;
    this.#prefixes[slot] = undefined;
    this.table.remove(slot);
  }

  #header(format: ExpositionFormat): string {
    const { type, family, help, unit } = this.definition;
    if (format === "openmetrics") {
      const head = `# HELP ${family} ${escapeLabelValue(help)}\n# TYPE ${family} ${type}\n`;
      return unit === undefined ? head : `${head}# UNIT ${family} ${unit}\n`;
    }
    const printedType = type === "info" || type === "stateset" ? "gauge" : type;
    return `# HELP ${this.name} ${escapeHelp(help)}\n# TYPE ${this.name} ${printedType}\n`;
  }

  #admit(values: AnyLabelValues): number {
    const kept = this.table.requireValues(values), slot = kept === values ? ABSENT : this.table.find(kept);
    if (slot !== ABSENT) return slot;
    return this.#hasRoomFor(kept) ? this.#add(kept) : this.fold(1);
  }

  #hasRoomFor(values: AnyLabelValues): boolean {
    const { maxSeries, maxLabelCharacters, labels } = this.definition;
    if (this.table.size >= maxSeries) return false;
    let characters = this.table.characters;
    for (const label of labels) characters += values[label]!.length;
    return characters <= maxLabelCharacters;
  }

  #add(values: AnyLabelValues): number {
    const slot = this.table.add(values);
    this.prepare(slot);
    if (this.definition.expireAfterMs !== undefined) this.#idleSince[slot] = NaN;
    return slot;
  }

  #attach(bound: Bound, slot: number): Bound {
    bound.attach(slot);
    bound.tell(this.note);
    bound.next = this.#bound[slot];
    this.#bound[slot] = bound;
    return bound;
  }

  #homeless(bound: Bound, values: AnyLabelValues): Bound {
    bound.detach();
    bound.next = undefined;
    bound.tell(new Homeless(bound, values, this.#place));
    return bound;
  }

  /** A series without a place was recorded to. */
  #bringHome(bound: Bound, values: AnyLabelValues): void {
    const slot = this.slotOf(values);
    if (slot === this.#overflow) bound.pour(slot);
    else this.#attach(bound, slot);
    this.note?.recorded(slot);
  }

  #setNote(note: Note | undefined): void {
    if (this.note === note) return;
    this.note = note;
    for (const bound of this.bound()) bound.tell(note);
  }
}
