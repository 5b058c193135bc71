/**
 * How quotas stand, for people.
 *
 * @module
 */

import { Account } from "./account.ts";
import type { Book } from "./book.ts";
import type { QuotaAccountName } from "./decision.ts";
import type { Limit } from "./limit.ts";
import type { Office } from "./office.ts";
import type { QuotaPolicy } from "./policy.ts";
import type { QuotaScopeName } from "./scope.ts";

/** How one rule stands for one account; amounts are in the kind's own unit. */
export interface QuotaUsage extends QuotaAccountName {
  /** The name of the rule, if it has one. */
  readonly name: string | undefined;
  /** What the rule allows. */
  readonly policy: QuotaPolicy;
  /** What is held; for a rate, what was taken out of the bucket and has not come back yet. */
  readonly used: number;
  /** What may be held for good; for a rate, the capacity of the bucket. */
  readonly limit: number;
  /** What of that is left, at least 0. */
  readonly available: number;
  /** How much more than the limit is held, at least 0. */
  readonly overage: number;
  /** Tokens in the bucket, below 0 if some are owed: for a burst, each is a unit held for a second. `null` without a bucket. */
  readonly tokens: number | null;
  /** How often the account was granted something beyond a soft limit; counted while it is remembered. */
  readonly overages: number;
  /** How often the account was refused something; counted while it is remembered. */
  readonly refusals: number;
}

/** How one rule stands. */
export interface QuotaRuleUsage {
  /** The level at which it counts. */
  readonly scope: QuotaScopeName;
  /** The only one to whom it applies, if it is not for everybody. */
  readonly key: string | undefined;
  /** What it counts. */
  readonly kind: string;
  /** Its name, if it has one. */
  readonly name: string | undefined;
  /** What it allows. */
  readonly policy: QuotaPolicy;
  /** How often it granted something beyond its limit, if it is soft. */
  readonly overages: number;
  /** How often it refused something. Of several that refused one request, the one counts that did for longest. */
  readonly refusals: number;
}

/** How quotas stand at one moment. */
export interface QuotasSnapshot {
  /** All rules, in the order in which their kinds and levels were first named. */
  readonly rules: readonly QuotaRuleUsage[];
  /** How many accounts are remembered. */
  readonly accounts: number;
  /** How many of those hold nothing; they are forgotten by and by. */
  readonly idleAccounts: number;
}

/** How all rules of an office stand; costs their number. */
export function snapshotOf(office: Office): QuotasSnapshot {
  const rules: QuotaRuleUsage[] = [];
  let accounts = 0;
  for (const { name: kind, books } of office.kinds.values()) {
    for (const book of books) {
      accounts += book.accounts.size;
      for (const { key, name, policy, overages, refusals } of book.rules) {
        rules.push({ scope: book.scope, key, kind, name, policy, overages, refusals });
      }
    }
  }
  return { rules, accounts, idleAccounts: office.attic.countIdle() };
}

/** How the rules stand for one key at one level. */
export function usagesOf(office: Office, scope: QuotaScopeName, key: string): QuotaUsage[] {
  const micros = office.clock.read();
  const books = [...office.kinds.values()].flatMap((kind) => kind.books.filter((book) => book.scope === scope));
  return books.flatMap((book) => usagesIn(book, key, micros));
}

function usagesIn(book: Book, key: string, micros: number): QuotaUsage[] {
  const account = book.accounts.get(key) ?? new Account(book, key, micros);
  account.settle(micros);
  return account.limits.all.map((limit) => usageOf(account, limit));
}

function usageOf(account: Account, limit: Limit): QuotaUsage {
  const { scope, key, kind, overages, refusals, limits, buckets, book: { kind: { perWhole } } } = account;
  const { name, policy } = limit, missing = buckets[limits.bucketed.indexOf(limit)]?.missing ?? 0;
  const isRate = limit.type === "rate", used = isRate ? missing : account.used;
  const most = isRate ? limit.capacity : limit.limitUnits;
  return {
    scope,
    key,
    kind,
    name,
    policy,
    used: used / perWhole,
    limit: most / perWhole,
    available: Math.max(most - used, 0) / perWhole,
    overage: Math.max(used - most, 0) / perWhole,
    tokens: limit.hasBucket ? (limit.capacity - missing) / perWhole : null,
    overages,
    refusals,
  };
}
