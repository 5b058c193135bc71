/**
 * Time for which a thread could run.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import type { ThreadCounters } from "../environment/mod.ts";

/**
 * A clock that stands still while the calling thread waits for a processor. What a warm-up has to bring about, optimised code, takes
 * so many iterations and not so long: beside a load, the same time has fewer. It never goes back, though the thread may wait between
 * the two readings that it takes.
 */
export function activeClock(clock: Clock, counters: Pick<ThreadCounters, "runQueueDelayNs">): Clock {
  let latest = -Infinity;
  return { name: clock.name, now: () => latest = Math.max(latest, clock.now() - counters.runQueueDelayNs()) };
}
