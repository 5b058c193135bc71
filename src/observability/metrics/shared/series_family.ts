/**
 * The series of one metric in one thread.
 *
 * @module
 */

import type { Definition } from "../definition.ts";
import { ABSENT, type AnyLabelValues, LabelTable } from "../label_table.ts";
import { METRIC } from "./layout.ts";
import type { NewRecord, Shard, ShardRecord } from "./shard.ts";

/** A series that a thread records to; it keeps the shard, so that the thread counts as one that takes part as long as it has one. */
export interface Recorder {
  /** From now on, records to nowhere. */
  detach(): void;
}

/** What a family is made of. */
export interface FamilyParts<Series extends Recorder> {
  readonly shard: Shard;
  readonly definition: Definition;
  /** The metric's declaration, which tells it from others. */
  readonly text: string;
  /** Doubles of a series' row. */
  readonly doubles: number;
  /** What they are at first. */
  readonly initial: number;
  /** What an earlier thread has left in the shard. */
  readonly records: readonly ShardRecord[];
  /** Makes the series of a row. */
  readonly open: (row: number) => Series;
}

/** Text of the overflow series, which no label values have. */
export const OVERFLOW_TEXT = "";

/** Finds series by label values; goes on with those that an earlier thread has left. */
export class SeriesFamily<Series extends Recorder> {
  readonly #parts: FamilyParts<Series>;
  readonly #table: LabelTable;
  readonly #series: Series[] = [];
  /** The place of its record among the shard's metrics. */
  readonly #place: number;
  /** Where is counted what found no room. */
  readonly #folds: number;
  readonly #overflow: Series | undefined;

  /** @throws {SharedMetricsFullError} If the shard has no room for it. */
  constructor(parts: FamilyParts<Series>) {
    const { definition: { name, labels }, text, doubles, initial, records } = parts;
    this.#parts = parts;
    this.#table = new LabelTable(name, labels);
    const metrics = records.filter(({ of }) => of === METRIC),
      earlier = metrics.findIndex((each) => each.text === text);
    this.#place = earlier === -1 ? metrics.length : earlier;
    this.#folds = metrics[this.#place]?.row ?? this.#require({ of: METRIC, text, doubles: 1, initial: 0 });
    const own = records.filter(({ of }) => of === this.#place);
    if (labels.length > 0) {
      const row = own.find((each) => each.text === OVERFLOW_TEXT)?.row;
      this.#overflow = parts.open(row ?? this.#require({ of: this.#place, text: OVERFLOW_TEXT, doubles, initial }));
    }
    for (const { text, row } of own) if (text !== OVERFLOW_TEXT) this.#add(valuesOf(labels, text), row);
  }

  /** The series of these values, or the overflow series. */
  with(values: AnyLabelValues): Series {
    const slot = this.#table.find(values);
    return slot === ABSENT ? this.#admit(values) : this.#series[slot]!;
  }

  /** From now on, all its series record to nowhere. */
  detach(): void {
    for (const series of this.#series) series.detach();
    this.#overflow?.detach();
  }

  #admit(given: AnyLabelValues): Series {
    const values = this.#table.requireValues(given), known = this.#table.find(values);
    if (known !== ABSENT) return this.#series[known]!;
    const { shard, definition: { name, labels }, doubles, initial } = this.#parts;
    const text = JSON.stringify(labels.map((label) => values[label]));
    const row = this.#hasRoomFor(values) ? shard.append({ of: this.#place, text, doubles, initial }) : undefined;
    if (row !== undefined) return this.#add(values, row);
    if (this.#overflow === undefined) throw shard.fullFor(name);
    shard.memory.doubles[this.#folds]! += 1;
    return this.#overflow;
  }

  #add(values: AnyLabelValues, row: number): Series {
    return this.#series[this.#table.add(values)] = this.#parts.open(row);
  }

  #hasRoomFor(values: AnyLabelValues): boolean {
    const { maxSeries, maxLabelCharacters, labels } = this.#parts.definition;
    if (this.#table.size >= maxSeries) return false;
    let characters = this.#table.characters;
    for (const label of labels) characters += values[label]!.length;
    return characters <= maxLabelCharacters;
  }

  #require(record: NewRecord): number {
    const row = this.#parts.shard.append(record);
    if (row !== undefined) return row;
    throw this.#parts.shard.fullFor(this.#parts.definition.name);
  }
}

/** Label values of the text of a series. */
export function valuesOf(labels: readonly string[], text: string): AnyLabelValues {
  const values: string[] = JSON.parse(text);
  return Object.fromEntries(labels.map((label, at) => [label, values[at]!]));
}
