/**
 * What was counted, until it is given back.
 *
 * @module
 */

import type { ResourceAmounts } from "../request.ts";
import type { Account } from "./account.ts";
import type { QuotaGrant } from "./decision.ts";
import type { Office } from "./office.ts";

/** What was counted on one account, and on the next. */
export interface Entry {
  /** Where it was counted. */
  readonly account: Account;
  /** What is left to give back, in units. */
  units: number;
  /** What was counted elsewhere. */
  next: Entry | undefined;
}

/** A grant is itself its first entry, so that one account costs one object. */
export class CountedGrant implements QuotaGrant<string>, Entry {
  readonly account: Account;
  units: number;
  next: Entry | undefined = undefined;
  readonly #office: Office;

  /** Begins with one account; nothing is counted yet. */
  constructor(office: Office, account: Account, units: number) {
    this.#office = office;
    this.account = account;
    this.units = units;
  }

  get status(): "granted" {
    return "granted";
  }

  release(amounts?: ResourceAmounts<string>): void {
    this.#office.giveBack(this, amounts === undefined ? undefined : this.#read(amounts));
  }

  #read(amounts: ResourceAmounts<string>): ReadonlyMap<string, number> {
    const units = new Map<string, number>();
    for (const kind in amounts) units.set(kind, this.#office.kindOf(kind).readReturned(kind, amounts[kind]));
    return units;
  }
}

/** The grant of what no account holds: only its rate counts, or nothing. */
export class FreeGrant implements QuotaGrant<string> {
  get status(): "granted" {
    return "granted";
  }

  release(): void {} // there is nothing to give back
}
