/**
 * Agents and pools observed: their runs and states as metrics, spans and events.
 *
 * @module
 */

export type {
  RunEnded,
  RunEventOrigin,
  RunEvents,
  RunStarted,
  StateDeadLettered,
  StateEnded,
  StatePreempted,
  StateRetried,
  StateStarted,
} from "./run_events.ts";
