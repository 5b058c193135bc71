/**
 * Checking and counting: the hot path, which a scope and a bound scope share.
 *
 * @module
 */

import type { ResourceAmounts } from "../request.ts";
import { Account } from "./account.ts";
import type { Book } from "./book.ts";
import type { QuotaDecision, QuotaGrant, QuotaRefusal } from "./decision.ts";
import { CountedGrant, type Entry, FreeGrant } from "./grant.ts";
import type { Office } from "./office.ts";
import { type Cause, findCause, laterCause } from "./refusal.ts";
import { keyAt, type QuotaScope } from "./scope.ts";

const ALLOWED: QuotaDecision = Object.freeze({ status: "allowed" });
const FREE = Object.freeze(new FreeGrant());

/** Finds accounts. */
export interface AccountFinder {
  /** The account of whoever asks, perhaps a new one that is not open; none if the scope names nobody at the book's level. */
  find(scope: QuotaScope, book: Book, micros: number): Account | undefined;
}

/** Finds them by what the scope says. */
export const BY_SCOPE: AccountFinder = {
  find(scope, book, micros) {
    const key = keyAt(scope, book.level);
    return key === undefined ? undefined : book.accounts.get(key) ?? newAccount(book, key, micros);
  },
};

/** A function of its own, so that the compiler spends nothing on it where accounts are open. */
function newAccount(book: Book, key: string, micros: number): Account {
  return new Account(book, key, micros);
}

/** Goes through all that a request concerns: first to ask every account, and only then to count. */
export class Counter<Kinds extends string> {
  readonly #office: Office;
  readonly #finder: AccountFinder;

  /** Counts in the books of an office. */
  constructor(office: Office, finder: AccountFinder) {
    this.#office = office;
    this.#finder = finder;
  }

  /** See {@linkcode Quotas.check}. Allocates nothing if all accounts are open. */
  check(scope: QuotaScope, amounts: ResourceAmounts<Kinds>): QuotaDecision {
    const office = this.#office, finder = this.#finder;
    let micros = -1;
    for (const name in amounts) {
      const kind = office.kindOf(name), units = kind.read(name, amounts[name]);
      if (units === 0) continue;
      const { books } = kind;
      if (kind.isTimed && micros < 0) micros = office.clock.read();
      for (let i = 0; i < books.length; i++) {
        const account = finder.find(scope, books[i]!, micros);
        if (account === undefined || account.admits(units, micros)) continue;
        const cause = this.#findCause(scope, amounts, micros);
        if (cause !== undefined) return cause.refusal;
      }
    }
    return ALLOWED;
  }

  /** See {@linkcode Quotas.commit}. For one open account it allocates the grant and nothing else. */
  commit(scope: QuotaScope, amounts: ResourceAmounts<Kinds>): QuotaGrant<Kinds> | QuotaRefusal {
    const office = this.#office, finder = this.#finder;
    let grant: CountedGrant | undefined, last: Entry | undefined;
    let micros = -1;
    for (const name in amounts) {
      const kind = office.kindOf(name), units = kind.read(name, amounts[name]);
      if (units === 0) continue;
      const { books } = kind;
      if (kind.isTimed && micros < 0) micros = office.clock.read();
      for (let i = 0; i < books.length; i++) {
        const account = finder.find(scope, books[i]!, micros);
        if (account === undefined || account.limits.all.length === 0) continue;
        if (!account.admits(units, micros)) {
          const cause = this.#findCause(scope, amounts, micros);
          if (cause !== undefined) return count(cause);
        }
        if (last === undefined) last = grant = new CountedGrant(office, account, units);
        else last = last.next = { account, units, next: undefined };
      }
    }
    return grant !== undefined && office.take(grant) ? grant : FREE;
  }

  /** See {@linkcode Quotas.checkAccount}. */
  checkAccount(book: Book | undefined, key: string | undefined, amount: number): QuotaDecision {
    if (book === undefined || key === undefined) return ALLOWED;
    const { clock } = this.#office, micros = clock.read(), units = book.kind.read(book.kind.name, amount);
    const account = book.accounts.get(key) ?? newAccount(book, key, micros);
    account.settle(micros);
    return findCause(account, { units, amount }, clock)?.refusal ?? ALLOWED;
  }

  /** Of all that refuse, whoever does for longest: waiting for any other would be in vain. */
  #findCause(scope: QuotaScope, amounts: ResourceAmounts<Kinds>, micros: number): Cause | undefined {
    let longest: Cause | undefined;
    for (const name in amounts) {
      const amount = amounts[name], kind = this.#office.kindOf(name), units = kind.read(name, amount);
      if (amount === undefined || units === 0) continue;
      for (const book of kind.books) {
        const account = this.#finder.find(scope, book, micros);
        if (account === undefined) continue;
        account.settle(micros);
        longest = laterCause(longest, findCause(account, { units, amount }, this.#office.clock));
      }
    }
    return longest;
  }
}

function count({ refusal, limit, account }: Cause): QuotaRefusal {
  limit.refusals++;
  account.refusals++;
  return refusal;
}
