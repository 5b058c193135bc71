/**
 * Waiting for a shared pool by putting the thread to sleep.
 *
 * @module
 */

import { canPark } from "../../coordination/shared/blocking.ts";
import type { SharedDemand } from "./books.ts";
import type { HeldLease } from "./lease.ts";
import { type Seat, SWEEP_MS } from "./seat.ts";
import { timeoutError } from "./waiter.ts";

/**
 * Stands in line and sleeps until the demand is granted; wakes up to look for dead threads that it may be waiting for.
 *
 * @throws {TypeError} If this thread may not sleep.
 * @throws {WaitTimeoutError} If it was not granted within `timeoutMs`.
 * @throws {SharedPoolDetachedError} If another thread reclaims what this one has.
 */
export function waitBlocking<Kinds extends string>(
  seat: Seat<Kinds>,
  demand: SharedDemand,
  timeoutMs = Infinity,
): HeldLease<Kinds> {
  if (!canPark()) {
    throw new TypeError(
      "Cannot block this thread to wait for resources: its host forbids it; use acquire(), or a Worker",
    );
  }
  const place = seat.takeOrJoin(demand);
  if (!("waiter" in place)) return place;
  seat.beKnown(); // this thread is about to be silent for long
  const stageAt = seat.line.stageAt(place.waiter), startMs = performance.now();
  for (;;) {
    const leftMs = startMs + timeoutMs - performance.now();
    const lease = seat.collect(place, demand);
    if (lease !== undefined) return lease;
    if (leftMs <= 0) {
      const error = timeoutError(seat, demand, { place, timeoutMs });
      seat.withdraw(place);
      throw error;
    }
    if (Atomics.wait(seat.memory.words, stageAt, place.stage, Math.min(leftMs, SWEEP_MS)) === "timed-out") {
      seat.sweep(false);
    }
  }
}
