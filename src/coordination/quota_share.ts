/**
 * What somebody has of a quota.
 *
 * @module
 */

import type { OwnerAccount } from "./owner_accounts.ts";
import type { LineNode } from "./wait_line.ts";

/** What an owner has consumed, until it is given back. */
export interface QuotaShare extends Disposable {
  /** How much it is. */
  readonly amount: number;
  /** Whose it is, if that was told. */
  readonly owner: string | undefined;
  /** Gives it back; a second call changes nothing. */
  release(): void;
}

/** What is asked for, or held, and by whom. */
export interface Want {
  readonly amount: number;
  readonly account: OwnerAccount;
}

/** A share that knows its place among all shares. */
export class Share implements QuotaShare, LineNode<Share> {
  previous: Share | undefined = undefined;
  next: Share | undefined = undefined;
  readonly #want: Want;
  readonly #stampMs: number;
  #giveBack: ((share: Share) => void) | undefined;

  /** `giveBack` is called once. */
  constructor(want: Want, stampMs: number, giveBack: (share: Share) => void) {
    this.#want = want;
    this.#stampMs = stampMs;
    this.#giveBack = giveBack;
  }

  /** What is held, and whose it is. */
  get want(): Want {
    return this.#want;
  }

  /** The stamp of the accounts. */
  get stampMs(): number {
    return this.#stampMs;
  }

  get amount(): number {
    return this.#want.amount;
  }

  get owner(): string | undefined {
    return this.#want.account.owner;
  }

  release(): void {
    const giveBack = this.#giveBack;
    if (giveBack === undefined) return;
    this.#giveBack = undefined;
    giveBack(this);
  }

  [Symbol.dispose](): void {
    this.release();
  }
}
