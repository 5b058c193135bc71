/**
 * Real threads that meet by a primitive in shared memory.
 *
 * @module
 */

import { SharedBarrier, SharedMutex, SharedSemaphore } from "../../src/coordination/shared/mod.ts";
import { Crew } from "../threads/crew.ts";

/** How often each thread takes a turn in a round. */
const TURNS = 100;
const GATHERINGS = 10;

const worker = new URL("./meeting_worker.ts", import.meta.url);

/** Threads that take turns with one lock. */
export function lockingCrew(
  threads: number,
  lock: SharedMutex | SharedSemaphore = SharedMutex.create(),
): Promise<Crew> {
  const isAtRest = () => lock.snapshot().holders.length === 0;
  return Crew.muster({ threads, times: TURNS, room: 1, counts: true, worker, handle: lock.handle, isAtRest });
}

/** Threads of which `room` may be inside at once. */
export function permittedCrew(
  threads: number,
  room: number,
  semaphore: SharedSemaphore = SharedSemaphore.create({ permits: room }),
): Promise<Crew> {
  const isAtRest = () => semaphore.available === semaphore.permits;
  return Crew.muster({ threads, times: TURNS, room, worker, handle: semaphore.handle, isAtRest });
}

/** Threads none of which goes on before all have come. */
export function gatheringCrew(
  threads: number,
  barrier: SharedBarrier = SharedBarrier.create({ parties: threads }),
): Promise<Crew> {
  const handle = barrier.handle;
  return Crew.muster({ threads, times: GATHERINGS, room: threads, worker, handle, isAtRest: () => true });
}
