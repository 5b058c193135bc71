/**
 * What is thrown at a closed queue.
 *
 * @module
 */

import { PuffinError } from "../../errors.ts";

/** Thrown by a work queue that is closed: to whoever adds, and, once it is empty, to whoever takes. */
export class WorkQueueClosedError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "work_queue_closed";

  /** Words the message; `doing` is what was tried. */
  constructor(doing: "add to" | "take from", queue: string) {
    super(
      `Cannot ${doing} ${queue}: ` +
        (doing === "add to" ? "it is closed; add before close()" : "it is closed and empty; let this end the work"),
    );
  }
}
