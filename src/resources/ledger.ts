/**
 * The accounts of a pool: what is free, who waits for it, and who gets it.
 *
 * @module
 */

import type { PoolLease, Portion } from "./lease.ts";
import type { PoolWaiter } from "./pool_waiter.ts";
import { RankedLine } from "./ranked_line.ts";
import { Stocks } from "./stocks.ts";

/**
 * Grants whole requests, in order.
 *
 * Whoever waits for the same kinds stands in one line, sorted by rank. What the first of a line asks for is set aside before
 * anybody of a lower rank is looked at; what is left over may go to the other lines. So whoever is first in a line is never
 * delayed by a lower rank, and yet a hundred requests that wait for a GPU do not keep the processors idle that they will need.
 *
 * Invariants: no line is empty; the first of each line does not fit beside what is set aside for higher ranks; a stock's
 * `setAsideUnits` is what the firsts of all lines ask for.
 */
export class Ledger<Kinds extends string> {
  /** What there is. */
  readonly stocks: Stocks<Kinds>;
  /** How many wait. */
  waiters = 0;
  /** Leases granted so far. */
  grants = 0;
  readonly #lines = new Map<string, RankedLine<Kinds>>();
  #tickets = 0;

  /** Opens the accounts. */
  constructor(capacity: Readonly<Record<Kinds, number>>) {
    this.stocks = new Stocks(capacity);
  }

  /** A number above all that were given out before. */
  nextTicket(): number {
    return this.#tickets++;
  }

  /**
   * Grants a lease now if that delays nobody: as if it had the lowest rank. It passes nobody who waits for the same kinds: of
   * one of them, less is free than is set aside, or the first in that line would not have to wait.
   */
  tryGrant(lease: PoolLease<Kinds>): boolean {
    if (!fits(lease)) return false;
    this.#grant(lease);
    return true;
  }

  /** Puts a waiter in its line; grants its lease at once if nobody of a higher rank is in the way. */
  join(waiter: PoolWaiter<Kinds>): void {
    const key = lineKey(waiter.lease);
    let line = this.#lines.get(key);
    if (line === undefined) this.#lines.set(key, line = new RankedLine(key));
    waiter.line = line;
    line.join(waiter);
    this.waiters++;
    if (line.first === waiter) this.#serve();
  }

  /** Takes a waiter out of its line; what was set aside for it goes to others. */
  leave(waiter: PoolWaiter<Kinds>): void {
    const wasFirst = waiter.line?.first === waiter;
    this.#remove(waiter);
    if (wasFirst) this.#serve();
  }

  /** Takes back what a lease holds, and grants what has become possible. */
  giveBack(lease: PoolLease<Kinds>): void {
    let awaited = false;
    for (let at: Portion<Kinds> | undefined = lease; at !== undefined; at = at.next) {
      at.stock.freeUnits += at.units;
      if (at.stock.setAsideUnits > 0) awaited = true;
    }
    if (awaited) this.#serve();
  }

  /** Looks at whoever is first in a line, by rank, until the first of each line has to wait. */
  #serve(): void {
    for (const stock of this.stocks.list) stock.setAsideUnits = 0;
    const open = [...this.#lines.values()];
    while (open.length > 0) {
      const place = highestRank(open), waiter = open[place]?.first;
      if (waiter !== undefined && fits(waiter.lease)) {
        this.#remove(waiter);
        this.#grant(waiter.lease);
        waiter.grant(waiter.lease);
      } else {
        if (waiter !== undefined) setAside(waiter.lease);
        open.splice(place, 1);
      }
    }
  }

  #grant(lease: PoolLease<Kinds>): void {
    for (let at: Portion<Kinds> | undefined = lease; at !== undefined; at = at.next) at.stock.freeUnits -= at.units;
    this.grants++;
    lease.begin(this);
  }

  #remove(waiter: PoolWaiter<Kinds>): void {
    const { line } = waiter;
    if (line === undefined) return;
    line.remove(waiter);
    if (line.first === undefined) this.#lines.delete(line.key);
    this.waiters--;
  }
}

/** Whether a lease fits beside what is set aside. */
function fits<Kinds extends string>(lease: PoolLease<Kinds>): boolean {
  for (let at: Portion<Kinds> | undefined = lease; at !== undefined; at = at.next) {
    if (at.stock.freeUnits - at.stock.setAsideUnits < at.units) return false;
  }
  return true;
}

function setAside<Kinds extends string>(lease: PoolLease<Kinds>): void {
  for (let at: Portion<Kinds> | undefined = lease; at !== undefined; at = at.next) at.stock.setAsideUnits += at.units;
}

/** The place of the line whose first goes first; one that has run empty counts as the lowest. */
function highestRank<Kinds extends string>(lines: readonly RankedLine<Kinds>[]): number {
  let place = 0, best = lines[0]?.first;
  for (let i = 1; i < lines.length; i++) {
    const first = lines[i]?.first;
    if (first === undefined || (best !== undefined && !first.isBefore(best))) continue;
    place = i;
    best = first;
  }
  return place;
}

/** Names the line of a lease: the kinds that it needs, in whatever order they were named. */
function lineKey<Kinds extends string>(lease: PoolLease<Kinds>): string {
  if (lease.next === undefined) return String(lease.stock.place);
  const places: number[] = [];
  for (let at: Portion<Kinds> | undefined = lease; at !== undefined; at = at.next) places.push(at.stock.place);
  return places.sort((a, b) => a - b).join();
}
