/**
 * Quotas for one scope.
 *
 * @module
 */

import type { ResourceAmounts } from "../request.ts";
import { Account } from "./account.ts";
import type { Book } from "./book.ts";
import { type AccountFinder, Counter } from "./counter.ts";
import type { QuotaDecision, QuotaGrant, QuotaRefusal } from "./decision.ts";
import type { Office } from "./office.ts";
import { keyAt, type QuotaScope } from "./scope.ts";

/**
 * The quotas of one scope: answers as {@linkcode Quotas} does, and remembers the accounts. Made by {@linkcode Quotas.for}.
 *
 * It needs no end, and keeps no account alive in the books: one that was forgotten is looked up again. It follows every change
 * of the rules. Its scope is read once; to change a name, make another.
 */
export class BoundQuotas<Kinds extends string> {
  /** For whom it asks. */
  readonly scope: QuotaScope;
  readonly #counter: Counter<Kinds>;

  /** Binds a scope to the books of an office. */
  constructor(office: Office, scope: QuotaScope) {
    this.scope = Object.freeze({ ...scope });
    this.#counter = new Counter(office, new RememberingFinder());
  }

  /** See {@linkcode Quotas.check}. */
  check(amounts: ResourceAmounts<Kinds>): QuotaDecision {
    return this.#counter.check(this.scope, amounts);
  }

  /** See {@linkcode Quotas.commit}. */
  commit(amounts: ResourceAmounts<Kinds>): QuotaGrant<Kinds> | QuotaRefusal {
    return this.#counter.commit(this.scope, amounts);
  }
}

/** Keeps the accounts that it has found, by the place of their book. */
class RememberingFinder implements AccountFinder {
  readonly #found: Account[] = [];

  find(scope: QuotaScope, book: Book, micros: number): Account | undefined {
    const known = this.#found[book.place];
    if (known !== undefined && known.isOpen) return known;
    const key = keyAt(scope, book.level);
    if (key === undefined) return undefined;
    return this.#found[book.place] = book.accounts.get(key) ?? new Account(book, key, micros);
  }
}
