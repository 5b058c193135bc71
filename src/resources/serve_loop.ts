/**
 * Who is served when something has become free.
 *
 * @module
 */

import { ChangedNodes } from "./changed_nodes.ts";
import type { Nodes } from "./nodes.ts";
import type { Claim } from "./preemption/claim.ts";
import type { Preemption } from "./preemption/preemption.ts";
import type { PoolWaiter } from "./pool_waiter.ts";
import { Reservations } from "./reservation.ts";
import type { WaitingRoom } from "./waiting_room.ts";

/**
 * How many waiters a pass looks at, in the order of service, before the rest is left alone. With one node, the rest can only be of
 * other kinds; with several, small requests may find room behind a large one.
 */
const LOOK_AHEAD = { oneNode: 32, manyNodes: 64 };

/** What the loop asks of its pool. */
export interface ServeHost<Kinds extends string> {
  /** Hands over what a waiter waited for: it has left the room, and what it needs is taken from `waiter.node`. */
  grant(waiter: PoolWaiter<Kinds>): void;
  /** Whether quotas let a waiter wait for room, which is then kept for it. If they do not, it has left the room. */
  mayWait(waiter: PoolWaiter<Kinds>): boolean;
  /** Whether quotas let a waiter have what there is; counts it if they do. If they do not, it has left the room. */
  admits(waiter: PoolWaiter<Kinds>): boolean;
  /** Whether quotas would let a waiter have what it waits for now; has no effect. */
  wouldAdmit(waiter: PoolWaiter<Kinds>): boolean;
  /** The placement or the quotas have thrown; it has left the room. */
  fail(waiter: PoolWaiter<Kinds>, error: unknown): void;
}

/** What came of looking at a waiter; `"gone"` means that it has left the room and gets nothing. */
type Verdict = "served" | "blocked" | "gone";

/**
 * Serves waiters in the order of the queue, until nobody can be served.
 *
 * A *pass* looks at them in that order, and ends with the first for whom a node has room. Of those who wait for the same kinds,
 * the first that has to wait has what it needs *set aside* before anybody behind it is looked at: whatever is free of its kinds, up
 * to what it needs, on the one node that is kept for it. So nobody who ranks lower delays it there, and yet a hundred requests
 * for a GPU do not keep the processors idle that they will need.
 *
 * - With one node, nobody behind it who waits for the same kinds is looked at: of the kind that it lacks, nothing is left.
 * - With several, those are looked at that ask for less than the ones of the same kinds that were blocked.
 * - A pass looks at some 50 waiters, and then at whoever has waited longest of each set of kinds that has not come up. So a release costs about the same however many wait, and no kind of request is forgotten behind a long queue.
 * - Whoever was overtaken too often closes its kinds to all who rank lower.
 * - If there are leases that may be preempted, they are looked for on behalf of everybody who is looked at and has to wait. Whoever
 *   so gets a claim needs nothing set aside.
 */
export class ServeLoop<Kinds extends string> {
  readonly #nodes: Nodes<Kinds>;
  readonly #room: WaitingRoom<Kinds>;
  readonly #host: ServeHost<Kinds>;
  readonly #reservations: Reservations<Kinds>;
  readonly #isSingle: boolean;
  /** What takes leases back for those who wait; `undefined` as long as no lease was preemptible. */
  preemption: Preemption<Kinds> | undefined = undefined;
  /** Who has come since the last serve and may preempt. */
  readonly #newcomers: PoolWaiter<Kinds>[] = [];
  readonly #lookAhead: number;
  /** Whether who came later and is not more urgent never ranks before who came earlier: no accounts are kept. */
  readonly #isSteady: boolean;
  /** The lowest level of those for whom something is set aside. */
  #lowestLevel = Infinity;
  /** The nodes that may have more to grant than when the waiters were last looked at. */
  readonly #changed = new ChangedNodes();
  #serves = 0;
  #isServing = false;
  #isAskedAgain = false;
  // Of the pass that is under way:
  #pass = 1; // no set of kinds has been found blocked in it
  /** Whoever was looked at and has to wait, in order. */
  readonly #blocked: PoolWaiter<Kinds>[] = [];
  /** How many wait for a set of kinds of which one is blocked. */
  #behindBlocked = 0;
  /** The kinds that whoever ranks lower may not have, as in {@linkcode KindSet.mask}. */
  #closed = 0;
  /** The kinds for which somebody waits without a claim, in the same form. */
  #lacking = 0;
  /** Whether the next one who is served passes all that were not looked at. */
  #passesMany = false;

  /** Serves those in a room. */
  constructor(nodes: Nodes<Kinds>, room: WaitingRoom<Kinds>, host: ServeHost<Kinds>) {
    this.#nodes = nodes;
    this.#room = room;
    this.#host = host;
    this.#isSingle = nodes.nodes === 1;
    this.#lookAhead = this.#isSingle ? LOOK_AHEAD.oneNode : LOOK_AHEAD.manyNodes;
    this.#isSteady = room.queue.granted === undefined;
    this.#reservations = new Reservations(nodes);
  }

  /** Notes a node that has more to grant than before. */
  noteNode(node: number): void {
    if (!this.#isSingle) this.#changed.add(node);
  }

  /** Notes that any node may be another. */
  noteAllNodes(): void {
    this.#changed.addAll();
  }

  /** Grants whatever can be granted. If it is called by what it calls, it goes on when that has returned. */
  serve(): void {
    this.#isAskedAgain = true;
    if (this.#isServing) return;
    this.#isServing = true;
    try {
      while (this.#isAskedAgain) {
        this.#isAskedAgain = false;
        this.#serves++;
        for (let next = this.#next(); next !== undefined; next = this.#next()) this.#grant(next);
        this.#changed.clear();
        if (this.preemption !== undefined) this.#preempt(this.preemption);
      }
    } finally {
      this.#isServing = false;
    }
  }

  /**
   * Serves somebody who has just come and could not be served as the lowest of all. If that was for want of room beside what is set
   * aside, and it ranks behind all for whom that is, nobody can be served now: all that is to be done is to set its own aside, if
   * it is the first of its kinds.
   */
  welcome(waiter: PoolWaiter<Kinds>): void {
    const { set } = waiter.demand;
    if (this.preemption?.mayHelp(waiter.level)) return this.welcomeBack(waiter);
    const ranksLast = this.#isSteady && waiter.level <= this.#lowestLevel;
    if (!ranksLast || this.#isServing || !this.#room.isOpenTo(set)) return this.serve();
    if (set.blockedIn === this.#pass) return;
    if (set.waiters.size === 1) this.#setAsideFor(waiter);
    else this.serve();
  }

  /** Serves somebody who has just come from elsewhere, in whatever state the room is. */
  welcomeBack(waiter: PoolWaiter<Kinds>): void {
    if (this.preemption !== undefined) this.#newcomers.push(waiter);
    this.serve();
  }

  /** Does something during which nobody can be served, and serves then. */
  hold(action: () => void): void {
    const wasServing = this.#isServing;
    this.#isServing = true;
    try {
      action();
    } finally {
      this.#isServing = wasServing;
    }
    this.serve();
  }

  #grant(waiter: PoolWaiter<Kinds>): void {
    const { set } = waiter.demand;
    if (this.#passesMany) {
      this.#room.notePassed(set);
    } else {
      for (const ahead of this.#blocked) {
        if (ahead.demand.set.meets(set)) ahead.demand.set.noteOvertaken(++ahead.overtaken);
      }
    }
    this.#room.leave(waiter);
    this.#nodes.take(waiter.node, waiter.demand);
    this.#host.grant(waiter);
  }

  /** The first who can be served now. If there is none, what was set aside in this last pass stays so. */
  #next(): PoolWaiter<Kinds> | undefined {
    const { queue } = this.#room;
    const claimed = this.preemption === undefined ? undefined : this.#nextClaimed(this.preemption);
    if (claimed !== undefined) return claimed;
    for (;;) {
      this.#begin();
      const first = queue.first();
      if (first === undefined) return undefined;
      const verdict = this.#look(first);
      if (verdict === "served") return first;
      if (verdict === "gone") continue;
      if (this.#allAreBlocked) return undefined;
      const next = this.#goOn();
      if (next !== "gone") return next;
    }
  }

  /** The next one for whom everything has come that it has claimed. It was counted as passing others when it claimed it. */
  #nextClaimed(preemption: Preemption<Kinds>): PoolWaiter<Kinds> | undefined {
    for (let claim = preemption.takeComplete(); claim !== undefined; claim = preemption.takeComplete()) {
      const { waiter, node } = claim;
      if (!this.#admitsClaimant(waiter)) continue; // it has left, and claims nothing any more
      this.#passesMany = false;
      this.#blocked.length = 0;
      waiter.node = node;
      return waiter;
    }
    return undefined;
  }

  #admitsClaimant(waiter: PoolWaiter<Kinds>): boolean {
    try {
      return this.#host.admits(waiter);
    } catch (error) {
      this.#fail(waiter, error);
      return false;
    }
  }

  /** The rest of a pass whose first is blocked; `"gone"` if the queue has changed meanwhile. */
  #goOn(): PoolWaiter<Kinds> | "gone" | undefined {
    let looked = 0;
    for (const waiter of this.#room.queue.inOrder()) {
      if (looked++ === 0) continue; // the first
      if (looked > this.#lookAhead) return this.#goBeyond();
      const verdict = this.#look(waiter);
      if (verdict === "served") return waiter;
      if (verdict === "gone") return "gone";
      if (this.#allAreBlocked) return undefined;
    }
    return undefined;
  }

  /** The end of a pass that has looked far enough: one of each set of kinds that has not come up. */
  #goBeyond(): PoolWaiter<Kinds> | "gone" | undefined {
    this.#passesMany = true;
    for (const set of this.#room.sets) {
      const oldest = set.waiters.first;
      if (oldest === undefined || set.blockedIn === this.#pass) continue;
      if (!this.#room.isOpenTo(set)) this.#closed |= set.mask;
      const verdict = this.#look(oldest);
      if (verdict === "served") return oldest;
      if (verdict === "gone") return "gone";
    }
    return undefined;
  }

  #begin(): void {
    if (this.#isSingle) this.#nodes.dropSetAside();
    else this.#nodes.dropSetAside((node) => this.#changed.add(node));
    this.#pass++;
    while (this.#blocked.pop() !== undefined); // to set its length would throw its memory away, at ten times the cost
    this.#behindBlocked = 0;
    this.#closed = 0;
    this.#lacking = 0;
    this.#passesMany = false;
    this.#lowestLevel = Infinity;
  }

  /** Whether nobody is left whom another look could help. */
  get #allAreBlocked(): boolean {
    return this.#isSingle && this.#behindBlocked === this.#room.queue.size && !this.preemption?.mayHelp(Infinity);
  }

  #look(waiter: PoolWaiter<Kinds>): Verdict {
    if (waiter.isAborted) {
      waiter.handleEvent(); // it leaves, and asks for another serve
      return "gone";
    }
    try {
      return this.#judge(waiter);
    } catch (error) { // thrown by the placement or the quotas, before they changed anything
      this.#fail(waiter, error);
      return "gone";
    }
  }

  #fail(waiter: PoolWaiter<Kinds>, error: unknown): void {
    this.#room.leave(waiter);
    this.#host.fail(waiter, error);
  }

  #judge(waiter: PoolWaiter<Kinds>): Verdict {
    const { demand, claim } = waiter, { set } = demand;
    if (claim !== undefined) return this.#judgeClaimant(waiter, claim);
    if ((this.#closed & set.mask) !== 0) {
      waiter.foundNoneIn = -1;
      return this.#block(waiter);
    }
    const isHopeless = set.blockedIn === this.#pass && (this.#isSingle || this.#isCovered(waiter));
    const verdict = this.#take(waiter, isHopeless ? -1 : this.#find(waiter));
    return verdict === "blocked" ? this.#block(waiter) : verdict;
  }

  /** As {@linkcode #judge}, for somebody for whom leases are being taken back, but who may be served before. */
  #judgeClaimant(waiter: PoolWaiter<Kinds>, claim: Claim<Kinds>): Verdict {
    const { set } = waiter.demand;
    if ((this.#closed & set.mask) === 0) {
      claim.lend();
      const verdict = this.#take(waiter, this.#find(waiter));
      if (verdict !== "blocked") return verdict;
      claim.takeBack();
    }
    this.#blocked.push(waiter);
    if (this.#room.isExhausted(waiter)) this.#closed |= set.mask;
    return "blocked";
  }

  /** Places a waiter on a node that was found for it, if any was, and if quotas allow it. */
  #take(waiter: PoolWaiter<Kinds>, node: number): Verdict {
    if (node < 0) {
      waiter.foundNoneIn = this.#serves;
      return "blocked";
    }
    if (!this.#host.admits(waiter)) return "gone";
    waiter.node = node;
    return "served";
  }

  /** Whether another one of the same kinds that asks for no more has just been blocked. */
  #isCovered(waiter: PoolWaiter<Kinds>): boolean {
    const { blockedDemand } = waiter.demand.set;
    return blockedDemand !== undefined && waiter.demand.covers(blockedDemand);
  }

  /** A node for a waiter. One that none had room for when it was last looked at needs a look only at those that have changed. */
  #find(waiter: PoolWaiter<Kinds>): number {
    const nodes = this.#nodes, { demand } = waiter;
    if (!this.#isSingle && waiter.foundNoneIn >= this.#serves - 1 && !this.#changed.isLong) {
      let mayFit = false;
      for (const node of this.#changed.nodes) mayFit ||= nodes.hasRoom(node, demand);
      if (!mayFit) return -1;
    }
    return nodes.find(demand);
  }

  #block(waiter: PoolWaiter<Kinds>): Verdict {
    const { demand } = waiter, { set } = demand;
    const isFirst = set.blockedIn !== this.#pass;
    if (isFirst && !this.#host.mayWait(waiter)) return "gone"; // nothing is set aside for whom a quota stops anyway
    this.#blocked.push(waiter);
    if (this.preemption !== undefined && this.#seek(waiter, this.preemption)) {
      if (this.#room.isExhausted(waiter)) this.#closed |= set.mask;
      return "blocked";
    }
    this.#lacking |= set.mask;
    if (isFirst) {
      this.#behindBlocked += set.waiters.size;
      this.#setAsideFor(waiter);
    } else if (!this.#isSingle && set.blockedDemand?.covers(demand)) {
      set.blockedDemand = demand;
    }
    if (this.#room.isExhausted(waiter)) this.#closed |= set.mask;
    return "blocked";
  }

  /** Keeps what the first of its kinds needs, as far as it is free. */
  #setAsideFor(waiter: PoolWaiter<Kinds>): void {
    const { demand } = waiter;
    demand.set.blockedIn = this.#pass;
    demand.set.blockedDemand = demand;
    this.#lowestLevel = Math.min(this.#lowestLevel, waiter.level);
    waiter.node = this.#isSingle ? 0 : this.#reservations.choose(demand, waiter.node, this.#changed);
    this.#nodes.setAside(waiter.node, demand);
  }

  /** Looks for leases that may be preempted for somebody who has to wait. */
  #seek(waiter: PoolWaiter<Kinds>, preemption: Preemption<Kinds>): boolean {
    const { set } = waiter.demand;
    waiter.soughtIn = this.#serves;
    if (!preemption.mayHelp(waiter.level) || (this.#closed & set.mask) !== 0 || !this.#host.wouldAdmit(waiter)) {
      return false;
    }
    if (!preemption.seek(waiter, (this.#lacking & set.mask) === 0)) return false;
    this.#room.notePassed(set);
    return true;
  }

  /**
   * The end of a serve: those have their turn who have come and were not looked at, and the holders are told. If some are spared,
   * as somebody was served elsewhere, or has left when the first were told, others may have use for them: then there is another serve
   * before anybody else is told.
   */
  #preempt(preemption: Preemption<Kinds>): void {
    const newcomers = this.#newcomers.splice(0);
    for (const waiter of newcomers) {
      const { set } = waiter.demand;
      const isLeft = waiter.isIn && waiter.claim === undefined && waiter.soughtIn !== this.#serves;
      if (!isLeft) continue;
      if (!this.#room.isOpenTo(set)) this.#closed |= set.mask;
      this.#lacking |= set.mask;
      this.#seek(waiter, preemption);
    }
    const claimless = preemption.spareUnneeded();
    if (claimless === undefined && preemption.announce()) return;
    this.#newcomers.push(...claimless ?? [], ...newcomers);
    this.#isAskedAgain = true;
  }
}
