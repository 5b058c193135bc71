/**
 * Which quota applies to whom.
 *
 * @module
 */

import type { QuotaPolicy, QuotaPolicyType } from "./policy.ts";
import type { QuotaScopeName } from "./scope.ts";

/** Where a rule applies. */
export interface QuotaTarget<Kinds extends string> {
  /** The level at which it counts. */
  readonly scope: QuotaScopeName;
  /** The only one to whom it applies, such as `"alice"`; by default everybody, each on an account of their own. */
  readonly key?: string | undefined;
  /** What it counts. */
  readonly kind: Kinds;
}

/** A quota: what is allowed, of which kind, and to whom. */
export interface QuotaRule<Kinds extends string> extends QuotaTarget<Kinds> {
  /** What is allowed. */
  readonly policy: QuotaPolicy;
  /** Tells rules apart that have the same target and type of policy, such as a rate by the second and one by the hour. */
  readonly name?: string | undefined;
}

/** Points at a rule. */
export interface QuotaRuleName<Kinds extends string> extends QuotaTarget<Kinds> {
  /** The type of its policy. */
  readonly type: QuotaPolicyType;
  /** Its name, if it has one. */
  readonly name?: string | undefined;
}
