/**
 * Callers that share a rate, in time that passes as told.
 *
 * @module
 */

import { SlidingLog } from "../../src/coordination/rate_limits/mod.ts";

/** How long the callers go on, in seconds of virtual time. */
const SECONDS = 5;
const STEP_MS = 10;

/**
 * Lets callers try in turn for a few virtual seconds; whether they got exactly what the rate allows, shared out evenly, and never more
 * in any second.
 */
export function callInVirtualTime(callers: number, callsPerSecond: number): boolean {
  let nowMs = 0;
  const limiter = new SlidingLog({ limit: callsPerSecond, perMs: 1_000, clock: () => nowMs });
  const calls: number[] = [];
  let next = 0;
  for (; nowMs < SECONDS * 1_000; nowMs += STEP_MS) {
    for (let tries = 0; tries < callers; tries++) {
      if (!limiter.tryTake()) break; // nobody else would be let through either
      calls.push(nowMs);
      next = (next + 1) % callers;
    }
  }
  const isWithin = calls.every((atMs, index) =>
    index < callsPerSecond || atMs - calls[index - callsPerSecond]! >= 1_000
  );
  return isWithin && calls.length === SECONDS * callsPerSecond && next === calls.length % callers;
}
