/**
 * When no more may wait.
 *
 * @module
 */

import { PuffinError } from "../../errors.ts";

/** Thrown when as many tokens are waited for as may be: the leaky bucket is full. */
export class RateQueueFullError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "rate_queue_full";

  /** Words the message; `waiting` tokens wait where `queue` may. */
  constructor(what: string, readonly requested: number, readonly waiting: number, readonly queue: number) {
    super(
      `Cannot wait for ${requested} tokens of ${what}: ${waiting} wait already, and at most ${queue} may; ` +
        "try again later, or raise queue",
    );
  }
}
