/**
 * The clock of a measuring process, once V8 has compiled what reads it.
 *
 * @module
 */

import { calibrateClock, performanceClock } from "../clock.ts";
import type { ClockFacts } from "../document_environment.ts";

/** The first calibrations run in V8's interpreter, where a reading costs twice as much as it will in a loop. */
export function calibrateWarmClock(): ClockFacts {
  for (let cold = 0; cold < 20; cold++) calibrateClock(performanceClock);
  return calibrateClock(performanceClock);
}
