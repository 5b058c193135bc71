/**
 * Real threads that want the same resources at once.
 *
 * @module
 */

import { SharedResourcePool } from "../../src/resources/shared/mod.ts";
import { Crew } from "../threads/crew.ts";

/** How often each thread acquires in a round. */
const TURNS = 100;

/** Starts threads that acquire from one pool, with room for so many. */
export function acquiringCrew(
  threads: number,
  room: number,
  pool: SharedResourcePool<"cpu"> = SharedResourcePool.create({ capacity: { cpu: room } }),
): Promise<Crew> {
  const { cpu } = pool.snapshot().capacity;
  return Crew.muster({
    threads,
    room,
    times: TURNS,
    worker: new URL("./acquiring_worker.ts", import.meta.url),
    handle: pool.handle,
    isAtRest: () => {
      const { available, leases, waiters } = pool.snapshot();
      return available.cpu === cpu && leases === 0 && waiters === 0;
    },
    dispose: () => pool[Symbol.dispose](),
  });
}
