/**
 * The kinds of a shared pool, and how a request for them is read.
 *
 * @module
 */

import { CapacityError } from "../errors.ts";
import type { ResourceAmounts } from "../request.ts";
import { MAX_CAPACITY, toUnits, unitsPerWhole } from "../units.ts";
import type { SharedDemand } from "./books.ts";

/**
 * What a request inherits is not asked for. Called on it in a `for`-`in` the compiler knows the answer, and it is free; neither
 * `Object.hasOwn` is, nor this from another module.
 */
const { hasOwnProperty: hasOwn } = Object.prototype;

/** What a pool has in all, by kind; a kind's place is its number in the capacity's order. */
export class SharedKinds<Kinds extends string> {
  /** Their names, by place. */
  readonly names: readonly Kinds[];
  /** How much there is of each, in wholes, as given. */
  readonly capacity: readonly number[];
  /** How many units one whole of each has. */
  readonly perWhole: readonly number[];
  readonly #places: ReadonlyMap<string, number>;
  /** Names and places in the last request, in its order: most callers ask for the same again, which saves look-ups in the map. */
  readonly #recentNames: string[];
  readonly #recentPlaces: number[];
  /** How many requests were read. */
  #reads = 0;

  /**
   * Names the kinds; both lists have the same length, at least 1.
   *
   * @throws {TypeError} If a name is none that a record can hold, or occurs twice.
   * @throws {RangeError} If a capacity is not in [0, 2^53 - 1].
   */
  constructor(names: readonly Kinds[], capacity: readonly number[]) {
    names.forEach((name, place) => requireKind(name, capacity[place]));
    const places = new Map(names.map((name, place) => [name, place]));
    if (names.length === 0 || places.size !== names.length) {
      throw new TypeError(
        `Cannot make a shared pool of the kinds [${
          names.join(", ")
        }]: expected at least one, each once; pass a capacity ` +
          "such as { cpu: 8 }",
      );
    }
    this.names = names;
    this.capacity = capacity;
    this.perWhole = capacity.map(unitsPerWhole);
    this.#places = places;
    this.#recentNames = [...names];
    this.#recentPlaces = names.map((_, place) => place);
  }

  /**
   * Reads a request into `demand`. Hot path: allocates nothing.
   *
   * @throws {TypeError} If it names a kind that the pool does not have, or asks for nothing.
   * @throws {RangeError} If an amount is negative, not finite, or too small to count.
   * @throws {CapacityError} If it asks for more than there is.
   */
  read(request: ResourceAmounts<Kinds>, demand: SharedDemand): void {
    const number = ++this.#reads;
    this.#read(request, demand);
    if (number !== this.#reads) this.#read({ ...request }, demand); // a getter has asked for something else meanwhile
  }

  #read(request: ResourceAmounts<Kinds>, demand: SharedDemand): void {
    let length = 0;
    for (const kind in request) {
      if (!hasOwn.call(request, kind)) continue;
      const place = kind === this.#recentNames[length] ? this.#recentPlaces[length]! : this.#placeOf(kind, length);
      const amount = request[kind];
      if (typeof amount !== "number" || !(amount >= 0 && amount <= this.capacity[place]!)) {
        throw this.#refusal(place, amount);
      }
      const units = toUnits(amount, this.perWhole[place]!);
      if (units === 0) {
        if (amount === 0) continue;
        throw this.#refusal(place, amount);
      }
      demand.places[length] = place;
      demand.units[length++] = units;
    }
    demand.length = length;
    if (length === 0) {
      throw new TypeError(
        `Cannot acquire nothing: the request has no amount above 0; ask for some of ${this.names.join(", ")}`,
      );
    }
  }

  /**
   * Reads what is to be given back out of what is held.
   *
   * @throws {TypeError} If it names a kind that the pool does not have, or nothing.
   * @throws {RangeError} If an amount is more than is held, negative, not finite, or too small to count.
   */
  readPart(part: ResourceAmounts<Kinds>, held: SharedDemand): SharedDemand {
    const given: SharedDemand = { length: 0, places: [], units: [] };
    for (const kind in part) {
      if (!hasOwn.call(part, kind)) continue;
      const place = this.#placeOf(kind, 0), amount: unknown = part[kind], at = held.places.indexOf(place);
      const has = at < 0 ? 0 : held.units[at]!, perWhole = this.perWhole[place]!;
      const units = typeof amount === "number" && amount >= 0 && amount <= this.capacity[place]!
        ? toUnits(amount, perWhole)
        : NaN;
      if (!(units <= has) || (units === 0 && amount !== 0)) {
        const message =
          `Cannot give back ${String(amount)} of ${kind}: expected a number in steps of ${1 / perWhole} from 0 to ` +
          `${this.amount(place, has)}, which is what the lease has; give back at most that`;
        throw typeof amount === "number" ? new RangeError(message) : new TypeError(message);
      }
      if (units === 0) continue;
      given.places.push(place);
      given.units.push(units);
      given.length++;
    }
    if (given.length === 0) {
      throw new TypeError(
        "Cannot give back nothing: the part has no amount above 0; say how much of what to give back",
      );
    }
    return given;
  }

  /** Figures by kind, of which `figure` is asked by place. */
  record(figure: (place: number) => number): Readonly<Record<Kinds, number>> {
    const figures: { [Kind in Kinds]?: number } = {};
    this.names.forEach((name, place) => figures[name] = figure(place));
    return this.#isComplete(figures) ? figures : this.#unreachable();
  }

  /** Units of a kind as its amount: the capacity itself, to the last bit, if all of it is meant. */
  amount(place: number, units: number): number {
    const capacity = this.capacity[place]!, perWhole = this.perWhole[place]!;
    return units === toUnits(capacity, perWhole) ? capacity : units / perWhole;
  }

  /** A demand in words, such as "2 cpu and 100 memoryMb". */
  describe({ length, places, units }: SharedDemand): string {
    const parts: string[] = [];
    for (let i = 0; i < length; i++) parts.push(`${this.amount(places[i]!, units[i]!)} ${this.names[places[i]!]}`);
    return parts.join(" and ");
  }

  #isComplete(figures: { readonly [Kind in Kinds]?: number }): figures is Readonly<Record<Kinds, number>> {
    return this.names.every((name) => figures[name] !== undefined);
  }

  #unreachable(): never {
    throw new Error("A record of a shared pool lacks a kind");
  }

  #placeOf(kind: string, position: number): number {
    const place = this.#places.get(kind);
    if (place === undefined) {
      throw new TypeError(
        `Cannot acquire ${JSON.stringify(kind)}: the pool has no such resource; it has ${this.names.join(", ")}`,
      );
    }
    this.#recentNames[position] = kind;
    this.#recentPlaces[position] = place;
    return place;
  }

  /** Why an amount cannot be granted. */
  #refusal(place: number, amount: unknown): Error {
    const kind = this.names[place]!, capacity = this.capacity[place]!;
    if (typeof amount === "number" && amount > capacity && amount < Infinity) {
      return new CapacityError({ kind, requested: amount, capacity, owner: undefined });
    }
    const message = `Cannot acquire ${String(amount)} of ${kind}: expected a finite number from 0 to ${capacity}`;
    if (typeof amount !== "number") return new TypeError(`${message}, got ${typeof amount}; pass a number`);
    return new RangeError(
      amount > 0 && amount < 1
        ? `Cannot acquire ${amount} of ${kind}: the pool counts in steps of ${
          1 / this.perWhole[place]!
        }; ask for at least one step`
        : `${message}; leave the kind out if none of it is needed`,
    );
  }
}

function requireKind(name: unknown, capacity: unknown): void {
  if (typeof name !== "string" || name === "" || name === "__proto__") {
    throw new TypeError(
      `Cannot make a shared pool with resource kind "${
        String(name)
      }": expected a name that a record can hold; call it something like "cpu"`,
    );
  }
  if (typeof capacity !== "number" || !(capacity >= 0 && capacity <= MAX_CAPACITY)) {
    throw new RangeError(
      `Cannot make a shared pool with a ${name} capacity of ${
        String(capacity)
      }: expected a number in [0, 2^53 - 1]; count in a larger unit if it is too large`,
    );
  }
}
