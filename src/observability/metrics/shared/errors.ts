/**
 * What sharing metrics between threads refuses.
 *
 * @module
 */

import { PuffinError } from "../../../errors.ts";

/** Thrown when a thread cannot record any more: all shards are taken, or its own has no room for another metric. */
export class SharedMetricsFullError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "shared_metrics_full";
  /** Which limit was reached. */
  readonly limit: "maxThreads" | "bytesPerThread";
  /** What it is. */
  readonly size: number;

  /** Words the message; `what` cannot be done. */
  constructor(what: string, limit: "maxThreads" | "bytesPerThread", size: number) {
    super(
      limit === "maxThreads"
        ? `Cannot ${what}: ${size} threads have a part in these metrics; share them with a larger maxThreads, or detach threads`
        : `Cannot ${what}: the thread's ${size} bytes are taken; share the metrics with a larger bytesPerThread`,
    );
    this.limit = limit;
    this.size = size;
  }
}
