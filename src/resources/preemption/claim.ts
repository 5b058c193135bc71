/**
 * What is kept for somebody for whom leases are being taken back.
 *
 * @module
 */

import type { Nodes } from "../nodes.ts";
import type { PoolWaiter } from "../pool_waiter.ts";

/** Whom a claim tells. */
export interface ClaimHost<Kinds extends string> {
  /** It ends, whether or not its waiter got what it waited for. */
  ended(claim: Claim<Kinds>): void;
}

/** What claims of a pool work on. */
export interface ClaimContext<Kinds extends string> {
  /** The nodes. */
  readonly nodes: Nodes<Kinds>;
  /** See {@linkcode FreeUnits.surplus}. */
  readonly surplus: Float64Array;
  /** Whom they tell. */
  readonly host: ClaimHost<Kinds>;
}

/**
 * A waiter's right to what comes free on a node. What was free there is *kept* from the beginning, what is given back by the leases
 * that have to go is kept as it comes, so that nobody else gets it; the waiter has it when nothing is missing any more.
 */
export class Claim<Kinds extends string> {
  readonly waiter: PoolWaiter<Kinds>;
  readonly node: number;
  /** Whether it counts on what comes back from leases that were not chosen for it. */
  readonly usesSurplus: boolean;
  /** What still has to come, in units, one entry for each of the demand's. */
  readonly missing: Float64Array;
  /** What is kept. */
  readonly kept: Float64Array;
  readonly #nodes: Nodes<Kinds>;
  readonly #surplus: Float64Array;
  readonly #host: ClaimHost<Kinds>;
  #isLent = false;

  /** Keeps what is free; `surplus`, what comes free and nobody has claimed, is less by the rest. */
  constructor(
    waiter: PoolWaiter<Kinds>,
    node: number,
    { nodes, surplus, host, usesSurplus }: ClaimContext<Kinds> & { readonly usesSurplus: boolean },
  ) {
    const { length, places, units } = waiter.demand, row = node * nodes.kinds;
    this.waiter = waiter;
    this.node = node;
    this.usesSurplus = usesSurplus;
    this.missing = new Float64Array(length);
    this.kept = new Float64Array(length);
    this.#nodes = nodes;
    this.#surplus = surplus;
    this.#host = host;
    for (let at = 0; at < length; at++) {
      const kept = Math.min(units[at]!, Math.max(0, nodes.free[row + places[at]!]!));
      this.kept[at] = kept;
      this.missing[at] = units[at]! - kept;
      surplus[row + places[at]!]! -= this.missing[at]!;
    }
    nodes.keep(node, waiter.demand, this.kept);
    waiter.demand.set.claims++;
  }

  /** Whether it has not ended. */
  get isOpen(): boolean {
    return this.waiter.claim === this;
  }

  /** Whether its waiter can have what it waits for. */
  get isComplete(): boolean {
    return this.missing.every((units) => units === 0);
  }

  /** Takes its part of what was given back by a lease that had to go; `returned` is by place, and is less by that part. */
  collect(returned: Float64Array): void {
    const { demand } = this.waiter, { free, kinds } = this.#nodes, row = this.node * kinds;
    const more = new Float64Array(demand.length);
    for (let at = 0; at < demand.length; at++) {
      const place = demand.places[at]!;
      const units = Math.min(this.missing[at]!, returned[place]!, Math.max(0, free[row + place]!));
      more[at] = units;
      this.missing[at]! -= units;
      this.kept[at]! += units;
      this.#surplus[row + place]! += units;
      returned[place]! -= units;
    }
    this.#nodes.keep(this.node, demand, more);
  }

  /** Keeps nothing while its waiter's turn is looked into: with what is free besides, it may be enough. */
  lend(): void {
    this.#isLent = true;
    this.#nodes.unkeep(this.node, this.waiter.demand, this.kept);
  }

  /** Keeps again what was lent: nothing was taken meanwhile. */
  takeBack(): void {
    this.#isLent = false;
    this.#nodes.keep(this.node, this.waiter.demand, this.kept);
  }

  /** Claims nothing any more; what was kept is free. */
  end(): void {
    const { demand } = this.waiter, row = this.node * this.#nodes.kinds;
    if (!this.#isLent) this.#nodes.unkeep(this.node, demand, this.kept);
    for (let at = 0; at < demand.length; at++) this.#surplus[row + demand.places[at]!]! += this.missing[at]!;
    this.waiter.claim = undefined;
    demand.set.claims--;
    this.#host.ended(this);
  }
}
