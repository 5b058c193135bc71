/**
 * Leases that the pool may take back.
 *
 * @module
 */

import type { PoolDemand } from "./demand.ts";
import type { EventHub } from "./event_hub.ts";
import { Holding } from "./holding.ts";
import type { LeakRules } from "./leaks/leak_options.ts";
import type { LeakReason, LeakReport } from "./leaks/leak_report.ts";
import { type LeakHost, Leaks } from "./leaks/leaks.ts";
import type { PoolLease } from "./lease.ts";
import type { LeaseDetails } from "./lease_details.ts";
import type { Nodes } from "./nodes.ts";
import type { PoolEvent } from "./pool_event.ts";
import { PoolWaiter, type Terms } from "./pool_waiter.ts";
import type { PreemptedError } from "./preemption/preempted_error.ts";
import { Preemption, type PreemptionHost } from "./preemption/preemption.ts";
import type { PreemptionRules } from "./preemption/preemption_options.ts";
import type { SteadyClock } from "../coordination/steady_clock.ts";
import type { Tally } from "./tally.ts";

/** What taking back asks of the books. */
export interface ReclaimHost<Kinds extends string> {
  /** The nodes of the pool. */
  readonly nodes: Nodes<Kinds>;
  /** Who listens. */
  readonly events: EventHub<PoolEvent<Kinds>>;
  /** Where it is counted. */
  readonly tally: Tally;
  /** The pool's clock. */
  readonly clock: SteadyClock;
  /** Takes back what is held, unless it is over, and serves whoever can be served then. */
  reclaim(holding: Holding<Kinds>, reason: "preempted" | LeakReason): void;
  /** A node may have more to grant. */
  noteNode(node: number): void;
  /** The first preemptible lease is being granted. */
  began(preemption: Preemption<Kinds>): void;
}

/** Which leases the pool may take back: those that are preemptible, and all of them if it looks for leaks. */
export class Reclaims<Kinds extends string> implements PreemptionHost<Kinds>, LeakHost<Kinds> {
  /** What looks for leaks, if anything does. */
  readonly leaks: Leaks<Kinds> | undefined;
  /** What preempts; `undefined` as long as no lease was preemptible. */
  preemption: Preemption<Kinds> | undefined = undefined;
  readonly #host: ReclaimHost<Kinds>;
  readonly #rules: PreemptionRules;

  /** Takes nothing back yet. */
  constructor(host: ReclaimHost<Kinds>, preemption: PreemptionRules, leaks: LeakRules<Kinds> | undefined) {
    this.#host = host;
    this.#rules = preemption;
    this.leaks = leaks && new Leaks(leaks, this);
  }

  /** Notes a lease that is being granted, if it may be taken back. */
  note(lease: PoolLease<Kinds>, details: LeaseDetails<Kinds>, terms: Terms): void {
    const { leaks } = this;
    if (!terms.preemptible && leaks === undefined) return;
    const holding = details.holding = new Holding(lease.demand, lease.owner, details);
    if (terms.preemptible) this.#begin().add(holding, terms);
    leaks?.watch(lease, holding, terms instanceof PoolWaiter ? terms.origin : leaks.origin());
  }

  /** Notes that something has come back of one that was noted, and is on its node; `isOver` if it was the last. */
  noteReturn(holding: Holding<Kinds>, returned: PoolDemand<Kinds>, isOver: boolean): void {
    holding.isOver = isOver;
    if (holding.details.preemptible) this.preemption?.returned(holding, returned);
    if (isOver) this.leaks?.forget(holding);
  }

  // What preemption and leaks call:

  noteNode(node: number): void {
    this.#host.noteNode(node);
  }

  reclaim(holding: Holding<Kinds>, reason: "preempted" | LeakReason): void {
    this.#host.reclaim(holding, reason);
  }

  preempted(holding: Holding<Kinds>, { priority, neededBy, graceMs }: PreemptedError): void {
    this.#host.tally.preemptions++;
    if (!this.#host.events.isHeard) return;
    this.#host.events.emit({ type: "preempted", ...this.#about(holding), priority, neededBy, graceMs });
  }

  leaked(holding: Holding<Kinds>, { reason, ageMs }: LeakReport<Kinds>): void {
    this.#host.tally.leaks++;
    if (!this.#host.events.isHeard) return;
    this.#host.events.emit({ type: "leaked", ...this.#about(holding), reason, heldMs: ageMs });
  }

  #begin(): Preemption<Kinds> {
    if (this.preemption === undefined) {
      this.preemption = new Preemption(this.#host.nodes, this.#rules, this);
      this.#host.began(this.preemption);
    }
    return this.preemption;
  }

  #about(
    { demand, owner }: Holding<Kinds>,
  ): Pick<PoolEvent<Kinds>, "atMs" | "owner" | "amounts"> & { readonly node: number } {
    return { atMs: this.#host.clock.now(), owner, amounts: demand.amounts, node: demand.node };
  }
}
