/**
 * What is known of a leak.
 *
 * @module
 */

import type { ResourceAmounts } from "../request.ts";

/**
 * How it is known that nobody is going to give a lease back: nobody can reach it any more, it has been held for too long, or its
 * owner's run has ended, or has died.
 */
export type LeakReason = "unreachable" | "overdue" | "owner_ended" | "owner_died";

/** A lease that has leaked. */
export interface LeakReport<Kinds extends string> {
  /** How that is known. */
  readonly reason: LeakReason;
  /** Who was to give it back, if told. */
  readonly owner: string | undefined;
  /** What it holds. */
  readonly amounts: ResourceAmounts<Kinds>;
  /** Where: the node's place in {@linkcode ResourcePoolSnapshot.nodes}. */
  readonly node: number;
  /** For how long it has been held, in milliseconds of the pool's clock. */
  readonly ageMs: number;
  /** The calls that led to its being acquired, one a line, the innermost first; `undefined` unless `debug` is on. */
  readonly acquiredAt: string | undefined;
  /** Whether the pool has taken it back. */
  readonly reclaimed: boolean;
}
