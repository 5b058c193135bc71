/**
 * A line in which the rank decides, and between equal ranks who came first.
 *
 * @module
 */

import { WaitLine } from "../coordination/wait_line.ts";
import type { PoolWaiter } from "./pool_waiter.ts";

/**
 * Waiters sorted by rank: one plain line for each level of priority, for within a level whoever comes later ranks lower.
 *
 * Joining and leaving are O(1), however many wait; when the first leaves, finding the next costs the number of levels in use.
 */
export class RankedLine<Kinds extends string> {
  /** The kinds that its waiters ask for; see {@linkcode Ledger}. */
  readonly key: string;
  /** Whoever is served first; undefined when nobody waits. */
  first: PoolWaiter<Kinds> | undefined = undefined;
  readonly #levels = new Map<number, WaitLine<PoolWaiter<Kinds>>>();

  /** Makes an empty line. */
  constructor(key: string) {
    this.key = key;
  }

  /** Takes in a waiter that has come later than all others. */
  join(waiter: PoolWaiter<Kinds>): void {
    let line = this.#levels.get(waiter.level);
    if (line === undefined) this.#levels.set(waiter.level, line = new WaitLine());
    line.insertAfter(line.last, waiter);
    if (this.first === undefined || waiter.isBefore(this.first)) this.first = waiter;
  }

  /** Lets a waiter go, which stands in this line. */
  remove(waiter: PoolWaiter<Kinds>): void {
    const line = this.#levels.get(waiter.level);
    line?.remove(waiter);
    if (line?.first === undefined) this.#levels.delete(waiter.level);
    if (this.first === waiter) this.first = this.#findFirst();
  }

  /** How many are served before a waiter; costs their number. */
  countBefore(waiter: PoolWaiter<Kinds>): number {
    let count = 0;
    for (const line of this.#levels.values()) {
      for (let at = line.first; at?.isBefore(waiter); at = at.next) count++;
    }
    return count;
  }

  #findFirst(): PoolWaiter<Kinds> | undefined {
    let best: PoolWaiter<Kinds> | undefined;
    for (const { first } of this.#levels.values()) {
      if (first !== undefined && (best === undefined || first.isBefore(best))) best = first;
    }
    return best;
  }
}
