/**
 * What can be watched of a run.
 *
 * @module
 */

import type { DeadLetter } from "../reliability/dead_letter.ts";
import type { ResourceRequest } from "./resource_source.ts";
import type { RunResult } from "./result.ts";

/** Identifies a run: the same object in each of its events, so that it can be the key of a `WeakMap`. */
export interface RunIdentity {
  /** The agent that runs. */
  readonly agent: string;
  /** A text that no other run has, of this process or, in practice, of another; made when first read. */
  readonly runId: string;
}

/** An attempt begins. */
export interface StateStartEvent {
  /** The run. */
  readonly run: RunIdentity;
  /** Which step of the run: a number from 1, the same in all events of the step. */
  readonly step: number;
  /** The state. */
  readonly state: string;
  /** Which try of the step, from 1. */
  readonly attempt: number;
  /** Whether the step begins with it; not so of a retry, nor of an attempt that begins again because it was preempted. */
  readonly isFirst: boolean;
  /** What it holds; `undefined` if the state needs nothing. */
  readonly resources: ResourceRequest | undefined;
  /** What `send` gave the step; `undefined` otherwise. */
  readonly payload: unknown;
}

/** A step has ended, or was given up because the run has. */
export interface StateEndEvent {
  /** The run. */
  readonly run: RunIdentity;
  /** Which step of the run. */
  readonly step: number;
  /** The state. */
  readonly state: string;
  /** How it ended. */
  readonly status: "completed" | "failed" | "timed_out" | "cancelled";
  /** How many attempts the step took. */
  readonly attempts: number;
  /** From the start of its first attempt to its end, in milliseconds; `undefined` unless states are timed. */
  readonly durationMs: number | undefined;
  /**
   * How long all its attempts stood in line for resources, in milliseconds; `undefined` if the state needs none, or states are not
   * timed.
   */
  readonly waitedMs: number | undefined;
  /** What it threw last, if it failed. */
  readonly error: unknown;
}

/** An attempt failed and will be followed by another. */
export interface RetryEvent {
  /** The run. */
  readonly run: RunIdentity;
  /** Which step of the run. */
  readonly step: number;
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
export interface PreemptEvent {
  /** The run. */
  readonly run: RunIdentity;
  /** Which step of the run. */
  readonly step: number;
  /** The state. */
  readonly state: string;
  /** The attempt that was cut short, from 1. */
  readonly attempt: number;
  /** Why: what the lease's signal was aborted with. */
  readonly reason: unknown;
}

/**
 * Watches runs; each method is optional. One that throws, or whose promise rejects, changes nothing about the run: the error is
 * kept in the result's `observerErrors`. Without an observer none of this costs anything.
 *
 * `atMs` is when it happened, as the run has read `performance.now()`; NaN if states are not timed.
 */
export interface RunObserver<Vars extends object> {
  /** The run begins. */
  onRunStart?(run: RunIdentity, atMs: number): void;
  /** An attempt of a state begins. */
  onStateStart?(event: StateStartEvent, atMs: number): void;
  /** A step has ended. */
  onStateEnd?(event: StateEndEvent, atMs: number): void;
  /** An attempt failed and another will follow. */
  onRetry?(event: RetryEvent): void;
  /** An attempt's resources were taken back. */
  onPreempt?(event: PreemptEvent): void;
  /** A step has failed for good. */
  onDeadLetter?(letter: DeadLetter<Vars>, run: RunIdentity): void;
  /** The run has ended. */
  onRunEnd?(result: RunResult<Vars, Record<string, unknown>>, run: RunIdentity, atMs: number): void;
}

/** Watches one run, beside the run's own observer; see `Agent.observeRuns`. */
export interface RunWatcher extends RunObserver<Record<string, unknown>> {
  /**
   * Calls a state's function, for what must surround it, such as a context that is active meanwhile. `call` neither throws nor answers:
   * how the function ends is between it and the run. If `call` is not called, the run calls it.
   */
  callState?(step: number, call: () => void): void;
}

/** Makes the watcher of a run that begins. */
export type WatchRun = (run: RunIdentity) => RunWatcher;
