/**
 * What can be observed: what is needed of agents and pools, and no more.
 *
 * @module
 */

/** A run that begins. */
export interface ObservedRun {
  /** The agent that runs. */
  readonly agent: string;
  /** A text that no other run has; made when first read. */
  readonly runId: string;
}

/** An attempt of a state begins. */
export interface ObservedStart {
  /** Which step of the run. */
  readonly step: number;
  /** The state. */
  readonly state: string;
  /** Which try of the step, from 1. */
  readonly attempt: number;
  /** Whether the step begins with it. */
  readonly isFirst: boolean;
  /** What it holds, if anything. */
  readonly resources: Readonly<Record<string, number>> | undefined;
}

/** A step has ended. */
export interface ObservedEnd {
  /** Which step of the run. */
  readonly step: number;
  /** The state. */
  readonly state: string;
  /** How it ended. */
  readonly status: ObservedStatus;
  /** How many attempts it took. */
  readonly attempts: number;
  /** How long it took, in milliseconds. */
  readonly durationMs: number | undefined;
  /** How long it stood in line for resources, in milliseconds; `undefined` if the state needs none. */
  readonly waitedMs: number | undefined;
  /** What it threw last, if it failed. */
  readonly error: unknown;
}

/** An attempt is to be followed by another. */
export interface ObservedAttempt {
  /** Which step of the run. */
  readonly step: number;
  /** The state. */
  readonly state: string;
  /** The attempt that has ended, from 1. */
  readonly attempt: number;
}

/** How a run or a state may end. */
export type ObservedStatus = "completed" | "failed" | "cancelled" | "timed_out";

/** Is told of a run, as it goes. `atMs` is when it happened, as the run has read `performance.now()`. */
export interface RunListener {
  /** The run begins. */
  onRunStart(run: ObservedRun, atMs: number): void;
  /** An attempt of a state begins. */
  onStateStart(event: ObservedStart, atMs: number): void;
  /** A step has ended. */
  onStateEnd(event: ObservedEnd, atMs: number): void;
  /** An attempt failed and another will follow. */
  onRetry(event: ObservedAttempt & { readonly delayMs: number; readonly error: unknown }): void;
  /** An attempt's resources were taken back. */
  onPreempt(event: ObservedAttempt & { readonly reason: unknown }): void;
  /** A step has failed for good. */
  onDeadLetter(letter: { readonly state: string; readonly attempts: number; readonly error: unknown }): void;
  /** The run has ended. */
  onRunEnd(
    result: { readonly status: ObservedStatus; readonly durationMs: number | undefined; readonly error: unknown },
    run: ObservedRun,
    atMs: number,
  ): void;
  /** Calls a state's function, for what must surround it. */
  callState?(step: number, call: () => void): void;
}

/** What {@linkcode observe} needs of an agent; an `Agent` fits. */
export interface ObservableAgent {
  /** What it is called. */
  readonly name: string;
  /** Its states, and what each of them depends on. */
  readonly plan: { readonly states: readonly string[]; dependenciesOf(state: string): readonly string[] };
  /** Has every run listened to that begins from now on, until the answer is disposed of. */
  observeRuns(watch: (run: ObservedRun) => RunListener): Disposable;
}

/** Tells of waits. */
export interface ObservableWaits {
  /** Has somebody told of every wait that ended with what was waited for, in milliseconds, until the answer is disposed of. */
  observeWaits(waited: (waitMs: number) => void): Disposable;
}

/** What {@linkcode observe} needs of a pool of workers; an `AgentPool` fits. */
export interface ObservableAgentPool extends ObservableWaits {
  /** What it is called, if anything. */
  readonly name: string | undefined;
  /** How many workers there are. */
  readonly size: number;
  /** How many tasks run. */
  readonly running: number;
  /** How many tasks wait for a worker. */
  readonly waiting: number;
  /** What became of its tasks. */
  snapshot(): { readonly tasks: Readonly<Record<"completed" | "failed" | "cancelled" | "crashes", number>> };
}

/** What {@linkcode observe} needs of a pool of resources; a `ResourcePool` fits. */
export interface ObservableResourcePool extends ObservableWaits {
  /** How it stands. */
  snapshot(): {
    readonly capacity: Readonly<Record<string, number>>;
    readonly inUse: Readonly<Record<string, number>>;
    readonly waiters: number;
    readonly grants: number;
    readonly refusals: number;
    readonly timeouts: number;
    readonly preemptions: number;
    readonly leaks: number;
  };
}

/** What can be observed. */
export type ObservableTarget = ObservableAgent | ObservableAgentPool | ObservableResourcePool;
