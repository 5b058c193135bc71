/**
 * Quotas: how much each agent, pool, workflow, state and user may have, and all together.
 *
 * @module
 */

export type { ResourceAmounts } from "../request.ts";
export { BoundQuotas } from "./bound_quotas.ts";
export type {
  QuotaAccountName,
  QuotaAllowed,
  QuotaDecision,
  QuotaFreedListener,
  QuotaGate,
  QuotaGrant,
  QuotaOverage,
  QuotaOverageListener,
  QuotaRefusal,
} from "./decision.ts";
export { describeRefusal, QuotaError } from "./errors.ts";
export type { BurstPolicy, HardPolicy, QuotaPolicy, QuotaPolicyType, RatePolicy, SoftPolicy } from "./policy.ts";
export { Quotas, type QuotasOptions } from "./quotas.ts";
export type { QuotaRule, QuotaRuleName, QuotaTarget } from "./rule.ts";
export type { QuotaScope, QuotaScopeName } from "./scope.ts";
export type { QuotaRuleUsage, QuotasSnapshot, QuotaUsage } from "./usage.ts";
