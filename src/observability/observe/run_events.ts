/**
 * What an observed agent tells an event bus.
 *
 * @module
 */

/** Identifies a run in its events. */
export interface RunEventOrigin {
  /** The run: a text that no other run of this process has. */
  readonly runId: string;
  /** The agent that runs. */
  readonly agent: string;
}

/** A run begins. */
export interface RunStarted extends RunEventOrigin {}

/** A run has ended. */
export interface RunEnded extends RunEventOrigin {
  /** How it ended. */
  readonly status: "completed" | "failed" | "cancelled" | "timed_out";
  /** From its start to its end, in milliseconds. */
  readonly durationMs: number;
  /** What ended it, if it did not complete. */
  readonly error?: unknown;
}

/** An attempt of a state begins. */
export interface StateStarted extends RunEventOrigin {
  /** The state. */
  readonly state: string;
  /** Which try of the step, from 1. */
  readonly attempt: number;
}

/** A step has ended, or was given up because the run has. */
export interface StateEnded extends RunEventOrigin {
  /** The state. */
  readonly state: string;
  /** How it ended. */
  readonly status: "completed" | "failed" | "cancelled" | "timed_out";
  /** How many attempts the step took. */
  readonly attempts: number;
  /** From the start of its first attempt to its end, in milliseconds. */
  readonly durationMs: number;
  /** How long the step waited for its resources, all attempts together, in milliseconds; `undefined` if it needs none. */
  readonly waitedMs?: number | undefined;
  /** What it threw last, if it failed. */
  readonly error?: unknown;
}

/** An attempt failed and another will follow. */
export interface StateRetried extends RunEventOrigin {
  /** The state. */
  readonly state: string;
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  /** How long until the next one, in milliseconds. */
  readonly delayMs: number;
  /** What it threw. */
  readonly error: unknown;
}

/** An attempt is cut short because its resources were taken back; the same attempt will begin again. */
export interface StatePreempted extends RunEventOrigin {
  /** The state. */
  readonly state: string;
  /** The attempt that was cut short, from 1. */
  readonly attempt: number;
  /** Why its resources were taken back. */
  readonly reason: unknown;
}

/** A step has failed for good. */
export interface StateDeadLettered extends RunEventOrigin {
  /** The state. */
  readonly state: string;
  /** How many attempts it took. */
  readonly attempts: number;
  /** What it threw last. */
  readonly error: unknown;
}

/** The events of observed agents, by name: the type of the bus that `observe` tells them, `EventBus<RunEvents>`. */
export interface RunEvents {
  /** A run begins. */
  readonly "run.start": RunStarted;
  /** A run has ended. */
  readonly "run.end": RunEnded;
  /** An attempt of a state begins. */
  readonly "state.start": StateStarted;
  /** A step has ended. */
  readonly "state.end": StateEnded;
  /** An attempt failed and another will follow. */
  readonly "state.retry": StateRetried;
  /** An attempt's resources were taken back. */
  readonly "state.preempt": StatePreempted;
  /** A step has failed for good. */
  readonly "state.dead_letter": StateDeadLettered;
}
