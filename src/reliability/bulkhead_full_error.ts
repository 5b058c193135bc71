/**
 * What a bulkhead refuses with.
 *
 * @module
 */

import { PuffinError } from "../errors.ts";

/** Thrown when a call was not made, because too many are under way and its queue is full. */
export class BulkheadFullError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "bulkhead_full";

  /** Words the message. */
  constructor(readonly bulkhead: string | undefined, readonly maxConcurrency: number, readonly maxQueue: number) {
    super(
      `Cannot call: the bulkhead${
        bulkhead === undefined ? "" : ` "${bulkhead}"`
      } has ${maxConcurrency} calls under way ` +
        `and ${maxQueue} in its queue; raise maxConcurrency or maxQueue, or call less`,
    );
  }
}
