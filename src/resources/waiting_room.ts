/**
 * Who waits.
 *
 * @module
 */

import { WaitTimeoutError } from "../coordination/waiter.ts";
import type { KindSet } from "./kind_set.ts";
import { MOST_COUNTED } from "../coordination/most_counted.ts";
import type { Nodes } from "./nodes.ts";
import type { Ordering, WaitQueue } from "./ordering/ordering.ts";
import type { PoolWaiter } from "./pool_waiter.ts";

/** The ordering's queue, and beside it who waits for which kinds; see {@linkcode ServeLoop} for who is served when. */
export class WaitingRoom<Kinds extends string> {
  /** All who wait, in the order of service. */
  readonly queue: WaitQueue<PoolWaiter<Kinds>>;
  /** The sets of kinds that somebody waits for. */
  readonly sets: KindSet<Kinds>[] = [];
  readonly #nodes: Nodes<Kinds>;
  readonly #maxOvertakes: number;
  /** The kinds that somebody waits for, as in {@linkcode KindSet.mask}. */
  #wanted = 0;
  #tickets = 0;

  /** Makes an empty room. */
  constructor(nodes: Nodes<Kinds>, ordering: Ordering, maxOvertakes: number) {
    this.queue = ordering.open({ capacity: nodes.total });
    this.#nodes = nodes;
    this.#maxOvertakes = maxOvertakes;
  }

  /** Whether somebody waits for one of some kinds. */
  wants(set: KindSet<Kinds>): boolean {
    return (this.#wanted & set.mask) !== 0;
  }

  /** Whether somebody waits for one of some kinds for whom nothing is being taken back. */
  lacks(set: KindSet<Kinds>): boolean {
    return this.sets.some((other) => other.meets(set) && other.waiters.size > other.claims);
  }

  /** Whether a caller who never waited may have some kinds before all who wait. */
  isOpenTo(set: KindSet<Kinds>): boolean {
    return !this.sets.some((other) => other.meets(set) && other.hasExhausted(this.#maxOvertakes));
  }

  /** Whether nobody who ranks lower may pass a waiter any more. */
  isExhausted(waiter: PoolWaiter<Kinds>): boolean {
    return waiter.timesOvertaken >= this.#maxOvertakes;
  }

  /** Notes that a caller who never waited was granted some kinds before all who wait. */
  notePassed(set: KindSet<Kinds>): void {
    for (const other of this.sets) if (other.meets(set)) other.passes++;
  }

  /**
   * Lets somebody in, as the one who came last.
   *
   * @throws What the ordering throws; then it is not in.
   */
  join(waiter: PoolWaiter<Kinds>): void {
    waiter.ticket = this.#tickets++;
    this.queue.join(waiter);
    waiter.isIn = true;
    const { set } = waiter.demand;
    if (set.waiters.size === 0) {
      this.sets.push(set);
      this.#wanted |= set.mask;
      set.mostOvertaken = 0;
    }
    set.waiters.insertAfter(set.waiters.last, waiter);
    waiter.passesBefore = set.passes;
  }

  /** Lets somebody go, who is in; what leases that have to go give back is no longer kept for it. */
  leave(waiter: PoolWaiter<Kinds>): void {
    waiter.isIn = false;
    waiter.claim?.end();
    const { set } = waiter.demand;
    this.queue.leave(waiter);
    set.waiters.remove(waiter);
    if (set.waiters.size > 0) return;
    this.sets.splice(this.sets.indexOf(set), 1);
    set.blockedDemand = undefined;
    this.#wanted = 0;
    for (const other of this.sets) this.#wanted |= other.mask;
  }

  /** All who are in, in no particular order. */
  *[Symbol.iterator](): Generator<PoolWaiter<Kinds>, void, void> {
    for (const { waiters } of this.sets) {
      for (let at = waiters.first; at !== undefined; at = at.next) yield at;
    }
  }

  /** Why somebody who is in waits no longer: its time is up. */
  timeoutError(waiter: PoolWaiter<Kinds>, timeoutMs: number): WaitTimeoutError {
    const { table } = this.#nodes, { demand } = waiter;
    const asked: string[] = [], free: string[] = [];
    for (let at = 0; at < demand.length; at++) {
      const place = demand.places[at]!, kind = table.nameOf(place);
      asked.push(`${table.amountOf(demand.units[at]!, place)} ${kind}`);
      free.push(`${this.#nodes.availableOf(place)} of ${this.#nodes.capacityOf(place)} ${kind}`);
    }
    const owner = waiter.owner === undefined ? "" : ` for "${waiter.owner}"`;
    const state = waiter.parked === undefined
      ? `${this.#countAhead(waiter)} wait ahead for the same`
      : `a quota stops it: ${waiter.parked.reason}`;
    return new WaitTimeoutError(asked.join(" and ") + owner, timeoutMs, `free are ${free.join(", ")}, and ${state}`);
  }

  #countAhead(waiter: PoolWaiter<Kinds>): string {
    let ahead = 0, looked = 0;
    for (const other of this.queue.inOrder()) {
      if (other === waiter) return String(ahead);
      if (other.demand.set === waiter.demand.set) ahead++;
      if (++looked === MOST_COUNTED) break;
    }
    return `at least ${ahead}`;
  }
}
