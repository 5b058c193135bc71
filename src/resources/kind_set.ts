/**
 * Sets of kinds, and whoever waits for exactly the same ones.
 *
 * @module
 */

import { WaitLine } from "../coordination/wait_line.ts";
import type { PoolDemand } from "./demand.ts";
import type { KindTable } from "./kind_table.ts";
import type { PoolWaiter } from "./pool_waiter.ts";

/** Bits of a mask that a bitwise operation keeps positive. */
const MASK_BITS = 31;

/**
 * A set of kinds. There is one object for each set that was ever asked for, so that sets are compared by identity; with it goes
 * what the pool remembers of those who wait for all of these kinds and no other.
 */
export class KindSet<Kinds extends string> {
  /** All kinds of the pool. */
  readonly table: KindTable<Kinds>;
  /** The set of no kinds, where all sets of the pool begin. */
  readonly empty: KindSet<Kinds>;
  /** The places of its kinds, ascending. */
  readonly places: readonly number[];
  /** A bit for each of its kinds; in a pool of more than 31 kinds some share a bit, and then sets seem to have more in common. */
  readonly mask: number;
  /** Who waits for these, in the order of arrival. */
  readonly waiters = new WaitLine<PoolWaiter<Kinds>>();
  /** For how many of them leases are being taken back. */
  claims = 0;
  /** How many callers who never waited were granted one of these kinds so far. */
  passes = 0;
  /** At least how often the one of `waiters` was overtaken whom other waiters have overtaken most. */
  mostOvertaken = 0;
  /** The last pass of the serve loop in which one of `waiters` was found blocked. */
  blockedIn = 0;
  /** What the first that was found blocked in that pass asks for. */
  blockedDemand: PoolDemand<Kinds> | undefined = undefined;
  readonly #larger: (KindSet<Kinds> | undefined)[] = [];

  /** Makes the empty set of a pool; {@linkcode KindSet.with} makes the others. */
  constructor(table: KindTable<Kinds>, places: readonly number[] = [], empty?: KindSet<Kinds>) {
    this.table = table;
    this.empty = empty ?? this;
    this.places = places;
    this.mask = places.reduce((mask, place) => mask | 1 << place % MASK_BITS, 0);
  }

  /** The set with one more kind, whose place is above all others. */
  with(place: number): KindSet<Kinds> {
    return this.#larger[place] ??= new KindSet(this.table, [...this.places, place], this.empty);
  }

  /** Whether the two have a kind in common. */
  meets(other: KindSet<Kinds>): boolean {
    return (this.mask & other.mask) !== 0;
  }

  /** Notes that one of `waiters` was overtaken so often by other waiters. */
  noteOvertaken(times: number): void {
    if (times > this.mostOvertaken) this.mostOvertaken = times;
  }

  /** Whether one of `waiters` has been overtaken `max` times. O(1) unless one comes near; then it looks at all of them. */
  hasExhausted(max: number): boolean {
    const oldest = this.waiters.first;
    if (oldest === undefined || this.passes - oldest.passesBefore + this.mostOvertaken < max) return false;
    let exhausted = false, most = 0;
    for (let at: PoolWaiter<Kinds> | undefined = oldest; at !== undefined; at = at.next) {
      if (at.overtaken > most) most = at.overtaken;
      if (at.timesOvertaken >= max) exhausted = true;
    }
    this.mostOvertaken = most;
    return exhausted;
  }
}
