/**
 * Spans that did not arrive.
 *
 * @module
 */

import { diagnose } from "./diagnose.ts";

/** Why spans were dropped: the queue was full, their export failed or took too long, or the processor was shut down. */
export type DropReason = "queue_full" | "export_failed" | "export_timeout" | "shut_down";

/** Spans that were dropped: told when the next export ends or, after the processor was shut down, at once. */
export interface SpanDrop {
  /** Why. */
  readonly reason: DropReason;
  /** How many. */
  readonly count: number;
  /** What the exporter has said, if it has failed. */
  readonly error: Error | undefined;
}

/** Tells of a drop: the listener, or `diag.warn` if there is none. Neither harms anybody. */
export function tellDrop(drop: SpanDrop, listener: ((drop: SpanDrop) => void) | undefined): void {
  try {
    if (listener !== undefined) listener(drop);
    else diagnose("warn", `Dropped ${drop.count} spans: ${drop.reason}`, drop.error);
  } catch (error) {
    diagnose("error", "A listener to dropped spans has thrown", error);
  }
}
