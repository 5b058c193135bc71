/**
 * Real threads that want the same resources at once.
 *
 * @module
 */

import { SharedResourcePool } from "../../src/resources/shared/mod.ts";
import { Crew, type CrewOptions } from "../threads/crew.ts";

/** Starts threads that acquire from one pool with room for so many. */
export function acquiringCrew(options: Pick<CrewOptions, "threads" | "times" | "room">): Promise<Crew> {
  const pool = SharedResourcePool.create({ capacity: { cpu: options.room } });
  return Crew.muster({
    ...options,
    worker: new URL("./acquiring_worker.ts", import.meta.url),
    handle: pool.handle,
    isAtRest: () => {
      const { available, leases, waiters } = pool.snapshot();
      return available.cpu === options.room && leases === 0 && waiters === 0;
    },
    dispose: () => pool[Symbol.dispose](),
  });
}
