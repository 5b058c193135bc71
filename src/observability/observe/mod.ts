/**
 * Agents and pools observed: their runs and states as metrics, spans and events.
 *
 * @module
 */

export type {
  ObservableAgent,
  ObservableAgentPool,
  ObservableResourcePool,
  ObservableTarget,
  ObservableWaits,
  ObservedAttempt,
  ObservedEnd,
  ObservedRun,
  ObservedStart,
  ObservedStatus,
  RunListener,
} from "./observable_target.ts";
export { AlreadyObservedError, type Observation, observe, type ObserveOptions } from "./observe.ts";
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
