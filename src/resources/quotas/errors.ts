/**
 * What quotas refuse, as an error.
 *
 * @module
 */

import { PuffinError } from "../../errors.ts";
import type { QuotaRefusal } from "./decision.ts";

/** Thrown when a quota refuses a request that nobody is ready to wait for, or that waiting would not help. */
export class QuotaError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "quota_exceeded";
  /** Who refused, and when it may be worth another try. */
  readonly refusal: QuotaRefusal;

  /** Words the message. */
  constructor(refusal: QuotaRefusal, options?: ErrorOptions) {
    super(`Cannot acquire ${refusal.requested} ${refusal.kind}: ${describeRefusal(refusal)}`, options);
    this.refusal = refusal;
  }
}

/** What a refusal says, for people: who refuses, how things stand, what to do. */
export function describeRefusal(refusal: QuotaRefusal): string {
  const { scope, key, kind, policy, name, used, limit, retryAfterMs, impossible } = refusal;
  const whose = key === undefined ? scope : `${scope} ${JSON.stringify(key)}`;
  const quota = `the ${policy} quota ${name === undefined ? "" : `${JSON.stringify(name)} `}of ${whose}`;
  const state = `${quota} allows ${limit} ${kind}, of which ${used} ${policy === "rate" ? "are taken" : "are held"}`;
  if (impossible) return `${state}; ask for less, or raise the limit`;
  if (retryAfterMs === null) return `${state}; wait for a release, or raise the limit`;
  return `${state}; try again in ${Math.ceil(retryAfterMs)} ms, or raise the limit`;
}
