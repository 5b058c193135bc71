/**
 * A request that waits.
 *
 * @module
 */

import type { ContestedWait } from "../coordination/deadlocks/contested.ts";
import type { LineNode } from "../coordination/wait_line.ts";
import { Waiter, type WaitTimeoutError } from "../coordination/waiter.ts";
import type { PoolDemand } from "./demand.ts";
import type { Lease } from "./lease.ts";
import type { Candidate } from "./ordering/ordering.ts";
import type { QueueEntry } from "./ordering/queue_entry.ts";
import type { Claim } from "./preemption/claim.ts";
import { shareOf } from "./pool_contest.ts";
import type { ParkedLine } from "./parked_line.ts";
import type { QuotaGrant, QuotaScope } from "./quotas/mod.ts";

/** What a request is besides its demand. */
export interface Terms {
  /** Who will hold the lease. */
  readonly owner: string | undefined;
  /** How urgent it is; see `priority.ts`. */
  readonly level: number;
  /** For whom quotas count it. */
  readonly scope: QuotaScope | undefined;
  /** Whether the lease may be taken back for somebody more urgent. */
  readonly preemptible: boolean;
  /** How often the work was preempted before, if the caller told. */
  readonly preemptions: number | undefined;
  /** What to do while a quota refuses. */
  readonly onQuota: "wait" | "refuse";
}

/** Whom a waiter tells that it waits no longer. */
export interface WaiterHost<Kinds extends string> {
  /** It has given up, and is to be taken from where it stands. */
  gaveUp(waiter: PoolWaiter<Kinds>): void;
  /** The largest share of the pool's capacity of a kind that a demand has. */
  dominantShareOf(demand: PoolDemand<Kinds>): number;
  /** Why it gets nothing any more; it still stands where it stood. */
  timeoutError(waiter: PoolWaiter<Kinds>, timeoutMs: number): WaitTimeoutError;
}

/** Waits for everything that it needs, at once, on one node. */
export class PoolWaiter<Kinds extends string> extends Waiter<Lease<Kinds>>
  implements Candidate<PoolWaiter<Kinds>>, ContestedWait, LineNode<PoolWaiter<Kinds>>, Terms {
  readonly owner: string | undefined;
  readonly level: number;
  readonly scope: QuotaScope | undefined;
  readonly preemptible: boolean;
  readonly preemptions: number | undefined;
  readonly onQuota: "wait" | "refuse";
  readonly demand: PoolDemand<Kinds>;
  arrivedMs: number;
  ticket = 0;
  /** Its first ticket: where it stands among those whom a quota stops. */
  number = 0;
  entry: QueueEntry<PoolWaiter<Kinds>> | undefined = undefined;
  /** Neighbours among those who wait for the same kinds. */
  previous: PoolWaiter<Kinds> | undefined = undefined;
  next: PoolWaiter<Kinds> | undefined = undefined;
  /** What its kinds' {@linkcode KindSet.passes} were when it came. */
  passesBefore = 0;
  /** How many who waited were granted one of its kinds before it, though they ranked lower. */
  overtaken = 0;
  /** The node that is kept for it, or on which it has just been placed; -1 if none. */
  node = -1;
  /** The number of the serve in which no node had room for it. */
  foundNoneIn = -1;
  /** What quotas have just counted for it. */
  quota: QuotaGrant<Kinds> | undefined = undefined;
  /** Where it waits, if a quota stops it: outside of the queue. */
  parked: ParkedLine<Kinds> | undefined = undefined;
  /** Where a quota stopped it until not long ago, if it is back in the queue. */
  backFrom: ParkedLine<Kinds> | undefined = undefined;
  /** Whether it is in the waiting room. */
  isIn = false;
  /** What is kept for it on a node, where leases are being taken back for it. */
  claim: Claim<Kinds> | undefined = undefined;
  /** The number of the serve in which leases that could make room for it were last looked for. */
  soughtIn = -1;
  /** Where its caller asked, if that is kept. */
  origin: Error | undefined = undefined;
  /** Whether its time is up. */
  timedOut = false;
  /** When it began to wait; unlike `arrivedMs` it never changes. */
  readonly sinceMs: number;
  readonly #host: WaiterHost<Kinds>;

  /** Makes a waiter that stands nowhere yet. */
  constructor(host: WaiterHost<Kinds>, demand: PoolDemand<Kinds>, terms: Terms, nowMs: number) {
    super();
    this.owner = terms.owner;
    this.level = terms.level;
    this.scope = terms.scope;
    this.preemptible = terms.preemptible;
    this.preemptions = terms.preemptions;
    this.onQuota = terms.onQuota;
    this.demand = demand;
    this.arrivedMs = this.sinceMs = nowMs;
    this.#host = host;
  }

  /** The largest share of the pool's capacity of a kind that it waits for. */
  get dominantShare(): number {
    return this.#host.dominantShareOf(this.demand);
  }

  /** How many who ranked lower were granted one of its kinds before it, at most. */
  get timesOvertaken(): number {
    return this.overtaken + this.demand.set.passes - this.passesBefore;
  }

  override fire(): void {
    this.timedOut = true;
    super.fire();
  }

  /** What it waits for, for a report of a deadlock. */
  get share(): string {
    return shareOf(this.demand.amounts);
  }

  /** False if it is for a state of an agent: others of its states, or of its runs, may work meanwhile in the same name. */
  override get isAwaited(): boolean {
    return this.scope?.state === undefined;
  }

  protected override leave(): void {
    this.#host.gaveUp(this);
  }

  protected override timeoutError(timeoutMs: number): WaitTimeoutError {
    return this.#host.timeoutError(this, timeoutMs);
  }
}
