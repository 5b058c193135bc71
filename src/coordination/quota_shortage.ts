/**
 * Why a quota grants nothing.
 *
 * @module
 */

import { PuffinError } from "../errors.ts";

/** Why a request is not granted now. */
export interface QuotaShortage {
  /** What stands in the way: the limit in all, the owner's own, or somebody who waits ahead. */
  readonly reason: "limit" | "owner limit" | "waiters";
  /** What was asked for. */
  readonly requested: number;
  /** What is held: by the owner if its limit is the reason, else in all. */
  readonly used: number;
  /** What may be held: by the owner if its limit is the reason, else in all. */
  readonly limit: number;
  /** Who asks, if that was told. */
  readonly owner: string | undefined;
}

/** Says how things stand: `6 of its 10 are used by owner "ann"`. */
export function describeShortage({ reason, used, limit, owner }: QuotaShortage): string {
  if (reason === "owner limit") return `owner "${owner}" uses ${used} of its ${limit}`;
  return `${used} of ${limit} are used${reason === "limit" ? "" : ", and others wait ahead"}`;
}

/** Thrown when a request is larger than the limit, so that it might wait for ever. */
export class QuotaExceededError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "quota_exceeded";
  /** What was asked for, what is used, and the limit. */
  readonly shortage: QuotaShortage;

  /** Words the message; `what` is the quota. */
  constructor(what: string, shortage: QuotaShortage) {
    super(
      `Cannot acquire ${shortage.requested} of ${what}: ${
        describeShortage(shortage)
      }; ask for less, or raise the limit`,
    );
    this.shortage = shortage;
  }
}
