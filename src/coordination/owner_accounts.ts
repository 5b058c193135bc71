/**
 * What each owner has of a quota.
 *
 * @module
 */

import type { HeapItem } from "../resources/ordering/heap.ts";
import type { QuotaWant } from "./quota_line.ts";
import type { WaitLine } from "./wait_line.ts";

/** How much an owner has. */
export interface OwnerUsage {
  /** Who it is. */
  readonly owner: string;
  /** What it holds. */
  readonly used: number;
  /** What it may hold; `Infinity` if it has no limit of its own. */
  readonly limit: number;
}

/** What one owner has; those who do not say who they are share one, without a limit. */
export class OwnerAccount implements HeapItem {
  used = 0;
  /** What it waits for, in order; made when it first waits. */
  waits: WaitLine<QuotaWant> | undefined = undefined;
  /** A limit of its own. */
  ownLimit: number | undefined = undefined;
  isKept = false;
  // Of the heap of those whose first waiter is within their own limit:
  key = 0;
  readonly tie = 0;
  place = -1;

  /** Opens an account of which nobody knows yet. */
  constructor(readonly owner: string | undefined) {}

  /** Whether it waits for something. */
  get isWaiting(): boolean {
    return this.waits !== undefined && this.waits.size > 0;
  }
}

/** The accounts of a quota: only those are kept in which there is something. */
export class OwnerAccounts {
  readonly #kept = new Map<string, OwnerAccount>();
  readonly #nobody = new OwnerAccount(undefined);

  /** `limit` is that of every owner without one of its own. */
  constructor(readonly limit: number) {}

  /** An owner's account, which may be new; `keep` it once there is something in it. */
  find(owner: string | undefined): OwnerAccount {
    if (owner === undefined) return this.#nobody;
    return this.#kept.get(owner) ?? new OwnerAccount(owner);
  }

  /** Keeps an account. */
  keep(account: OwnerAccount): void {
    if (account.isKept || account.owner === undefined) return;
    account.isKept = true;
    this.#kept.set(account.owner, account);
  }

  /** Forgets an account if there is nothing in it. */
  tidy(account: OwnerAccount): void {
    if (!account.isKept || account.used > 0 || account.isWaiting || account.ownLimit !== undefined) return;
    account.isKept = false;
    if (account.owner !== undefined) this.#kept.delete(account.owner);
  }

  /** What may be in an account. */
  limitOf({ owner, ownLimit }: OwnerAccount): number {
    return owner === undefined ? Infinity : ownLimit ?? this.limit;
  }

  /** What is in those that are kept. */
  usages(): OwnerUsage[] {
    return [...this.#kept].map(([owner, account]) => ({ owner, used: account.used, limit: this.limitOf(account) }));
  }
}
