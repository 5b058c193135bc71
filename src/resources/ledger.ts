/**
 * The accounts of a pool: what is lent, to whom, and who waits for it.
 *
 * @module
 */

import { WaitListeners } from "../coordination/wait_listeners.ts";
import type { WaitTimeoutError } from "../coordination/waiter.ts";
import { PoolDemand } from "./demand.ts";
import { EventHub } from "./event_hub.ts";
import type { Held, Holding } from "./holding.ts";
import { freeAmounts, type PoolExplanation } from "./explanation.ts";
import { KindSet } from "./kind_set.ts";
import { type Lease, PoolLease } from "./lease.ts";
import type { LeakRules } from "./leaks/leak_options.ts";
import type { LeakReason } from "./leaks/leak_report.ts";
import { LeaseDetails } from "./lease_details.ts";
import type { Nodes } from "./nodes.ts";
import { dominantShareOf } from "./ordering/dominant_share.ts";
import type { Ordering } from "./ordering/ordering.ts";
import type { GaveUpEvent, PoolEvent } from "./pool_event.ts";
import { PoolContest } from "./pool_contest.ts";
import { PoolWaiter, type Terms, type WaiterHost } from "./pool_waiter.ts";
import type { Preemption } from "./preemption/preemption.ts";
import type { PreemptionRules } from "./preemption/preemption_options.ts";
import { PlannedVictim, type PreemptionPlan } from "./preemption/preemption_plan.ts";
import { type ParkingHost, QuotaParking } from "./quota_parking.ts";
import { QuotaError, type QuotaGate, type QuotaGrant, type QuotaRefusal } from "./quotas/mod.ts";
import { NORMAL_LEVEL } from "../coordination/priority.ts";
import { type ReclaimHost, Reclaims } from "./reclaims.ts";
import { capacityRefusal } from "./refusals.ts";
import type { AcquireOptions } from "./request.ts";
import { type ServeHost, ServeLoop } from "./serve_loop.ts";
import type { SteadyClock } from "../coordination/steady_clock.ts";
import { Tally } from "./tally.ts";
import { WaitingRoom } from "./waiting_room.ts";

/** What a ledger is made of, besides nodes. */
export interface LedgerOptions<Kinds extends string> {
  /** Who of those who wait is next. */
  readonly ordering: Ordering;
  /** How often a waiter may be overtaken. */
  readonly maxOvertakes: number;
  /** The pool's clock. */
  readonly clock: SteadyClock;
  /** Whether each lease keeps the time. */
  readonly timed: boolean;
  /** What may refuse though there is room. */
  readonly quotas: QuotaGate<Kinds> | undefined;
  /** How leases are preempted that may be. */
  readonly preemption: PreemptionRules;
  /** How leaks are found, if they are looked for. */
  readonly leaks: LeakRules<Kinds> | undefined;
}

/** What is known of a grant besides what was asked for. */
interface Grant<Kinds extends string> {
  readonly node: number;
  readonly quota: QuotaGrant<Kinds> | undefined;
  readonly waitedMs: number;
}

/** The terms of a caller who names none. */
export const NO_TERMS: Terms = {
  owner: undefined,
  level: NORMAL_LEVEL,
  scope: undefined,
  preemptible: false,
  preemptions: undefined,
  onQuota: "wait",
};

/**
 * Grants and takes back.
 *
 * What most callers do, one after another, is to take and give back the same amounts while nobody waits. So what a lease gives
 * back is *kept ready* for the next of the same demand: to take that is one subtraction however many kinds there are, and the
 * tables are left alone. Whoever needs to know what is free calls {@linkcode settle} first; a pool in which somebody waits, or
 * that has several nodes, quotas, accounts by owner, a clock or listeners, keeps nothing ready.
 */
export class Ledger<Kinds extends string>
  implements ServeHost<Kinds>, ParkingHost<Kinds>, WaiterHost<Kinds>, ReclaimHost<Kinds> {
  readonly nodes: Nodes<Kinds>;
  readonly clock: SteadyClock;
  readonly room: WaitingRoom<Kinds>;
  readonly parking: QuotaParking<Kinds> | undefined;
  readonly events = new EventHub<PoolEvent<Kinds>>();
  readonly waits = new WaitListeners();
  readonly tally = new Tally();
  readonly reclaims: Reclaims<Kinds>;
  readonly #contest: PoolContest<Kinds>;
  /** Leases granted so far. */
  grants = 0;
  readonly #loop: ServeLoop<Kinds>;
  readonly #timed: boolean;
  /** Whether each grant has to be told to somebody, or each lease has more to remember than what it holds. */
  readonly #isDetailed: boolean;
  /** What is kept ready, if anything is; {@linkcode #none} otherwise. */
  #ready: PoolDemand<Kinds>;
  /** How many of it, all of them taken from the tables. */
  #readyLeases = 0;
  readonly #none: PoolDemand<Kinds>;
  /** How many waits there were. */
  #waits = 0;

  /** Opens the accounts. */
  constructor(nodes: Nodes<Kinds>, options: LedgerOptions<Kinds>) {
    const { ordering, maxOvertakes, clock, quotas, preemption, leaks } = options;
    const timed = options.timed || leaks !== undefined;
    this.nodes = nodes;
    this.clock = clock;
    this.room = new WaitingRoom(nodes, ordering, maxOvertakes);
    this.#loop = new ServeLoop(nodes, this.room, this);
    this.#timed = timed;
    this.#contest = new PoolContest(nodes);
    this.reclaims = new Reclaims(this, preemption, leaks);
    if (quotas !== undefined) this.parking = new QuotaParking(quotas, this);
    const { queue } = this.room;
    this.#isDetailed = timed || quotas !== undefined || queue.granted !== undefined ||
      queue.released !== undefined;
    this.#ready = this.#none = new PoolDemand(new KindSet(nodes.table), []);
  }

  /** How many wait, for room or for a quota. */
  get waiters(): number {
    return this.room.queue.size + (this.parking?.size ?? 0);
  }

  /** A lease of what is kept ready, if that is what is asked for. Hot path: see {@linkcode Ledger}. */
  takeReady(demand: PoolDemand<Kinds>, owner: string | undefined): PoolLease<Kinds> | undefined {
    if (demand !== this.#ready || this.#readyLeases === 0 || PoolContest.isWatched(owner)) {
      return this.#takePlainly(demand, owner);
    }
    this.#readyLeases--;
    this.grants++;
    return new PoolLease(this, demand, owner);
  }

  /** A lease of a demand if it can be had now. */
  tryLease(demand: PoolDemand<Kinds>, owner: string | undefined): PoolLease<Kinds> | undefined {
    return this.takeReady(demand, owner) ??
      this.tryLeaseOn(demand, owner === undefined ? NO_TERMS : { ...NO_TERMS, owner });
  }

  /**
   * A lease of a demand on terms that may have to be remembered, if it can be had now.
   *
   * @throws {QuotaError} If a quota can never allow it.
   */
  tryLeaseOn(demand: PoolDemand<Kinds>, terms: Terms): PoolLease<Kinds> | undefined {
    this.settle();
    const answer = this.#place(demand, terms);
    if (answer instanceof PoolLease) return answer;
    const error = answer === undefined ? undefined : new QuotaError(answer);
    this.#noteRefused(demand, terms.owner, error);
    if (answer?.impossible) throw error;
    return undefined;
  }

  /**
   * A lease of a demand, now or when its turn has come.
   *
   * @throws {QuotaError} If a quota can never allow it, or does not now and nobody is ready to wait for it.
   */
  lease(demand: PoolDemand<Kinds>, terms: Terms, options: AcquireOptions): Promise<Lease<Kinds>> {
    this.settle();
    const answer = this.#place(demand, terms) ?? this.#findRefusal(demand, terms);
    if (answer instanceof PoolLease) return Promise.resolve(answer);
    if (answer !== undefined && (answer.impossible || options.onQuota === "refuse")) {
      const error = new QuotaError(answer);
      this.#noteRefused(demand, terms.owner, error);
      throw error;
    }
    const waiter = new PoolWaiter(this, demand, terms, this.clock.now());
    waiter.number = this.#waits++;
    waiter.origin = this.reclaims.leaks?.origin();
    if (answer === undefined) this.room.join(waiter);
    else this.parking?.park(waiter, answer);
    if (this.events.isHeard) this.#tell({ type: "queued", ...this.#about(demand, terms.owner), priority: terms.level });
    this.#contest.began(waiter);
    if (answer === undefined) this.#loop.welcome(waiter);
    waiter.watch(options);
    return waiter.promise;
  }

  /** What {@linkcode tryLeaseOn} would find now; has no effect. */
  explain(demand: PoolDemand<Kinds>, terms: Terms): PoolExplanation<Kinds> {
    this.settle();
    const refusal = this.#findRefusal(demand, terms);
    if (refusal !== undefined) return { status: "quota", refusal };
    const node = this.nodes.find(demand);
    if (node < 0) return { status: "occupied", amounts: freeAmounts(this.nodes, demand) };
    return this.room.isOpenTo(demand.set) ? { status: "available", node } : { status: "reserved" };
  }

  /** Takes back what a lease held, and grants what has become possible. Hot path: see {@linkcode Ledger}. */
  release(lease: PoolLease<Kinds>): void {
    if (lease.demand === this.#ready) this.#readyLeases++;
    else this.#giveBack(lease, lease.demand, "released");
  }

  /** Takes back some of what a lease holds. */
  shrink(lease: PoolLease<Kinds>, returned: PoolDemand<Kinds>): void {
    this.settle();
    const holding = lease.details?.holding;
    if (holding !== undefined) holding.demand = lease.demand;
    this.#giveBack(lease, returned, "shrunk");
  }

  /** Puts what is kept ready back, so that the tables tell what is free. */
  settle(): void {
    if (this.#readyLeases > 0) this.nodes.giveBack(0, this.#ready, this.#readyLeases);
    this.#readyLeases = 0;
    this.#ready = this.#none;
  }

  /** Gives nodes other amounts: whoever could never be served any more is refused, and then whoever can be is served. */
  resize(nodes: Iterable<number>, amounts: ReadonlyMap<Kinds, number>): void {
    this.settle();
    this.#loop.hold(() => this.#resize(nodes, amounts));
  }

  /** What would have to go for somebody of a level to get a demand; `undefined` if even that would not be enough. */
  planPreemption(demand: PoolDemand<Kinds>, level: number): PreemptionPlan<Kinds> | undefined {
    this.settle();
    const ready = this.nodes.find(demand);
    if (ready >= 0) return { node: ready, victims: [] };
    const plan = this.reclaims.preemption?.plan({ demand, level, usesSurplus: !this.room.lacks(demand.set) });
    return plan && { node: plan.node, victims: plan.stakes.map((stake) => new PlannedVictim(stake)) };
  }

  // What the serve loop calls:

  mayWait(waiter: PoolWaiter<Kinds>): boolean {
    const refusal = this.#findRefusal(waiter.demand, waiter, waiter);
    if (refusal !== undefined) this.#stop(waiter, refusal);
    return refusal === undefined;
  }

  admits(waiter: PoolWaiter<Kinds>): boolean {
    const quota = this.parking?.commit(waiter.demand, waiter, waiter);
    if (quota?.status === "refused") {
      this.#stop(waiter, quota);
      return false;
    }
    waiter.quota = quota;
    return true;
  }

  wouldAdmit(waiter: PoolWaiter<Kinds>): boolean {
    return this.#findRefusal(waiter.demand, waiter, waiter) === undefined;
  }

  grant(waiter: PoolWaiter<Kinds>): void {
    this.parking?.wentOut(waiter);
    this.#contest.ended(waiter);
    const { node, quota } = waiter;
    const isTimed = this.#isDetailed || this.events.isHeard || this.waits.isHeard;
    const waitedMs = isTimed ? this.clock.now() - waiter.sinceMs : 0;
    if (this.waits.isHeard) this.waits.tell(waitedMs);
    waiter.grant(this.#lease(waiter.demand, waiter, { node, quota, waitedMs }));
  }

  fail(waiter: PoolWaiter<Kinds>, error: unknown): void {
    this.tally.refusals++;
    this.#noteWait("failed", waiter);
    this.parking?.wentOut(waiter);
    this.#contest.ended(waiter);
    waiter.refuse(error);
  }

  // What taking back calls:

  noteNode(node: number): void {
    this.#loop.noteNode(node);
  }

  began(preemption: Preemption<Kinds>): void {
    this.#loop.preemption = preemption;
  }

  reclaim(holding: Holding<Kinds>, reason: "preempted" | LeakReason): void {
    this.settle();
    if (!holding.isOver) this.#giveBack(holding, holding.demand, reason);
  }

  // What the parking calls:

  enter(waiter: PoolWaiter<Kinds>): void {
    waiter.arrivedMs = this.clock.now();
    try {
      this.room.join(waiter);
    } catch (error) { // thrown by the ordering
      return this.fail(waiter, error);
    }
    this.#loop.welcomeBack(waiter); // serves it at once if it is its turn
  }

  refuse(waiter: PoolWaiter<Kinds>, refusal: QuotaRefusal): void {
    this.fail(waiter, new QuotaError(refusal));
  }

  // What a waiter calls:

  gaveUp(waiter: PoolWaiter<Kinds>): void {
    this.#contest.ended(waiter);
    if (waiter.timedOut) this.tally.timeouts++;
    else this.tally.aborts++;
    this.#noteWait(waiter.timedOut ? "timed_out" : "cancelled", waiter);
    this.#takeOut(waiter);
    this.#loop.serve();
  }

  dominantShareOf(demand: PoolDemand<Kinds>): number {
    return dominantShareOf(demand, this.nodes.total);
  }

  timeoutError(waiter: PoolWaiter<Kinds>, timeoutMs: number): WaitTimeoutError {
    return this.room.timeoutError(waiter, timeoutMs);
  }

  /** A lease that leaves no trace but in the tables; undefined if there is no room, or somebody is to know of it. */
  #takePlainly(demand: PoolDemand<Kinds>, owner: string | undefined): PoolLease<Kinds> | undefined {
    if (this.#isDetailed || this.events.isHeard || this.room.queue.size > 0) return undefined;
    if (PoolContest.isWatched(owner)) return undefined;
    this.settle();
    const node = this.nodes.find(demand);
    if (node < 0) return undefined;
    this.nodes.take(node, demand);
    this.grants++;
    if (!this.nodes.isSingle) return new PoolLease(this, demand.on(node), owner);
    this.#ready = demand;
    return new PoolLease(this, demand, owner);
  }

  /** Takes what a demand needs from a node that has room, in spite of all who wait; undefined if quotas do not allow it. */
  #place(demand: PoolDemand<Kinds>, terms: Terms): PoolLease<Kinds> | QuotaRefusal | undefined {
    const nobodyWaits = this.room.queue.size === 0;
    if (!nobodyWaits && !this.room.isOpenTo(demand.set)) return undefined;
    const node = this.nodes.find(demand);
    if (node < 0) return undefined;
    const quota = this.parking?.commit(demand, terms);
    if (quota?.status === "refused") return quota;
    this.nodes.take(node, demand);
    if (!nobodyWaits) this.room.notePassed(demand.set);
    return this.#lease(demand, terms, { node, quota, waitedMs: 0 });
  }

  /** Writes out a lease of what has been taken. */
  #lease(demand: PoolDemand<Kinds>, terms: Terms, { node, quota, waitedMs }: Grant<Kinds>): PoolLease<Kinds> {
    // A demand of its own: so it is never taken for one that is kept ready, and all of its end is told.
    const lease = new PoolLease(this, demand.on(node), terms.owner);
    this.grants++;
    if (PoolContest.isWatched(terms.owner)) this.#contest.granted(lease);
    const { isHeard } = this.events;
    if (this.#isDetailed || terms.preemptible || isHeard) {
      const details = lease.details = new LeaseDetails<Kinds>();
      details.preemptible = terms.preemptible;
      details.quota = quota;
      if (this.#timed || isHeard) details.startClock(this.clock);
      this.reclaims.note(lease, details, terms);
      this.room.queue.granted?.(terms.owner, demand, terms.level);
      if (isHeard) {
        this.#tell({ type: "granted", ...this.#about(demand, terms.owner), node, priority: terms.level, waitedMs });
      }
    }
    return lease;
  }

  #giveBack(
    held: Held<Kinds>,
    returned: PoolDemand<Kinds>,
    how: "released" | "shrunk" | "preempted" | LeakReason,
  ): void {
    const { demand: { node }, owner, details } = held, holding = details?.holding, partial = how === "shrunk";
    if (holding?.isOver) return; // it was taken back before
    this.nodes.giveBack(node, returned);
    this.#loop.noteNode(node);
    if (!partial) details?.stopClock();
    if (holding !== undefined) this.reclaims.noteReturn(holding, returned, !partial);
    this.room.queue.released?.(owner, returned);
    if (this.events.isHeard) {
      const about = { ...this.#about(returned, owner), node, heldMs: details?.ageMs };
      if (partial || how === "released") this.#tell({ type: "released", ...about, partial });
      else this.#tell({ type: "reclaimed", ...about, reason: how });
    }
    details?.quota?.release(partial ? returned.amounts : undefined);
    if (this.room.wants(returned.set)) this.#loop.serve();
  }

  /** Why quotas do not allow a demand now, if they do not. */
  #findRefusal(demand: PoolDemand<Kinds>, terms: Terms, waiter?: PoolWaiter<Kinds>): QuotaRefusal | undefined {
    const decision = this.parking?.check(demand, terms, waiter);
    return decision?.status === "refused" ? decision : undefined;
  }

  /** A quota stops a waiter in the queue. */
  #stop(waiter: PoolWaiter<Kinds>, refusal: QuotaRefusal): void {
    this.room.leave(waiter);
    if (refusal.impossible || waiter.onQuota === "refuse") this.refuse(waiter, refusal);
    else this.parking?.park(waiter, refusal);
  }

  /** Takes a waiter from where it stands; somebody else may be served then. */
  #takeOut(waiter: PoolWaiter<Kinds>): void {
    if (waiter.parked !== undefined) return this.parking?.remove(waiter);
    this.room.leave(waiter);
    this.parking?.wentOut(waiter);
  }

  #resize(nodes: Iterable<number>, amounts: ReadonlyMap<Kinds, number>): void {
    this.nodes.dropSetAside();
    for (const node of nodes) {
      this.reclaims.preemption?.endClaims(node);
      this.nodes.resize(node, amounts);
      if (this.events.isHeard) {
        this.#tell({
          type: "resized",
          atMs: this.clock.now(),
          owner: undefined,
          amounts: this.nodes.amountsOf(node),
          node,
        });
      }
    }
    for (const waiter of [...this.room.queue.inOrder(), ...this.parking ?? []]) {
      if (!waiter.isIn && waiter.parked === undefined) continue; // one before it has gone, and a quota refused this one then
      if (this.nodes.couldEverFit(waiter.demand)) continue;
      this.#takeOut(waiter);
      this.#contest.ended(waiter);
      this.tally.refusals++;
      this.#noteWait("outgrown", waiter);
      waiter.refuse(capacityRefusal(this.nodes, waiter.demand, waiter.owner));
    }
    this.#loop.noteAllNodes();
    this.#contest.resized();
  }

  #noteRefused(demand: PoolDemand<Kinds>, owner: string | undefined, error?: Error): void {
    this.tally.refusals++;
    if (this.events.isHeard) this.#tell({ type: "refused", ...this.#about(demand, owner), error });
  }

  #noteWait(type: GaveUpEvent<Kinds>["type"], waiter: PoolWaiter<Kinds>): void {
    if (!this.events.isHeard) return;
    const about = this.#about(waiter.demand, waiter.owner);
    this.#tell({ type, ...about, waitedMs: about.atMs - waiter.sinceMs });
  }

  #about(demand: PoolDemand<Kinds>, owner: string | undefined): Pick<PoolEvent<Kinds>, "atMs" | "owner" | "amounts"> {
    return { atMs: this.clock.now(), owner, amounts: demand.amounts };
  }

  #tell(event: PoolEvent<Kinds>): void {
    this.events.emit(event);
  }
}
