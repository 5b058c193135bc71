/**
 * Real threads that meet by a primitive in shared memory.
 *
 * @module
 */

import { SharedBarrier, SharedMutex, SharedSemaphore } from "../../src/coordination/shared/mod.ts";
import { Crew } from "../threads/crew.ts";

/** How often each thread does its work in a round. */
const TIMES = 10;

const worker = new URL("./meeting_worker.ts", import.meta.url);

/** Threads that take turns with one mutex. */
export function lockingCrew(threads: number): Promise<Crew> {
  const mutex = SharedMutex.create();
  const isAtRest = () => mutex.snapshot().holders.length === 0;
  return Crew.muster({ threads, times: TIMES, room: 1, worker, handle: mutex.handle, isAtRest });
}

/** Threads of which `permits` may be inside at once. */
export function permittedCrew(threads: number, permits: number): Promise<Crew> {
  const semaphore = SharedSemaphore.create({ permits });
  const isAtRest = () => semaphore.snapshot().available === permits;
  return Crew.muster({ threads, times: TIMES, room: permits, worker, handle: semaphore.handle, isAtRest });
}

/** Threads none of which goes on before all have come. */
export function gatheringCrew(threads: number): Promise<Crew> {
  const barrier = SharedBarrier.create({ parties: threads });
  return Crew.muster({ threads, times: TIMES, room: threads, worker, handle: barrier.handle, isAtRest: () => true });
}
