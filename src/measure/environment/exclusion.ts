/** Whether a sample counts. @module */

import type { ExclusionCause } from "../document.ts";
import type { CounterReading } from "./thread_counters.ts";

/**
 * Why a sample does not count, or null if it does: by what the host did, never by the sample's value.
 *
 * @param before Counters just before the sample.
 * @param after Counters just after it.
 * @param wallNs The sample's wall time.
 */
export function exclusionCause(before: CounterReading, after: CounterReading, wallNs: number): ExclusionCause | null {
  if (after.clockGapMs - before.clockGapMs > 100) return "suspend";
  if (before.stealMs !== null && after.stealMs !== null && after.stealMs > before.stealMs) return "steal";
  if (before.runQueueDelayNs !== null && after.runQueueDelayNs !== null) {
    if (after.runQueueDelayNs - before.runQueueDelayNs > 0.1 * wallNs) return "preemption";
  }
  return null;
}
