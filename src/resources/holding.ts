/**
 * A lease as the books know it.
 *
 * @module
 */

import type { PoolDemand } from "./demand.ts";
import type { LeaseDetails } from "./lease_details.ts";
import type { LeakWatch } from "./leaks/leak_watch.ts";
import type { OwnerTally } from "./preemption/preemption_record.ts";
import type { Stake } from "./preemption/stake.ts";

/** What has to be known to take something back. */
export interface Held<Kinds extends string> {
  /** How much it is, and where. */
  readonly demand: PoolDemand<Kinds>;
  /** Whose it is, if told. */
  readonly owner: string | undefined;
  /** What is known of it besides. */
  readonly details: LeaseDetails<Kinds> | undefined;
}

/**
 * What a lease holds, for whoever may take it back without its holder. It knows nothing of the lease itself, so that one which its
 * holder has lost can be found by the garbage collector though the books still count it.
 */
export class Holding<Kinds extends string> implements Held<Kinds> {
  readonly owner: string | undefined;
  readonly details: LeaseDetails<Kinds>;
  /** What is held, or was held last, and where. */
  demand: PoolDemand<Kinds>;
  /** Whether it has been given back or taken back. */
  isOver = false;
  /** Its place among those that may be preempted, if it may be. */
  stake: Stake<Kinds> | undefined = undefined;
  /** What is remembered of its owner, if it may be preempted and its owner was. */
  tally: OwnerTally | undefined = undefined;
  /** How it is watched for leaks, if it is. */
  watch: LeakWatch<Kinds> | undefined = undefined;

  /** Describes a lease that is being written out. */
  constructor(demand: PoolDemand<Kinds>, owner: string | undefined, details: LeaseDetails<Kinds>) {
    this.owner = owner;
    this.details = details;
    this.demand = demand;
  }
}
