/**
 * What quotas answer.
 *
 * @module
 */

import type { ResourceAmounts } from "../request.ts";
import type { QuotaPolicyType } from "./policy.ts";
import type { QuotaScope, QuotaScopeName } from "./scope.ts";

/** Whose use is counted: one key of one scope, and one kind. */
export interface QuotaAccountName {
  /** The level at which it is counted. */
  readonly scope: QuotaScopeName;
  /** Who it is; `undefined` for `"global"`. */
  readonly key: string | undefined;
  /** What is counted. */
  readonly kind: string;
}

/** Why quotas do not allow something; plain data, of which {@linkcode QuotaError} makes an error. Amounts are in the kind's own unit. */
export interface QuotaRefusal extends QuotaAccountName {
  /** Tells it from a grant. */
  readonly status: "refused";
  /** The policy that refuses. */
  readonly policy: QuotaPolicyType;
  /** The name of its rule, if it has one. */
  readonly name: string | undefined;
  /** What is held now; for `"rate"`, what was taken out of the bucket and has not come back yet. */
  readonly used: number;
  /** What was asked for. */
  readonly requested: number;
  /** What the policy allows now: for `"burst"` the peak, or the limit for good while the bucket is empty; for `"rate"` the bucket's capacity. */
  readonly limit: number;
  /** After how many milliseconds it would be allowed if nobody else came; `null` if only a release or another limit helps. */
  readonly retryAfterMs: number | null;
  /** Whether it can never be allowed under these limits, whatever is released. */
  readonly impossible: boolean;
}

/** Nothing stands in the way. */
export interface QuotaAllowed {
  /** Tells it from a refusal. */
  readonly status: "allowed";
}

/** What {@linkcode Quotas.check} answers. */
export type QuotaDecision = QuotaAllowed | QuotaRefusal;

/** What was counted; it is to be released when what it stands for is given back. */
export interface QuotaGrant<Kinds extends string> {
  /** Tells it from a refusal. */
  readonly status: "granted";
  /**
   * Gives back what the policies give back: what is held, but no tokens of a rate.
   *
   * @param amounts How much of each kind; by default all that is left. Never gives back more than was taken; a second
   * call without amounts changes nothing.
   * @throws {TypeError} If an amount is not a number.
   * @throws {RangeError} If an amount is negative or NaN.
   */
  release(amounts?: ResourceAmounts<Kinds>): void;
}

/** Told that a refusal may have ended: for one account, or, after a change of the rules, for any. */
export type QuotaFreedListener = (account: QuotaAccountName | undefined) => void;

/** What was granted beyond a soft limit; amounts are in the kind's own unit. */
export interface QuotaOverage extends QuotaAccountName {
  /** The name of the rule, if it has one. */
  readonly name: string | undefined;
  /** What was held, with what was just granted. */
  readonly used: number;
  /** What was granted. */
  readonly requested: number;
  /** What may be held without a report. */
  readonly limit: number;
}

/** Told of what was granted beyond a soft limit, soon after. */
export type QuotaOverageListener = (overage: QuotaOverage) => void;

/** What a pool asks of its quotas. */
export interface QuotaGate<Kinds extends string> {
  /** Whether `commit` would grant it; has no effect. */
  check(scope: QuotaScope, amounts: ResourceAmounts<Kinds>): QuotaDecision;
  /** Counts it on all accounts that it concerns, or on none. */
  commit(scope: QuotaScope, amounts: ResourceAmounts<Kinds>): QuotaGrant<Kinds> | QuotaRefusal;
  /** Whether one account alone would admit so much of its kind; has no effect. */
  checkAccount(account: QuotaAccountName, amount: number): QuotaDecision;
  /** Calls `listener` when something was given back or a limit was raised, until the function that it returns is called. */
  onFreed(listener: QuotaFreedListener): () => void;
}
