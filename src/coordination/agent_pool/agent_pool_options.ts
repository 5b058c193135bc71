/**
 * What is said of a pool, and what it says of itself.
 *
 * @module
 */

import type { PrimitiveOptions, PrimitiveSnapshot, WaiterSnapshot } from "../primitive.ts";
import { ownTurnOptions, type TurnOptions } from "../turn_options.ts";
import type { WaitOptions } from "../waiter.ts";
import type { ScalingPolicy } from "./scaling.ts";
import type { LocalTask } from "./task_runner.ts";
import type { WorkerCode } from "./worker_runner.ts";

/** What does the work: a function in this isolate, or code for Workers. */
export type PoolWork<Input, Output> =
  | { readonly run: LocalTask<Input, Output> }
  | WorkerCode;

/** How a pool is made; every field is optional. */
export interface AgentPoolOptions extends PrimitiveOptions {
  /**
   * How many workers there are at least; an integer, at least 0. They are started at once, and replaced if they break; see
   * {@linkcode AgentPool}. Default 0.
   */
  readonly min?: number;
  /** How many workers there are at most, and so how many tasks run at once; an integer, at least 1. Default 4. */
  readonly max?: number;
  /**
   * How many tasks may wait for a worker, besides those that are begun anew; an integer, at least 0. Whoever brings one
   * more waits for room. Default 10,000.
   */
  readonly maxQueue?: number;
  /** What its size goes by. Default `{ by: "queue" }`: a worker for each task, up to `max`. */
  readonly scaling?: ScalingPolicy;
  /**
   * How long fewer workers must have been enough before some are ended, in milliseconds; finite, at least 0. Growth
   * is immediate. A schedule is looked at this often. Default 5,000.
   */
  readonly cooldownMs?: number;
  /** How often a task is begun anew after its Worker broke; an integer, at least 0. Default 0: no task is begun twice. */
  readonly crashRetries?: number;
  /**
   * How long a task in a Worker may go on once it was aborted, in milliseconds, before the Worker is ended; finite, at
   * least 0. Default 1,000.
   */
  readonly graceMs?: number;
}

/** How a task is run: `timeoutMs` and `signal` end it, whether it waits or runs. */
export interface TaskOptions extends TurnOptions {
  /** What moves to the Worker instead of being copied. Such a task is never begun twice. */
  readonly transfer?: readonly Transferable[];
}

/** A task that a pool has taken. */
export interface SubmittedTask<Output> {
  /** What it answers; rejects as `AgentPool.run` does. */
  readonly result: Promise<Output>;
}

/**
 * How a pool is drained. `timeoutMs` and `signal` end only the caller's wait: the pool takes no more tasks either way,
 * and goes on with those it has.
 */
export interface DrainOptions extends WaitOptions {
  /**
   * How long tasks may go on, in milliseconds; finite, at least 0. By default as long as it takes. Of several the
   * earliest counts.
   */
  readonly deadlineMs?: number;
}

/** What became of a pool's tasks. */
export interface PoolCounts {
  /** How many were answered. */
  readonly completed: number;
  /** How many threw, or lost their Worker for good. */
  readonly failed: number;
  /** How many were given up: by their signal or timeout, or by the deadline of a drain. */
  readonly cancelled: number;
  /** How often a Worker broke. */
  readonly crashes: number;
}

/** A task that was not done by the deadline of a drain. */
export interface UnfinishedTask<Input> {
  /** What it was given, without what was moved to a Worker. */
  readonly input: Input;
  /** Who asked, if that was told. */
  readonly owner: string | undefined;
  /** `waiting` if it is certain that it has done nothing since its last attempt; `running` if it was stopped in the middle. */
  readonly state: "waiting" | "running";
  /** How often it was begun; 0 if it has done nothing at all. */
  readonly attempts: number;
}

/** What became of a pool's tasks, and which of them are left. */
export interface DrainReport<Input> extends PoolCounts {
  /** What was ended by the deadline, the running ones first, each in the order in which it was or would have been begun. */
  readonly unfinished: readonly UnfinishedTask<Input>[];
}

/** How a pool stands. */
export interface AgentPoolSnapshot extends PrimitiveSnapshot {
  /** How many workers there are. */
  readonly size: number;
  /** How many of them have nothing to do. */
  readonly idle: number;
  /** How many tasks may wait for a worker; who does is in {@linkcode PrimitiveSnapshot.waiters}. */
  readonly maxQueue: number;
  /** Who waits for room in the queue, in the order in which they will get it. */
  readonly submitters: readonly WaiterSnapshot[];
  /** What became of its tasks. */
  readonly tasks: PoolCounts;
  /** Why a Worker broke the last time, with its module: also one that had nothing to do, of which no task tells. */
  readonly lastCrash: string | undefined;
}

/**
 * What was said of a task, each option read once and then checked.
 *
 * @throws What `ownTurnOptions` throws.
 */
export function ownTaskOptions(options: TaskOptions): TaskOptions {
  const own = ownTurnOptions(options), { transfer } = options;
  return transfer === undefined ? own : { ...own, transfer };
}

/** The options with their defaults. */
export type PoolSettings = Required<Omit<AgentPoolOptions, keyof PrimitiveOptions>>;

/**
 * Checks the options that are numbers of their own, and applies the defaults.
 *
 * @throws {RangeError} If one is out of range.
 */
export function poolSettings(options: AgentPoolOptions): PoolSettings {
  const { min = 0, max = 4, maxQueue = 10_000, scaling = { by: "queue" } } = options;
  const { cooldownMs = 5_000, crashRetries = 0, graceMs = 1_000 } = options;
  requireDuration("cooldownMs", cooldownMs);
  requireDuration("graceMs", graceMs);
  requireWhole("maxQueue", maxQueue);
  requireWhole("crashRetries", crashRetries);
  return { min, max, maxQueue, scaling, cooldownMs, crashRetries, graceMs };
}

/**
 * Checks a number of milliseconds.
 *
 * @throws {RangeError} If it is negative or not finite.
 */
export function requireDuration(name: string, value: number): void {
  if (value >= 0 && value < Infinity) return;
  throw new RangeError(`Cannot use ${name} ${value}: expected a finite number of milliseconds, at least 0`);
}

function requireWhole(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new RangeError(`Cannot use ${name} ${value}: expected an integer, at least 0`);
}
