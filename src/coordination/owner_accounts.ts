/**
 * What each owner has of a quota.
 *
 * @module
 */

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
export class OwnerAccount {
  used = 0;
  waiting = 0;
  /** A limit of its own. */
  ownLimit: number | undefined = undefined;
  /** The last round of serving in which it was at its limit. */
  heldUpIn = 0;
  isKept = false;

  /** Opens an account of which nobody knows yet. */
  constructor(readonly owner: string | undefined) {}
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
    if (!account.isKept || account.used > 0 || account.waiting > 0 || account.ownLimit !== undefined) return;
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
