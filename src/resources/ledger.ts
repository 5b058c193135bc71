/**
 * The accounts of a pool: what is free, who waits for it, and who gets it.
 *
 * @module
 */

import { WaitLine } from "../coordination/wait_line.ts";
import { CapacityError } from "./errors.ts";
import { PoolLease, type Portion } from "./lease.ts";
import type { PoolWaiter } from "./pool_waiter.ts";
import type { ResourceAmounts } from "./request.ts";
import { Stock } from "./stock.ts";
import { toUnits } from "./units.ts";

/**
 * Grants whole requests, in the order of the line.
 *
 * Whoever waits has everything that it asks for set aside before anybody behind it is looked at; what is left over may go to
 * those behind. So a grant never delays a request that stands ahead, and yet a request that waits for a GPU does not stop one
 * behind it that needs a free processor. Invariant: after each call, nobody in line could be granted by that rule.
 */
export class Ledger<Kinds extends string> {
  /** What there is in all, as given. */
  readonly capacity: Readonly<Record<Kinds, number>>;
  /** What there is, kind by kind. */
  readonly stocks: readonly Stock<Kinds>[];
  /** Who waits, sorted by rank. */
  readonly line = new WaitLine<PoolWaiter<Kinds>>();
  /** Leases granted so far. */
  grants = 0;
  readonly #byKind: ReadonlyMap<string, Stock<Kinds>>;
  /** The stock that was asked for last: most callers ask for the same kind again, which saves a look-up in the map. */
  #recent: Stock<Kinds>;

  /** Opens the accounts; `capacity` has at least one kind. */
  constructor(capacity: Readonly<Record<Kinds, number>>) {
    const stocks: Stock<Kinds>[] = [];
    for (const kind in capacity) stocks.push(new Stock(kind, capacity[kind]));
    const [first] = stocks;
    if (first === undefined) {
      throw new TypeError("Cannot make a pool: its capacity names no kind of resource; pass one such as { cpu: 8 }");
    }
    this.capacity = { ...capacity };
    this.stocks = stocks;
    this.#byKind = new Map(stocks.map((stock) => [stock.kind, stock]));
    this.#recent = first;
  }

  /**
   * The stock of a kind.
   *
   * @throws {TypeError} If there is none.
   */
  stock(kind: Kinds): Stock<Kinds> {
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
      const stock = this.stock(kind);
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

  /** Grants a lease now if that takes nothing from anybody in line. */
  tryGrant(lease: PoolLease<Kinds>): boolean {
    for (let at: Portion<Kinds> | undefined = lease; at !== undefined; at = at.next) {
      if (at.stock.freeUnits - at.stock.waitingUnits < at.units) return false;
    }
    this.#grant(lease);
    return true;
  }

  /** Puts a waiter in line by its rank, and grants its lease if whoever is ahead leaves enough. */
  join(waiter: PoolWaiter<Kinds>): void {
    let ahead = this.line.last;
    while (ahead !== undefined && ahead.rankMs > waiter.rankMs) ahead = ahead.previous;
    this.line.insertAfter(ahead, waiter);
    for (let at: Portion<Kinds> | undefined = waiter.lease; at !== undefined; at = at.next) {
      at.stock.waitingUnits += at.units;
    }
    this.#serve();
  }

  /** Takes a waiter out of the line; what was set aside for it goes to those behind. */
  leave(waiter: PoolWaiter<Kinds>): void {
    this.#remove(waiter);
    if (this.#isAwaited(waiter.lease)) this.#serve();
  }

  /** Takes back what a lease holds, and grants what has become possible. */
  giveBack(lease: PoolLease<Kinds>): void {
    for (let at: Portion<Kinds> | undefined = lease; at !== undefined; at = at.next) at.stock.freeUnits += at.units;
    if (this.line.first !== undefined && this.#isAwaited(lease)) this.#serve();
  }

  /** Whether anybody in line wants what `lease` has. */
  #isAwaited(lease: PoolLease<Kinds>): boolean {
    for (let at: Portion<Kinds> | undefined = lease; at !== undefined; at = at.next) {
      if (at.stock.waitingUnits > 0) return true;
    }
    return false;
  }

  /** Walks down the line, setting aside for everybody, until there is nothing left that somebody further back wants. */
  #serve(): void {
    for (const stock of this.stocks) {
      stock.leftUnits = stock.freeUnits;
      stock.aheadUnits = 0;
    }
    let waiter = this.line.first;
    while (waiter !== undefined) {
      const { next, lease }: PoolWaiter<Kinds> = waiter;
      let fits = true;
      for (let at: Portion<Kinds> | undefined = lease; at !== undefined; at = at.next) {
        at.stock.leftUnits -= at.units;
        if (at.stock.leftUnits < 0) fits = false;
      }
      if (fits) {
        this.#remove(waiter);
        this.#grant(lease);
        waiter.grant(lease);
      } else {
        for (let at: Portion<Kinds> | undefined = lease; at !== undefined; at = at.next) {
          at.stock.aheadUnits += at.units;
        }
        if (!this.#isAnythingLeft()) return;
      }
      waiter = next;
    }
  }

  /** Whether something is left of a kind that those further back want. */
  #isAnythingLeft(): boolean {
    for (const stock of this.stocks) {
      if (stock.leftUnits > 0 && stock.waitingUnits > stock.aheadUnits) return true;
    }
    return false;
  }

  #grant(lease: PoolLease<Kinds>): void {
    for (let at: Portion<Kinds> | undefined = lease; at !== undefined; at = at.next) at.stock.freeUnits -= at.units;
    this.grants++;
    lease.begin(this);
  }

  #remove(waiter: PoolWaiter<Kinds>): void {
    this.line.remove(waiter);
    for (let at: Portion<Kinds> | undefined = waiter.lease; at !== undefined; at = at.next) {
      at.stock.waitingUnits -= at.units;
    }
  }

  #kinds(): string {
    return this.stocks.map(({ kind }) => kind).join(", ");
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
