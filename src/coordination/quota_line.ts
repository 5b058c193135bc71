/**
 * Who waits for a quota, and who of them is next within its own limit.
 *
 * @module
 */

import { Heap } from "../resources/ordering/heap.ts";
import type { OwnerAccount, OwnerAccounts } from "./owner_accounts.ts";
import type { QuotaShare, Want } from "./quota_share.ts";
import type { TurnWaiter } from "./turn_waiter.ts";
import { type LineNode, WaitLine } from "./wait_line.ts";

/** What somebody in line wants, and its place among those of its owner. */
export class QuotaWant implements Want, LineNode<QuotaWant> {
  previous: QuotaWant | undefined = undefined;
  next: QuotaWant | undefined = undefined;
  /** Grows along the whole line. */
  rank = 0;
  /** Who wants it, while that one stands in line. */
  waiter: TurnWaiter<QuotaShare, QuotaWant> | undefined = undefined;

  /** Stands nowhere yet. */
  constructor(readonly amount: number, readonly account: OwnerAccount) {}
}

/**
 * A second view of a quota's line: a line for each owner, and a heap of the owners whose first is within the owner's own limit, by
 * where that first stands. Who is held up by an owner's limit is so never looked at on behalf of others, however many they are.
 *
 * Leaving costs O(log n) for n owners, joining also as many steps as it overtakes.
 */
export class QuotaLine {
  readonly #owners: OwnerAccounts;
  readonly #ready = new Heap<OwnerAccount>();
  #lastRank = 0;

  /** Nobody waits. */
  constructor(owners: OwnerAccounts) {
    this.#owners = owners;
  }

  /** Whether somebody waits who is first of its owner and within its own limit, so that the limit in all holds it up. */
  get isHeldUp(): boolean {
    return this.#ready.size > 0;
  }

  /** The first in line of those who are first of their owners and within their own limits. */
  get first(): TurnWaiter<QuotaShare, QuotaWant> | undefined {
    return this.#ready.first?.waits?.first?.waiter;
  }

  /** Takes in somebody who has just taken its place in the line of all. */
  enter(waiter: TurnWaiter<QuotaShare, QuotaWant>, last: TurnWaiter<QuotaShare, QuotaWant> | undefined): void {
    const { want } = waiter, { account } = want;
    let rank = ++this.#lastRank, behind: QuotaWant | undefined = undefined;
    for (let at = last; at !== undefined && at !== waiter; at = at.previous) { // those whom it has overtaken move back by one
      const overtaken = at.want;
      [overtaken.rank, rank] = [rank, overtaken.rank];
      if (overtaken.account === account) behind = overtaken;
      else if (overtaken.previous === undefined) this.refresh(overtaken.account);
    }
    want.rank = rank;
    want.waiter = waiter;
    account.waits ??= new WaitLine();
    account.waits.insertAfter(behind === undefined ? account.waits.last : behind.previous, want);
    this.refresh(account);
  }

  /** Lets go somebody who has left the line of all. */
  leave(want: QuotaWant): void {
    const { account } = want;
    if (want.waiter === undefined) return; // it left before it could be taken in
    want.waiter = undefined;
    account.waits?.remove(want);
    this.refresh(account);
  }

  /** What an owner has, may have, or waits for first has changed. */
  refresh(account: OwnerAccount): void {
    const first = account.waits?.first, isIn = account.place >= 0;
    if (first === undefined || account.used + first.amount > this.#owners.limitOf(account)) {
      if (isIn) this.#ready.remove(account);
      return;
    }
    account.key = first.rank;
    if (isIn) this.#ready.update(account);
    else this.#ready.push(account);
  }
}
