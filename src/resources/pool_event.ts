/**
 * What happens in a pool.
 *
 * @module
 */

import type { LeakReason } from "./leaks/leak_report.ts";
import type { PreemptionFacts } from "./preemption/preempted_error.ts";
import type { ResourceAmounts } from "./request.ts";

/** What all events say. */
export interface EventBase<Kinds extends string> {
  /** When it happened, in milliseconds of the pool's clock since the pool was made. */
  readonly atMs: number;
  /** Who asked or holds, if told. */
  readonly owner: string | undefined;
  /** How much it is about, by kind. */
  readonly amounts: ResourceAmounts<Kinds>;
}

/** A lease was granted. */
export interface GrantedEvent<Kinds extends string> extends EventBase<Kinds> {
  /** Tells events apart. */
  readonly type: "granted";
  /** Where. */
  readonly node: number;
  /** How urgent the request was: low 0, normal 1, high 2, critical 3, or any number. */
  readonly priority: number;
  /** How long it had waited, in milliseconds; 0 if it need not wait. */
  readonly waitedMs: number;
}

/** A lease was given back by its holder, or some of it. */
export interface ReleasedEvent<Kinds extends string> extends EventBase<Kinds> {
  /** Tells events apart. */
  readonly type: "released";
  /** Where. */
  readonly node: number;
  /** Whether its holder keeps the rest; see {@linkcode Lease.shrink}. */
  readonly partial: boolean;
  /** How long the lease had been held, in milliseconds, if it was granted while the pool kept the time. */
  readonly heldMs: number | undefined;
}

/** A request has to wait. */
export interface QueuedEvent<Kinds extends string> extends EventBase<Kinds> {
  /** Tells events apart. */
  readonly type: "queued";
  /** How urgent it is. */
  readonly priority: number;
}

/** A request was refused at once: not now, or by a quota. */
export interface RefusedEvent<Kinds extends string> extends EventBase<Kinds> {
  /** Tells events apart. */
  readonly type: "refused";
  /** Why, if a quota refused. */
  readonly error: Error | undefined;
}

/** A request waited in vain. */
export interface GaveUpEvent<Kinds extends string> extends EventBase<Kinds> {
  /**
   * Tells events apart: its time is up, its signal was aborted, the pool has become too small for it, or its placement or a
   * quota failed.
   */
  readonly type: "timed_out" | "cancelled" | "outgrown" | "failed";
  /** How long it had waited, in milliseconds. */
  readonly waitedMs: number;
}

/** A node has other amounts. */
export interface ResizedEvent<Kinds extends string> extends EventBase<Kinds> {
  /** Tells events apart. */
  readonly type: "resized";
  /** Which. */
  readonly node: number;
}

/** A lease has to go for somebody of a higher priority: its signal is aborted now. */
export interface PreemptedEvent<Kinds extends string> extends EventBase<Kinds> {
  /** Tells events apart. */
  readonly type: "preempted";
  /** Where. */
  readonly node: number;
  /** How urgent it is. */
  readonly priority: number;
  /** For whom it has to go. */
  readonly neededBy: PreemptionFacts["neededBy"];
  /** How long its holder has, in milliseconds. */
  readonly graceMs: number;
}

/** A lease was found that nobody is going to give back. */
export interface LeakedEvent<Kinds extends string> extends EventBase<Kinds> {
  /** Tells events apart. */
  readonly type: "leaked";
  /** Where. */
  readonly node: number;
  /** How that is known. */
  readonly reason: LeakReason;
  /** How long it has been held, in milliseconds. */
  readonly heldMs: number;
}

/** A lease was taken back, which its holder had not given back. */
export interface ReclaimedEvent<Kinds extends string> extends EventBase<Kinds> {
  /** Tells events apart. */
  readonly type: "reclaimed";
  /** Where. */
  readonly node: number;
  /** Why: its grace was over, or it had leaked. */
  readonly reason: "preempted" | LeakReason;
  /** How long it had been held, in milliseconds, if it was granted while the pool kept the time. */
  readonly heldMs: number | undefined;
}

/** What {@linkcode ResourcePool.events} tells; branch on `type`, and expect further ones. */
export type PoolEvent<Kinds extends string> =
  | GrantedEvent<Kinds>
  | ReleasedEvent<Kinds>
  | QueuedEvent<Kinds>
  | RefusedEvent<Kinds>
  | GaveUpEvent<Kinds>
  | ResizedEvent<Kinds>
  | PreemptedEvent<Kinds>
  | LeakedEvent<Kinds>
  | ReclaimedEvent<Kinds>;
