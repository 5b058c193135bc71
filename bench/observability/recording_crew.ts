/**
 * Real threads that record into the metrics of one registry.
 *
 * @module
 */

import { Registry, SharedMetrics } from "../../src/observability/metrics/mod.ts";
import { Crew } from "../threads/crew.ts";
import { REQUESTS, SECONDS } from "./shared_recordings.ts";

/** How often each thread counts and observes in a round. */
const RECORDINGS = 500;

/**
 * Threads that count by label and observe, all at once; after each round the registry must have all of it.
 *
 * @param registry What the threads record into.
 * @param read What is read in its place, to see that it is noticed.
 */
export function recordingCrew(
  threads: number,
  registry: Registry = new Registry(),
  read: Registry = registry,
): Promise<Crew> {
  const shared = SharedMetrics.create(registry, { maxThreads: threads, bytesPerThread: 2 ** 14 });
  let recorded = 0;
  const isAtRest = () => {
    recorded += threads * RECORDINGS;
    shared.collect();
    return sumOf(read, REQUESTS.name) === recorded && sumOf(read, SECONDS.name) === recorded;
  };
  const worker = new URL("./recording_worker.ts", import.meta.url), dispose = () => shared[Symbol.dispose]();
  return Crew.muster({ threads, times: RECORDINGS, room: threads, worker, handle: shared.handle, isAtRest, dispose });
}

/** What all series of a counter or of a histogram have counted. */
function sumOf(registry: Registry, name: string): number {
  let sum = 0;
  for (const { value } of registry.find(name)?.readings() ?? []) sum += value;
  return sum;
}
