/**
 * Finds a series by the values of its labels.
 *
 * @module
 */

/** A value for each label of a metric. */
export type LabelValues<Label extends string> = { readonly [Name in Label]: string };

/** Label values of a metric whose labels are not known when it is compiled. */
export type AnyLabelValues = Readonly<Record<string, string>>;

/** No series has these values. */
export const ABSENT = -1;

/** One label: its values are numbered, so that a series is a tuple of numbers. */
class LabelColumn {
  readonly ids = new Map<string, number>();
  readonly values: string[] = [];
  /** How many series have each value. */
  readonly uses: number[] = [];
  /** What was looked for last, with its number: labels of calls that follow each other are often the same. */
  lastValue = "";
  lastId = ABSENT;
  readonly #free: number[] = [];

  constructor(readonly name: string) {}

  /** The number of a value; {@linkcode ABSENT} if it has none. */
  find(value: string | undefined): number {
    if (value === this.lastValue && this.lastId !== ABSENT) return this.lastId;
    const id = this.ids.get(value!);
    if (id === undefined) return ABSENT;
    this.lastValue = value!;
    return this.lastId = id;
  }

  acquire(value: string): number {
    let id = this.ids.get(value);
    if (id === undefined) {
      id = this.#free.pop() ?? this.values.length;
      this.ids.set(value, id);
      this.values[id] = value;
      this.uses[id] = 0;
    }
    this.uses[id]!++;
    return id;
  }

  /** Forgets a value that no series has any more. */
  release(id: number): void {
    if (--this.uses[id]! > 0) return;
    this.ids.delete(this.values[id]!);
    if (this.lastId === id) this.lastId = ABSENT;
    this.values[id] = "";
    this.#free.push(id);
  }
}

/**
 * The series of one metric, each a slot: a small number that is free again once the series was removed.
 *
 * `find` costs a look-up in a map for each label, and one in a table of numbers; nothing is joined, copied or allocated. Beside
 * its label values, each held once a label, a series costs 4 bytes a label and 8 to 16 bytes in the table of numbers.
 */
export class LabelTable {
  readonly #metric: string;
  readonly #columns: readonly LabelColumn[];
  /** The numbers of each slot's values; -1 where no series is. */
  #tuples = new Int32Array(0);
  /** Open addressing with linear probing: slot + 1, or 0; at most half full. */
  #index = new Int32Array(4);
  readonly #freeSlots: number[] = [];
  #slots = 0;
  #size = 0;
  #characters = 0;
  /** The tuple that was looked for last. */
  readonly #wanted: Int32Array;

  /** The names have been checked. */
  constructor(metric: string, names: readonly string[]) {
    this.#metric = metric;
    this.#columns = names.map((name) => new LabelColumn(name));
    this.#wanted = new Int32Array(names.length);
  }

  /** Every slot in use is below. */
  get slots(): number {
    return this.#slots;
  }

  /** How many series there are. */
  get size(): number {
    return this.#size;
  }

  /** Length of all label values of all series, in UTF-16 units. */
  get characters(): number {
    return this.#characters;
  }

  /** Whether a series with labels is in that slot. */
  isTaken(slot: number): boolean {
    const labels = this.#columns.length;
    return labels === 0 ? slot < this.#size : this.#tuples[slot * labels]! >= 0;
  }

  /**
   * The slot of these values, {@linkcode ABSENT} if none has them or if they are wrong: see {@linkcode requireValues}.
   *
   * Hot path: labels that are given in the metric's own order are read as the loop goes over them, which V8 does by their place in the
   * object; any other order costs a look-up of each name.
   */
  find(values: AnyLabelValues): number {
    const columns = this.#columns, wanted = this.#wanted;
    let hash = 0, given = 0;
    for (const name in values) {
      const column = columns[given];
      if (column === undefined) return ABSENT;
      const id = column.find(column.name === name ? values[name] : values[column.name]);
      if (id === ABSENT) return ABSENT;
      wanted[given++] = id;
      hash = Math.imul(hash ^ id, 0x9e3779b1);
    }
    return given === columns.length ? this.#probe(hash) : ABSENT;
  }

  /**
   * Checks values that were not found, and answers them as they are kept: half a surrogate pair is the same character as any other half,
   * U+FFFD, since that is how it is printed, and no two series may be printed with the same labels.
   *
   * @throws {TypeError} If a label is missing or unknown, or a value is not a string.
   */
  requireValues(values: AnyLabelValues): AnyLabelValues {
    const names = this.#columns.map(({ name }) => name);
    let areWellFormed = true;
    for (const name of names) {
      const value: unknown = values?.[name];
      if (typeof value === "string") {
        areWellFormed &&= value.isWellFormed();
        continue;
      }
      throw new TypeError(
        `Cannot label metric "${this.#metric}": expected a string for "${name}", got ${String(value)}; ` +
          `give every label of ${names.join(", ")} a string`,
      );
    }
    for (const name in values) {
      if (names.includes(name)) continue;
      throw new TypeError(
        `Cannot label metric "${this.#metric}": it has no label "${name}"; ` +
          (names.length === 0 ? "it has none" : `it has ${names.join(", ")}`),
      );
    }
    if (areWellFormed) return values;
    return Object.fromEntries(names.map((name) => [name, values[name]!.toWellFormed()]));
  }

  /** Makes a series of values that have been checked and were not found. */
  add(values: AnyLabelValues): number {
    if ((this.#size + 1) * 2 > this.#index.length) this.#rehash(this.#index.length * 2);
    const slot = this.reserve(), labels = this.#columns.length;
    for (const [at, column] of this.#columns.entries()) {
      const value = values[column.name]!;
      this.#characters += value.length;
      this.#tuples[slot * labels + at] = column.acquire(value);
    }
    this.#insert(slot);
    this.#size++;
    return slot;
  }

  /** A slot for a series without labels of its own. */
  reserve(): number {
    const slot = this.#freeSlots.pop() ?? this.#slots++, labels = this.#columns.length;
    if ((slot + 1) * labels > this.#tuples.length) {
      const larger = new Int32Array(Math.max(4, slot * 2) * labels).fill(-1);
      larger.set(this.#tuples);
      this.#tuples = larger;
    }
    return slot;
  }

  /** Frees the slot of a series with labels. */
  remove(slot: number): void {
    this.#characters -= this.#lengthOf(slot);
    this.#unindex(slot);
    const labels = this.#columns.length;
    for (const [at, column] of this.#columns.entries()) {
      column.release(this.#tuples[slot * labels + at]!);
      this.#tuples[slot * labels + at] = -1;
    }
    this.#freeSlots.push(slot);
    this.#size--;
  }

  /** The values of a series. */
  valuesOf(slot: number): AnyLabelValues {
    return Object.fromEntries(this.entriesOf(slot));
  }

  /** Name and value of each label of a series, in the metric's own order. */
  entriesOf(slot: number): [name: string, value: string][] {
    const from = slot * this.#columns.length;
    return this.#columns.map(({ name, values }, at) => [name, values[this.#tuples[from + at]!]!]);
  }

  #lengthOf(slot: number): number {
    return this.entriesOf(slot).reduce((sum, [, value]) => sum + value.length, 0);
  }

  #probe(hash: number): number {
    const index = this.#index, mask = index.length - 1, tuples = this.#tuples, wanted = this.#wanted;
    const labels = wanted.length;
    for (let at = (hash ^ hash >>> 15) & mask;; at = at + 1 & mask) {
      const slot = index[at]! - 1;
      if (slot < 0) return ABSENT;
      let same = 0;
      while (same < labels && tuples[slot * labels + same] === wanted[same]) same++;
      if (same === labels) return slot;
    }
  }

  /** Where the search for a series begins. */
  #home(slot: number): number {
    const labels = this.#columns.length;
    let hash = 0;
    for (let at = 0; at < labels; at++) hash = Math.imul(hash ^ this.#tuples[slot * labels + at]!, 0x9e3779b1);
    return (hash ^ hash >>> 15) & this.#index.length - 1;
  }

  #insert(slot: number): void {
    const index = this.#index, mask = index.length - 1;
    let at = this.#home(slot);
    while (index[at] !== 0) at = at + 1 & mask;
    index[at] = slot + 1;
  }

  /** Closes the gap, so that no search ends at it that began before: Knuth, TAOCP volume 3, 6.4, algorithm R. */
  #unindex(slot: number): void {
    const index = this.#index, mask = index.length - 1;
    let gap = this.#home(slot);
    while (index[gap] !== slot + 1) gap = gap + 1 & mask;
    for (let at = gap + 1 & mask; index[at] !== 0; at = at + 1 & mask) {
      const home = this.#home(index[at]! - 1);
      if ((at - home & mask) < (at - gap & mask)) continue; // it is between the gap and its home: not before it
      index[gap] = index[at]!;
      gap = at;
    }
    index[gap] = 0;
  }

  #rehash(length: number): void {
    this.#index = new Int32Array(length);
    for (let slot = 0; slot < this.#slots; slot++) if (this.isTaken(slot)) this.#insert(slot);
  }
}
