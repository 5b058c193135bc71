/**
 * For whom something is asked: the names under which quotas count it.
 *
 * @module
 */

/** A level at which use is counted; `"global"` is everybody together. */
export type QuotaScopeName = "global" | "pool" | "workflow" | "agent" | "state" | "user";

/**
 * Who asks, by level; all levels that are named apply at once, and `"global"` always does.
 *
 * A level that is not named is not counted: a request without a user passes the quotas of users.
 */
export interface QuotaScope {
  /** The agent. */
  readonly agent?: string | undefined;
  /** The pool. */
  readonly pool?: string | undefined;
  /** The workflow. */
  readonly workflow?: string | undefined;
  /** The state of an agent. */
  readonly state?: string | undefined;
  /** The person or tenant on whose behalf it is asked. */
  readonly user?: string | undefined;
}

/** All levels, from the widest to the narrowest; a refusal names the first that refuses, if several do for equally long. */
export const QUOTA_SCOPES: readonly QuotaScopeName[] = ["global", "pool", "workflow", "agent", "state", "user"];

/** The number of a level in {@linkcode QUOTA_SCOPES}, or -1. */
export function levelOf(scope: QuotaScopeName): number {
  return QUOTA_SCOPES.indexOf(scope);
}

/** Whose account is meant at a level, by its number: "" for the one account of all, undefined for nobody's. */
export function keyAt(scope: QuotaScope, level: number): string | undefined {
  switch (level) { // not scope[name], which would be looked up by hash
    case 0:
      return "";
    case 1:
      return scope.pool;
    case 2:
      return scope.workflow;
    case 3:
      return scope.agent;
    case 4:
      return scope.state;
    default:
      return scope.user;
  }
}
