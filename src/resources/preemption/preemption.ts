/**
 * Takes leases back for somebody more urgent.
 *
 * @module
 */

import type { PoolDemand } from "../demand.ts";
import type { Holding } from "../holding.ts";
import type { Nodes } from "../nodes.ts";
import type { PoolWaiter, Terms } from "../pool_waiter.ts";
import { Claim, type ClaimHost } from "./claim.ts";
import { Eviction } from "./eviction.ts";
import { FreeUnits } from "./free_units.ts";
import { PreemptedError } from "./preempted_error.ts";
import type { PreemptionRules } from "./preemption_options.ts";
import { PreemptionRecord } from "./preemption_record.ts";
import { Stake } from "./stake.ts";
import { type CheapestSet, type Claimant, StakeBook } from "./stake_book.ts";

/** What preemption asks of its pool. */
export interface PreemptionHost<Kinds extends string> {
  /** A holder is about to be told that its lease has to go. */
  preempted(holding: Holding<Kinds>, error: PreemptedError): void;
  /** Takes a lease back whose grace is over, and serves whoever can be served then. */
  reclaim(holding: Holding<Kinds>, reason: "preempted"): void;
  /** A node may have more to grant. */
  noteNode(node: number): void;
}

/**
 * Chooses leases for waiters that cannot be served, and sees to it that they get what these give back.
 *
 * A waiter *claims* what it needs on one node: what is free there is kept for it, and so is what comes back from the leases that
 * were chosen, which are told by their signals and taken back when their grace is over. So it is served within the grace, whoever
 * comes meanwhile, and chooses no lease twice. What the chosen ones give back beyond that is the *surplus*: it goes
 * to whoever is next, and the next one who chooses counts on it.
 */
export class Preemption<Kinds extends string> implements ClaimHost<Kinds> {
  readonly #nodes: Nodes<Kinds>;
  readonly #rules: PreemptionRules;
  readonly #host: PreemptionHost<Kinds>;
  readonly #book: StakeBook<Kinds>;
  readonly #record = new PreemptionRecord();
  readonly #free: FreeUnits;
  /** By node: who has claims there, the oldest first. */
  readonly #claims = new Map<number, Claim<Kinds>[]>();
  /** Claims that can be granted. */
  readonly #complete: Claim<Kinds>[] = [];
  /** Who has been chosen and not been told. */
  #untold: Eviction<Kinds>[] = [];
  /** Claims made since holders were told last. */
  readonly #newClaims: Claim<Kinds>[] = [];
  #grants = 0;

  /** Watches the nodes of a pool. */
  constructor(nodes: Nodes<Kinds>, rules: PreemptionRules, host: PreemptionHost<Kinds>) {
    this.#nodes = nodes;
    this.#rules = rules;
    this.#host = host;
    this.#free = new FreeUnits(nodes);
    this.#book = new StakeBook(this.#free);
    if (nodes.nodes > 1) nodes.onChanged = (node) => this.#book.note(node);
  }

  /** Whether any lease could be preempted for somebody of a level. */
  mayHelp(level: number): boolean {
    return this.#book.hasBelow(level);
  }

  /** Takes in a lease that was asked for as preemptible, unless its work has been preempted often enough. */
  add(holding: Holding<Kinds>, { level, preemptions: told }: Terms): void {
    holding.tally = this.#record.began(holding.owner);
    const preemptions = told ?? holding.tally?.preemptions ?? 0;
    if (preemptions >= this.#rules.maxPreemptions) return;
    const number = this.#grants++, units = this.#book.unitsOf(holding.demand);
    const stake = holding.stake = new Stake(holding, {
      level,
      number,
      units,
      preemptions,
      isCountedByOwner: told === undefined,
    });
    this.#book.add(stake);
  }

  /** A lease that was asked for as preemptible has given something back, which its node has already; see `holding.isOver`. */
  returned(holding: Holding<Kinds>, returned: PoolDemand<Kinds>): void {
    const { stake, tally, isOver, demand } = holding, eviction = stake?.eviction;
    if (tally !== undefined) {
      this.#record.returned(tally, this.#book.unitsOf(returned), { isOver, wasPreempted: eviction !== undefined });
    }
    if (eviction !== undefined) return this.#collect(eviction, returned);
    if (stake === undefined) return;
    if (isOver) this.#book.remove(stake);
    else this.#book.change(stake, this.#book.unitsOf(demand));
  }

  /** The cheapest set of leases for somebody. */
  plan(claimant: Claimant<Kinds>): CheapestSet<Kinds> | undefined {
    return this.#book.plan(claimant);
  }

  /** Lets a waiter that cannot be served claim what comes free, and chooses leases for it; returns false if none are enough. */
  seek(waiter: PoolWaiter<Kinds>, usesSurplus: boolean): boolean {
    const { demand, level, owner } = waiter;
    const set = this.#book.plan({ demand, level, usesSurplus });
    if (set === undefined) return false;
    for (const stake of set.stakes) this.#choose(stake, { owner, priority: level });
    const claim = waiter.claim = new Claim(waiter, set.node, {
      nodes: this.#nodes,
      surplus: this.#free.surplus,
      host: this,
      usesSurplus,
    });
    for (const { eviction } of set.stakes) if (eviction !== undefined) eviction.claim = claim;
    const claims = this.#claims.get(set.node);
    if (claims === undefined) this.#claims.set(set.node, [claim]);
    else claims.push(claim);
    this.#newClaims.push(claim);
    this.#noteComplete(claim);
    return true;
  }

  /**
   * Spares those who were chosen, and have not been told, for somebody who has been served elsewhere since, or has left. A claim that
   * counted on what they give back ends with that, and those who were chosen for it are spared too.
   *
   * @returns The waiters whose claims ended; `undefined` if nobody was spared.
   */
  spareUnneeded(): PoolWaiter<Kinds>[] | undefined {
    if (this.#untold.length === 0) return undefined; // so it is after most serves
    const claimless: PoolWaiter<Kinds>[] = [];
    let areSpared = false;
    for (;;) {
      const unneeded = this.#untold.filter(({ claim }) => !claim?.isOpen);
      if (unneeded.length === 0) return areSpared ? claimless : undefined;
      areSpared = true;
      this.#untold = this.#untold.filter(({ claim }) => claim?.isOpen);
      for (const { stake } of unneeded) this.#spare(stake);
      for (const { stake: { node } } of unneeded) this.#endUncovered(node, claimless);
    }
  }

  /**
   * Tells the holders of what was chosen. They may do what they like, so the books have to be in order.
   *
   * @returns False if one who was told has ended the claim that the next one was chosen for: whoever is left may be to be spared.
   */
  announce(): boolean {
    const untold = this.#untold;
    for (let at = 0; at < untold.length; at++) {
      const eviction = untold[at]!;
      if (!eviction.claim?.isOpen) {
        this.#untold = untold.slice(at);
        return false;
      }
      this.#tell(eviction);
    }
    this.#untold = [];
    this.#newClaims.length = 0;
    return true;
  }

  /** A claim that can be granted, once. */
  takeComplete(): Claim<Kinds> | undefined {
    let claim = this.#complete.shift();
    while (claim !== undefined && !claim.isOpen) claim = this.#complete.shift();
    return claim;
  }

  /** Ends all claims on a node: what it has is about to change. */
  endClaims(node: number): void {
    for (const claim of [...this.#claims.get(node) ?? []]) claim.end();
  }

  // What a claim calls:

  ended(claim: Claim<Kinds>): void {
    const claims = this.#claims.get(claim.node) ?? [];
    claims.splice(claims.indexOf(claim), 1);
    if (claims.length === 0) this.#claims.delete(claim.node);
    this.#host.noteNode(claim.node);
  }

  #choose(stake: Stake<Kinds>, neededBy: PreemptedError["neededBy"]): void {
    const { node, units } = stake, row = node * units.length;
    this.#book.remove(stake);
    stake.eviction = new Eviction(stake, neededBy, (holding) => this.#host.reclaim(holding, "preempted"));
    for (let place = 0; place < units.length; place++) this.#free.surplus[row + place]! += units[place]!;
    this.#free.going++;
    this.#untold.push(stake.eviction);
  }

  #spare(stake: Stake<Kinds>): void {
    if (stake.holding.isOver) return;
    const { node, holding } = stake, units = this.#book.unitsOf(holding.demand), row = node * units.length;
    stake.eviction = undefined;
    stake.units = units;
    for (let place = 0; place < units.length; place++) this.#free.surplus[row + place]! -= units[place]!;
    this.#free.going--;
    this.#book.add(stake);
  }

  /** Ends the latest claims on a node that count on the surplus, until it is enough for the others. */
  #endUncovered(node: number, claimless: PoolWaiter<Kinds>[]): void {
    const { surplus, nodes: { kinds } } = this.#free;
    const isUncovered = () => surplus.subarray(node * kinds, (node + 1) * kinds).some((units) => units < 0);
    for (let at = this.#newClaims.length - 1; at >= 0 && isUncovered(); at--) {
      const claim = this.#newClaims[at]!;
      if (!claim.isOpen || !claim.usesSurplus || claim.node !== node) continue;
      claimless.push(claim.waiter);
      claim.end();
    }
  }

  #tell(eviction: Eviction<Kinds>): void {
    const { stake, neededBy } = eviction, { holding, level, isCountedByOwner } = stake, { owner } = holding;
    if (holding.isOver) return;
    const { graceMs } = this.#rules;
    const preemptions = isCountedByOwner && owner !== undefined
      ? this.#record.note(owner, stake.units)
      : stake.preemptions + 1;
    const error = new PreemptedError({ owner, priority: level, neededBy, graceMs, preemptions });
    eviction.start(graceMs);
    this.#host.preempted(holding, error);
    holding.details.signal.abort(error);
    if (graceMs === 0) eviction.fire();
  }

  /**
   * Shares out what a chosen lease gave back: to the claim that it was chosen for, and then to those that count on the surplus. No claim
   * misses more than its own leases and the surplus give back, from when it is made, so the last one of them completes it.
   */
  #collect(eviction: Eviction<Kinds>, returned: PoolDemand<Kinds>): void {
    const { node, holding } = eviction.stake, left = this.#book.unitsOf(returned).slice(), row = node * left.length;
    for (let place = 0; place < left.length; place++) this.#free.surplus[row + place]! -= left[place]!;
    const claims = this.#claims.get(node) ?? [];
    if (eviction.claim?.isOpen) this.#giveTo(eviction.claim, left);
    for (const claim of claims) if (claim.usesSurplus) this.#giveTo(claim, left);
    this.#book.note(node);
    if (!holding.isOver) return;
    eviction.stop();
    this.#free.going--;
  }

  #giveTo(claim: Claim<Kinds>, returned: Float64Array): void {
    if (claim.isComplete) return;
    claim.collect(returned);
    this.#noteComplete(claim);
  }

  #noteComplete(claim: Claim<Kinds>): void {
    if (claim.isComplete) this.#complete.push(claim);
  }
}
