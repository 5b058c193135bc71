/**
 * What a holder has, until it gives it back.
 *
 * @module
 */

import type { PoolDemand } from "./demand.ts";
import { LeaseDetails } from "./lease_details.ts";
import type { Ledger } from "./ledger.ts";
import type { ResourceAmounts } from "./request.ts";
import { splitDemand } from "./shrink.ts";

/** What was granted out of a pool, whole, on one node; it belongs to its holder until it is released. */
export interface Lease<Kinds extends string> extends Disposable, AsyncDisposable {
  /** What it holds, by kind, to a millionth, or held last; a kind of which it holds nothing is not mentioned. */
  readonly amounts: ResourceAmounts<Kinds>;
  /** Who holds it, if told. */
  readonly owner: string | undefined;
  /** Where it was granted: the node's place in {@linkcode ResourcePoolSnapshot.nodes}; 0 if the pool has one. */
  readonly node: number;
  /**
   * For how long it has been held, or was, in milliseconds of the pool's clock; `undefined` unless the pool has `timing: "on"`, for a
   * reading of the clock costs more than an uncontended grant and release together.
   */
  readonly ageMs: number | undefined;
  /** Whether it has been given back or taken back. */
  readonly released: boolean;
  /** Aborted when the pool takes the lease back before its holder gives it back; made when it is asked for. */
  readonly signal: AbortSignal;
  /** Gives everything back at once, and serves whoever waits for it; a second call changes nothing. */
  release(): void;
  /**
   * Gives some of it back at once, and serves whoever waits for that; the rest is held as before.
   *
   * @param amounts How much to give back of each kind (not what to keep). When nothing is left the lease is released.
   * @throws {TypeError} If an amount is not a number, or the pool does not have the kind.
   * @throws {RangeError} If it is more than the lease holds of a kind, negative or not finite; then nothing is given back. A
   * lease that was released holds nothing.
   */
  shrink(amounts: ResourceAmounts<Kinds>): void;
}

/**
 * A lease of a pool.
 *
 * Hot path: each field costs a tenth of an uncontended grant and release. So what most leases do not need is in `details`, and the
 * node is in the demand; and it has no base class, for a derived constructor would double the cost.
 */
export class PoolLease<Kinds extends string> implements Lease<Kinds> {
  readonly owner: string | undefined;
  /** What it holds, or held last, and where. */
  demand: PoolDemand<Kinds>;
  /** What is known of it besides; `undefined` for most. */
  details: LeaseDetails<Kinds> | undefined;
  /** Where to give it back; `undefined` when it has been given back. */
  ledger: Ledger<Kinds> | undefined;

  /** Describes what the ledger has taken for it. */
  constructor(ledger: Ledger<Kinds>, demand: PoolDemand<Kinds>, owner: string | undefined) {
    this.ledger = ledger;
    this.demand = demand;
    this.owner = owner;
    this.details = undefined;
  }

  get amounts(): ResourceAmounts<Kinds> {
    return this.demand.amounts;
  }

  get node(): number {
    return this.demand.node;
  }

  get ageMs(): number | undefined {
    return this.details?.ageMs;
  }

  get released(): boolean {
    return this.ledger === undefined || this.details?.holding?.isOver === true;
  }

  get signal(): AbortSignal {
    this.details ??= new LeaseDetails();
    return this.details.signal.of(this);
  }

  release(): void {
    const ledger = this.ledger;
    if (ledger === undefined) return;
    this.ledger = undefined;
    ledger.release(this);
  }

  shrink(amounts: ResourceAmounts<Kinds>): void {
    const { returned, rest } = splitDemand(this, amounts);
    if (returned.length === 0) return;
    if (rest.length === 0) return this.release();
    this.demand = rest;
    this.ledger?.shrink(this, returned);
  }

  [Symbol.dispose](): void {
    this.release();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.release();
    return Promise.resolve();
  }
}
