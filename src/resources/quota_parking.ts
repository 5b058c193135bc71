/**
 * Whoever is stopped by a quota.
 *
 * @module
 */

import { AccountLines } from "./account_lines.ts";
import type { PoolDemand } from "./demand.ts";
import { ParkedLine } from "./parked_line.ts";
import type { PoolWaiter, Terms } from "./pool_waiter.ts";
import type { QuotaAccountName, QuotaDecision, QuotaGate, QuotaGrant, QuotaRefusal, QuotaScope } from "./quotas/mod.ts";

/** What a request without a scope is counted for. */
const NOBODY: QuotaScope = {};

/** Whom those who are no longer stopped are handed to. */
export interface ParkingHost<Kinds extends string> {
  /** Puts a waiter in the queue, and serves it if it is its turn. */
  enter(waiter: PoolWaiter<Kinds>): void;
  /** Rejects a waiter that stands nowhere: a quota can never allow it any more. */
  refuse(waiter: PoolWaiter<Kinds>, refusal: QuotaRefusal): void;
}

/**
 * Asks the quotas, and keeps those whom a quota stops out of the queue: they set nothing aside and stand in nobody's way.
 *
 * Each stands in the line of the account that stops it, for of several that do it is enough to wait for one. When that account has
 * room again, or when it is time to try, the first of its line goes back to the queue, at the end, and so do as many behind it as
 * there is room for. So nobody who asks the same account for less overtakes one who waits for it: neither while it stands in
 * the line, nor on its way through the queue. That goes for one pool; whoever shares the quotas in another pool may.
 *
 * A line costs nothing when nobody is in it, and has a timer only if waiting is enough.
 */
export class QuotaParking<Kinds extends string> {
  /** How many are stopped. */
  size = 0;
  readonly #gate: QuotaGate<Kinds>;
  readonly #host: ParkingHost<Kinds>;
  readonly #lines = new AccountLines<ParkedLine<Kinds>>();
  #ignore: (() => void) | undefined = undefined;

  /** Asks some quotas. */
  constructor(gate: QuotaGate<Kinds>, host: ParkingHost<Kinds>) {
    this.#gate = gate;
    this.#host = host;
  }

  /** Whether a demand may be counted, beside what those ask for who came before it; has no effect. */
  check(demand: PoolDemand<Kinds>, terms: Terms, waiter?: PoolWaiter<Kinds>): QuotaDecision {
    const decision = this.#gate.check(terms.scope ?? NOBODY, demand.amounts);
    return decision.status === "refused" ? decision : this.#findAhead(demand, terms, waiter) ?? decision;
  }

  /** Counts a demand, if it may be. */
  commit(demand: PoolDemand<Kinds>, terms: Terms, waiter?: PoolWaiter<Kinds>): QuotaGrant<Kinds> | QuotaRefusal {
    const scope = terms.scope ?? NOBODY, ahead = this.#findAhead(demand, terms, waiter);
    if (ahead === undefined) return this.#gate.commit(scope, demand.amounts);
    const decision = this.#gate.check(scope, demand.amounts);
    return decision.status === "refused" && decision.impossible ? decision : ahead;
  }

  /** Keeps a waiter, who stands nowhere now, until the account that stops it has room. */
  park(waiter: PoolWaiter<Kinds>, refusal: QuotaRefusal): void {
    const left = this.#forgetBack(waiter), line = this.#lineFor(refusal);
    line.join(waiter);
    waiter.parked = line;
    this.size++;
    if (line.waiters.first === waiter) line.tryLater(refusal);
    if (left !== undefined && left !== line) this.#wake(left);
  }

  /** Lets a parked waiter go. */
  remove(waiter: PoolWaiter<Kinds>): void {
    const line = waiter.parked;
    if (line === undefined) return;
    const wasFirst = line.waiters.first === waiter;
    this.#takeOut(waiter, line);
    if (wasFirst) this.#wake(line);
  }

  /** A waiter has left the queue, in whatever way: whoever stands behind it in the line that it came from may be next. */
  wentOut(waiter: PoolWaiter<Kinds>): void {
    const line = this.#forgetBack(waiter);
    if (line !== undefined) this.#wake(line);
  }

  /** All who are stopped. */
  *[Symbol.iterator](): Generator<PoolWaiter<Kinds>, void, void> {
    for (const { waiters } of this.#lines) {
      for (let at = waiters.first; at !== undefined; at = at.next) yield at;
    }
  }

  /** Lets the first of a line go back, and as many behind it as there is room for. */
  #wake(line: ParkedLine<Kinds>): void {
    for (let first = line.waiters.first; first !== undefined; first = line.waiters.first) {
      const decision = this.#gate.check(first.scope ?? NOBODY, first.demand.amounts);
      if (decision.status === "refused") {
        if (!decision.impossible && isSame(decision, line.account)) return line.tryLater(decision);
        this.#takeOut(first, line);
        if (decision.impossible) this.#host.refuse(first, decision);
        else this.park(first, decision); // another account stops it now
      } else {
        const shortage = this.#findShortage(line, first.demand);
        if (shortage !== undefined) return line.tryLater(shortage);
        this.#takeOut(first, line);
        line.back.add(first);
        first.backFrom = line;
        this.#host.enter(first);
      }
    }
    this.#close(line);
  }

  /** Who came before a request and waits for an account that would count it, said as a refusal by that account. */
  #findAhead(demand: PoolDemand<Kinds>, terms: Terms, waiter?: PoolWaiter<Kinds>): QuotaRefusal | undefined {
    if (this.#lines.size === 0) return undefined;
    const scope = terms.scope ?? NOBODY, number = waiter?.number ?? Infinity;
    for (let at = 0; at < demand.length; at++) {
      const kind = demand.set.table.names[demand.places[at]!]!;
      for (const line of this.#lines.concerning(kind, scope)) {
        if (line === waiter?.backFrom) continue;
        const { first } = line.waiters;
        if (first !== undefined && first.number < number) {
          return { ...line.refusal, requested: amountOf(demand, kind), retryAfterMs: null, impossible: false };
        }
        const shortage = this.#findShortage(line, demand);
        if (shortage !== undefined) return shortage;
      }
    }
    return undefined;
  }

  /** Why there is no room for a demand beside those who went back to the queue from a line, if there is none. */
  #findShortage(line: ParkedLine<Kinds>, demand: PoolDemand<Kinds>): QuotaRefusal | undefined {
    if (line.back.size === 0) return undefined;
    let asked = amountOf(demand, line.account.kind);
    for (const other of line.back) asked += amountOf(other.demand, line.account.kind);
    const decision = this.#gate.checkAccount(line.account, asked);
    return decision.status === "refused" ? { ...decision, impossible: false } : undefined;
  }

  /** Forgets that a waiter went back to the queue from a line; returns that line. */
  #forgetBack(waiter: PoolWaiter<Kinds>): ParkedLine<Kinds> | undefined {
    const line = waiter.backFrom;
    waiter.backFrom = undefined;
    line?.back.delete(waiter);
    return line;
  }

  #takeOut(waiter: PoolWaiter<Kinds>, line: ParkedLine<Kinds>): void {
    line.waiters.remove(waiter);
    waiter.parked = undefined;
    this.size--;
  }

  /** The line of an account, which is made if there is none. */
  #lineFor(refusal: QuotaRefusal): ParkedLine<Kinds> {
    let line = this.#lines.get(refusal);
    if (line === undefined) this.#lines.add(refusal, line = new ParkedLine(refusal, (line) => this.#wake(line)));
    this.#ignore ??= this.#gate.onFreed((account) => this.#hear(account));
    return line;
  }

  /** Forgets a line in which nobody stands, unless somebody who went back to the queue may return. */
  #close(line: ParkedLine<Kinds>): void {
    line.stopTimer();
    if (line.back.size > 0 || this.#lines.get(line.account) !== line) return;
    this.#lines.delete(line.account);
    if (this.#lines.size > 0) return;
    this.#ignore?.();
    this.#ignore = undefined;
  }

  /** Something has become free on an account, or on any. */
  #hear(account: QuotaAccountName | undefined): void {
    if (account === undefined) { for (const line of [...this.#lines]) this.#wake(line); }
    else {
      const line = this.#lines.get(account);
      if (line !== undefined) this.#wake(line);
    }
  }
}

/** How much a demand asks for of a kind. */
function amountOf<Kinds extends string>(demand: PoolDemand<Kinds>, kind: string): number {
  const { table } = demand.set;
  for (let at = 0; at < demand.length; at++) {
    const place = demand.places[at]!;
    if (table.names[place] === kind) return table.amountOf(demand.units[at]!, place);
  }
  return 0;
}

function isSame(a: QuotaAccountName, b: QuotaAccountName): boolean {
  return a.scope === b.scope && a.key === b.key && a.kind === b.kind;
}
