/**
 * What a pool has, and how a request for it is read.
 *
 * @module
 */

import { CapacityError } from "./errors.ts";
import { PoolLease, type Portion } from "./lease.ts";
import type { ResourceAmounts } from "./request.ts";
import { Stock } from "./stock.ts";
import { toUnits } from "./units.ts";

/** The stocks of a pool, by kind. */
export class Stocks<Kinds extends string> {
  /** What there is in all, as given. */
  readonly capacity: Readonly<Record<Kinds, number>>;
  /** One for each kind. */
  readonly list: readonly Stock<Kinds>[];
  readonly #byKind: ReadonlyMap<string, Stock<Kinds>>;
  /** The stock that was asked for last: most callers ask for the same kind again, which saves a look-up in the map. */
  #recent: Stock<Kinds>;

  /**
   * Fills the stocks.
   *
   * @throws {TypeError} If there is no kind, or one whose name a record cannot hold.
   * @throws {RangeError} If a capacity is out of range.
   */
  constructor(capacity: Readonly<Record<Kinds, number>>) {
    const list: Stock<Kinds>[] = [];
    for (const kind in capacity) list.push(new Stock(kind, capacity[kind], list.length));
    const [first] = list;
    if (first === undefined) {
      throw new TypeError("Cannot make a pool: its capacity names no kind of resource; pass one such as { cpu: 8 }");
    }
    this.capacity = { ...capacity };
    this.list = list;
    this.#byKind = new Map(list.map((stock) => [stock.kind, stock]));
    this.#recent = first;
  }

  /**
   * The stock of a kind.
   *
   * @throws {TypeError} If there is none.
   */
  of(kind: Kinds): Stock<Kinds> {
    if (this.#recent.kind === kind) return this.#recent;
    const stock = this.#byKind.get(kind);
    if (stock === undefined) {
      throw new TypeError(
        `Cannot acquire ${JSON.stringify(kind)}: the pool has no such resource; it has ${this.#kinds()}`,
      );
    }
    return this.#recent = stock;
  }

  /**
   * Reads a request: the lease that it describes, which holds nothing yet.
   *
   * Hot path: for one kind it allocates the lease and nothing else.
   *
   * @throws {TypeError} If it names a kind that the pool does not have, or asks for nothing.
   * @throws {RangeError} If an amount is negative, not finite, or too small to count.
   * @throws {CapacityError} If it asks for more than there is.
   */
  read(request: ResourceAmounts<Kinds>, owner: string | undefined): PoolLease<Kinds> {
    let lease: PoolLease<Kinds> | undefined;
    let last: Portion<Kinds> | undefined;
    for (const kind in request) {
      const stock = this.of(kind);
      const amount = request[kind];
      if (typeof amount !== "number" || !(amount >= 0 && amount <= stock.capacity)) {
        throw refusal(stock, amount, owner);
      }
      const units = toUnits(amount, stock.perWhole);
      if (units === 0) {
        if (amount === 0) continue;
        throw refusal(stock, amount, owner);
      }
      if (last === undefined) {
        last = lease = new PoolLease(stock, units, owner);
      } else {
        last = last.next = { stock, units, next: undefined };
      }
    }
    if (lease === undefined) {
      throw new TypeError(
        `Cannot acquire nothing: the request has no amount above 0; ask for some of ${this.#kinds()}`,
      );
    }
    return lease;
  }

  #kinds(): string {
    return this.list.map(({ kind }) => kind).join(", ");
  }
}

/** Why an amount cannot be granted. */
function refusal<Kinds extends string>(stock: Stock<Kinds>, amount: unknown, owner: string | undefined): Error {
  const { kind, capacity } = stock;
  if (typeof amount === "number" && amount > capacity && amount < Infinity) {
    return new CapacityError({ kind, requested: amount, capacity, owner });
  }
  const message = `Cannot acquire ${String(amount)} of ${kind}: expected a finite number from 0 to ${capacity}`;
  if (typeof amount !== "number") return new TypeError(`${message}, got ${typeof amount}; pass a number`);
  return new RangeError(
    amount > 0 && amount < 1
      ? `Cannot acquire ${amount} of ${kind}: the pool counts in steps of ${
        1 / stock.perWhole
      }; ask for at least one step`
      : `${message}; leave the kind out if none of it is needed`,
  );
}
