/**
 * The kinds of a pool: what they are called, and in what steps they are counted.
 *
 * @module
 */

import type { ResourceAmounts } from "./request.ts";
import { MAX_CAPACITY, toUnits, unitsPerWhole } from "./units.ts";

/** The names of a pool's kinds, each with its place: its number in all tables of the pool. */
export class KindTable<Kinds extends string> {
  /** The names, by place. */
  readonly names: readonly Kinds[];
  /** Units in one whole, by place; see `units.ts`. */
  readonly perWhole: readonly number[];
  readonly #places: ReadonlyMap<string, number>;

  /**
   * Sets the kinds, from what all nodes have together.
   *
   * @throws {TypeError} If there is no kind, or one whose name a record cannot hold.
   * @throws {RangeError} If there is more of a kind than can be counted.
   */
  constructor(totals: ReadonlyMap<Kinds, number>) {
    if (totals.size === 0) {
      throw new TypeError("Cannot make a pool: its capacity names no kind of resource; pass one such as { cpu: 8 }");
    }
    for (const [kind, total] of totals) requireKind(kind, total);
    this.names = [...totals.keys()];
    this.perWhole = [...totals.values()].map(unitsPerWhole);
    this.#places = new Map(this.names.map((kind, place) => [kind, place]));
  }

  /** The place of a kind; undefined if the pool does not have it. */
  find(kind: string): number | undefined {
    return this.#places.get(kind);
  }

  /**
   * The place of a kind.
   *
   * @param purpose What it is wanted for, as in "acquire".
   * @throws {TypeError} If the pool does not have it.
   */
  placeOf(kind: string, purpose: string): number {
    const place = this.#places.get(kind);
    if (place !== undefined) return place;
    throw new TypeError(
      `Cannot ${purpose} ${JSON.stringify(kind)}: the pool has no such resource; it has ${this.list}`,
    );
  }

  /** All names, for people. */
  get list(): string {
    return this.names.join(", ");
  }

  /** What a kind is called. */
  nameOf(place: number): Kinds | undefined {
    return this.names[place];
  }

  /** An amount in units, rounded down. */
  unitsOf(amount: number, place: number): number {
    return toUnits(amount, this.perWhole[place] ?? 1);
  }

  /** Units as an amount. */
  amountOf(units: number, place: number): number {
    return units / (this.perWhole[place] ?? 1);
  }

  /** A figure for each kind. */
  record(figure: (place: number) => number): Readonly<Record<Kinds, number>> {
    const figures: { [Kind in Kinds]?: number } = {};
    this.names.forEach((kind, place) => figures[kind] = figure(place));
    this.#requireAll(figures);
    return figures;
  }

  #requireAll(figures: ResourceAmounts<Kinds>): asserts figures is Readonly<Record<Kinds, number>> {
    for (const kind of this.names) {
      if (figures[kind] === undefined) throw new Error(`Cannot tell a figure of ${kind}: it is not known`);
    }
  }
}

function requireKind(kind: string, total: number): void {
  if (kind === "" || kind === "__proto__") {
    throw new TypeError(
      `Cannot make a pool with resource kind "${kind}": expected a name that a record can hold; call it something like "cpu"`,
    );
  }
  if (total > MAX_CAPACITY) {
    throw new RangeError(
      `Cannot make a pool with a ${kind} capacity of ${total} in all: expected at most 2^53 - 1; count in a larger unit`,
    );
  }
}
