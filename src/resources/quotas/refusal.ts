/**
 * Why an account does not admit something.
 *
 * @module
 */

import { type Account, denominatorOf, flowOf } from "./account.ts";
import type { QuotaRefusal } from "./decision.ts";
import type { Limit } from "./limit.ts";
import type { QuotaClock } from "./quota_clock.ts";

/** What is asked of an account, as a number of units and as the caller said it. */
export interface Asked {
  /** In units. */
  readonly units: number;
  /** In the kind's own unit. */
  readonly amount: number;
}

/** A refusal and the rule that caused it. */
export interface Cause {
  /** What is told to the caller. */
  readonly refusal: QuotaRefusal;
  /** The rule. */
  readonly limit: Limit;
  /** The account to which it applies. */
  readonly account: Account;
}

/** The rule of a settled account that refuses for longest, if any does. */
export function findCause(account: Account, asked: Asked, clock: QuotaClock): Cause | undefined {
  let worst: Cause | undefined;
  for (const limit of account.limits.all) {
    const refusal = refusalOf(account, limit, asked, clock);
    if (refusal !== undefined && (worst === undefined || lasts(refusal) > lasts(worst.refusal))) {
      worst = { refusal, limit, account };
    }
  }
  return worst;
}

/** The one of two that lasts longer; the first if they are equal. */
export function laterCause(a: Cause | undefined, b: Cause | undefined): Cause | undefined {
  return a === undefined || (b !== undefined && lasts(b.refusal) > lasts(a.refusal)) ? b : a;
}

/** How long a refusal lasts, for comparing: longer than any time if a release has to come, and longest if none helps. */
function lasts({ retryAfterMs, impossible }: QuotaRefusal): number {
  if (impossible) return Infinity;
  return retryAfterMs ?? Number.MAX_VALUE;
}

function refusalOf(account: Account, limit: Limit, asked: Asked, clock: QuotaClock): QuotaRefusal | undefined {
  const { units } = asked;
  if (limit.type === "rate") {
    const { missing } = bucketOf(account, limit);
    if (missing + units <= limit.capacity) return undefined;
    return worded(account, limit, asked, {
      used: missing,
      limit: limit.capacity,
      retryAfterMs: units > limit.capacity ? null : msUntil(account, limit, limit.capacity - units, clock),
      impossible: units > limit.capacity,
    });
  }
  const { used } = account;
  if (used + units > limit.mostUnits) {
    const impossible = units > limit.mostUnits;
    return worded(account, limit, asked, { used, limit: limit.mostUnits, retryAfterMs: null, impossible });
  }
  if (limit.type !== "burst" || used + units <= limit.limitUnits) return undefined;
  if (bucketOf(account, limit).missing < limit.capacity) return undefined;
  const retryAfterMs = used < limit.limitUnits ? msUntil(account, limit, limit.capacity - 1, clock) : null;
  return worded(account, limit, asked, { used, limit: limit.limitUnits, retryAfterMs, impossible: false });
}

function bucketOf(account: Account, limit: Limit) {
  return account.buckets[account.limits.bucketed.indexOf(limit)]!;
}

function msUntil(account: Account, limit: Limit, missing: number, clock: QuotaClock): number {
  const flow = flowOf(limit, account.used);
  return clock.msUntil(bucketOf(account, limit).microsUntil(missing, flow, denominatorOf(limit)));
}

function worded(
  { scope, key, kind, book }: Account,
  { type, name }: Limit,
  { amount }: Asked,
  figures: Pick<QuotaRefusal, "used" | "limit" | "retryAfterMs" | "impossible">,
): QuotaRefusal {
  const { perWhole } = book.kind;
  return {
    status: "refused",
    scope,
    key,
    kind,
    policy: type,
    name,
    used: figures.used / perWhole,
    requested: amount,
    limit: figures.limit / perWhole,
    retryAfterMs: figures.retryAfterMs,
    impossible: figures.impossible,
  };
}
