/**
 * What a pool has counted, and how it stands.
 *
 * @module
 */

/** What was counted since the pool was made. */
export class PoolFigures {
  /** Loans given out. */
  acquired = 0;
  /** Objects that `create` gave. */
  created = 0;
  /** Objects that were destroyed, or given up because `destroy` failed. */
  destroyed = 0;
  /** Attempts to create that failed: an error, no answer, or an object that was broken from the start. */
  creationFailures = 0;
  /** Objects that `validate` refused later. */
  broken = 0;
  /** Calls of `destroy` that failed or did not answer. */
  destroyFailures = 0;
  /** Waits that took longer than their `timeoutMs`. */
  timeouts = 0;
}

/** How an object pool stands at one moment. */
export interface ObjectPoolSnapshot extends Readonly<PoolFigures> {
  /** Whether it lends (`open`), waits for its loans (`draining`), or does neither. */
  readonly state: "open" | "draining" | "closed";
  /** At least so many objects are kept. */
  readonly min: number;
  /** There are never more than so many. */
  readonly max: number;
  /** Objects that there are: idle, lent, being checked or being destroyed. */
  readonly size: number;
  /** Objects that nobody has. */
  readonly idle: number;
  /** Objects that somebody has. */
  readonly loaned: number;
  /** Objects that are being checked, before they are lent. */
  readonly validating: number;
  /** Objects that are being destroyed, those included that came too late to belong to the pool. */
  readonly destroying: number;
  /** Objects that are being made, or whose making will be tried again; `size` and these are at most `max`. */
  readonly creating: number;
  /** Calls of `create` that took too long and have still not ended; what they give will be destroyed. */
  readonly abandoned: number;
  /** How many wait for an object. */
  readonly waiters: number;
  /** How long the one has waited who has waited longest, in milliseconds; `undefined` if nobody waits. */
  readonly oldestWaitMs: number | undefined;
}
