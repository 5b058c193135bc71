/**
 * What a pool refuses.
 *
 * @module
 */

import { PuffinError } from "../errors.ts";

/** What was asked for, and what there is at most; both in the kind's own unit. */
export interface Shortfall {
  /** The kind of which there is too little. */
  readonly kind: string;
  /** What was asked for. */
  readonly requested: number;
  /** What the pool has in all; if it has several nodes, what the one has that comes nearest. */
  readonly capacity: number;
  /** Who asked, if told. */
  readonly owner: string | undefined;
  /** The node that comes nearest to having all that was asked for, if the pool has several. */
  readonly node?: string;
}

/**
 * Thrown when a pool could never grant a request, however long it waited; and to whoever waits when the pool is made so small
 * that it never could.
 */
export class CapacityError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "capacity_exceeded";
  /** What was asked for, and what there is. */
  readonly shortfall: Shortfall;

  /** Words the message. */
  constructor(shortfall: Shortfall) {
    const { kind, requested, capacity, owner, node } = shortfall;
    super(
      `Cannot acquire ${kind}${owner === undefined ? "" : ` for "${owner}"`}: the request asks for ${requested}, ` +
        (node === undefined
          ? `the pool has ${capacity}; ask for less, or make a pool with more`
          : `the node that comes nearest, "${node}", has ${capacity}; ask for less, or make a pool with a larger node`),
    );
    this.shortfall = shortfall;
  }
}
