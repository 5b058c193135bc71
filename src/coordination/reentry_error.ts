/**
 * What an owner is told that would wait for itself.
 *
 * @module
 */

import { PuffinError } from "../errors.ts";

/** Thrown when an owner asks for what it already holds: it would wait for itself, for ever. */
export class ReentryError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "reentry";
  /** Who asked. */
  readonly owner: string;

  /** Words the message: `what` was asked for, `why` it cannot be had and `advice` what to do instead. */
  constructor(what: string, owner: string, { why, advice }: { readonly why: string; readonly advice: string }) {
    super(`Cannot acquire ${what} for owner "${owner}": ${why}, and would wait for itself; ${advice}`);
    this.owner = owner;
  }
}
