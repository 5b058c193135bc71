/**
 * Who holds and who waits for what of a pool, for whoever looks for deadlocks.
 *
 * @module
 */

import type { Contested, ContestedHolding, ContestedWait, LetsGo } from "../coordination/deadlocks/contested.ts";
import { isUniqueOwner } from "../coordination/deadlocks/unique_owner.ts";
import { tellBegin, tellEnd, tellGrant, tellLess, waitWatch } from "../coordination/deadlocks/watch.ts";
import type { PoolLease } from "./lease.ts";
import type { Nodes } from "./nodes.ts";
import type { PoolWaiter } from "./pool_waiter.ts";

/** Leases are looked through for those that are over when so many were noted, and whenever they have doubled since. */
const FIRST_SWEEP = 64;

/**
 * The leases and waits of owners while a detector is on; nothing at other times.
 *
 * Whether a wait can end is told by the sums over all nodes: whoever needs more of a kind than is left beside those who are stuck
 * waits for ever, whatever the placement and the ordering do. What the owner itself holds is counted as left, as an owner may be several
 * tasks: the runs of an agent are one by default; not so if its name is of one task only. What the pool may take back is counted as left
 * too. A wait that only its place in line or the split over nodes keeps from being served is taken to end.
 */
export class PoolContest<Kinds extends string> implements Contested {
  readonly noun = "resource pool";
  readonly name = undefined;
  readonly #nodes: Nodes<Kinds>;
  #leases: PoolLease<Kinds>[] = [];
  #sweepAt = FIRST_SWEEP;
  readonly #waiting = new Set<PoolWaiter<Kinds>>();

  /** The contest for a pool's nodes. */
  constructor(nodes: Nodes<Kinds>) {
    this.#nodes = nodes;
  }

  /** Whether what an owner gets is to be told: one check of `undefined` while nobody looks for deadlocks. */
  static isWatched(owner: string | undefined): boolean {
    return owner !== undefined && waitWatch.current !== undefined;
  }

  /** An owner has been granted a lease. */
  granted(lease: PoolLease<Kinds>): void {
    if (this.#leases.push(lease) >= this.#sweepAt) {
      this.#leases = this.#leases.filter(({ released }) => !released);
      this.#sweepAt = Math.max(FIRST_SWEEP, 2 * this.#leases.length);
    }
    tellGrant(lease.owner);
  }

  /** A wait has begun. */
  began(waiter: PoolWaiter<Kinds>): void {
    if (!PoolContest.isWatched(waiter.owner)) return;
    this.#waiting.add(waiter);
    tellBegin(waiter, this);
  }

  /** A wait has ended. */
  ended(waiter: PoolWaiter<Kinds>): void {
    if (this.#waiting.delete(waiter)) tellEnd(waiter);
  }

  /** The nodes have another capacity. */
  resized(): void {
    tellLess(this);
  }

  *holdings(): Iterable<ContestedHolding> {
    for (const lease of this.#leases) {
      if (!lease.released) yield { owner: lease.owner, share: shareOf(lease.amounts) };
    }
  }

  waits(): Iterable<ContestedWait> {
    return this.#waiting;
  }

  *served(letsGo: LetsGo): Iterable<ContestedWait> {
    const left = Float64Array.from(this.#nodes.total), owned = new Map<string, Float64Array>();
    for (const { released, owner, demand: { places, units }, details } of this.#leases) {
      if (released || owner === undefined || details?.holding !== undefined || letsGo(owner)) continue;
      let own = owned.get(owner);
      if (own === undefined && !isUniqueOwner(owner)) owned.set(owner, own = new Float64Array(left.length));
      for (const [at, place] of places.entries()) {
        left[place]! -= units[at]!;
        if (own !== undefined) own[place]! += units[at]!;
      }
    }
    for (const waiter of this.#waiting) {
      const { owner, demand: { places, units } } = waiter, own = owner === undefined ? undefined : owned.get(owner);
      if (places.every((place, at) => units[at]! <= left[place]! + (own?.[place] ?? 0))) yield waiter;
    }
  }
}

/** Words amounts: `1 gpu and 2 cpu`. */
export function shareOf(amounts: Readonly<Partial<Record<string, number>>>): string {
  return Object.entries(amounts).map(([kind, amount]) => `${amount} ${kind}`).join(" and ");
}
