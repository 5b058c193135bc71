/**
 * What is said of a pool, and what it says of itself.
 *
 * @module
 */

import type { PrimitiveSnapshot } from "../primitive.ts";
import type { TurnOptions } from "../turn_options.ts";
import type { ScalingPolicy } from "./scaling.ts";
import type { WorkerCode } from "./worker_runner.ts";

/** What does the work: a function in this isolate, or code for Workers. */
export type PoolWork<Input, Output> =
  | { readonly run: (input: Input, signal: AbortSignal) => Output | PromiseLike<Output> }
  | WorkerCode;

/** How a pool is made; every field is optional. */
export interface AgentPoolOptions {
  /** What people call it. */
  readonly name?: string;
  /** How many workers there are at least; an integer, at least 0. They are started at once. Default 0. */
  readonly min?: number;
  /** How many workers there are at most, and so how many tasks run at once; an integer, at least 1. Default 4. */
  readonly max?: number;
  /** What its size goes by. Default `{ by: "queue" }`: a worker for each task, up to `max`. */
  readonly scaling?: ScalingPolicy;
  /**
   * How long fewer workers must have been enough before some are ended, in milliseconds; finite, at least 0. Growth
   * is immediate. A
   * schedule is looked at this often. Default 5,000.
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

/** How a pool is drained. */
export interface DrainOptions {
  /** How long tasks may go on, in milliseconds; finite, at least 0. By default as long as it takes. */
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

/** How a pool stands. */
export interface AgentPoolSnapshot extends PrimitiveSnapshot {
  /** How many workers there are. */
  readonly size: number;
  /** How many of them have nothing to do. */
  readonly idle: number;
  /** What became of its tasks. */
  readonly tasks: PoolCounts;
}

/** The options with their defaults. */
export type PoolSettings = Required<Omit<AgentPoolOptions, "name">>;

/**
 * Checks the options that are numbers of their own, and applies the defaults.
 *
 * @throws {RangeError} If one is out of range.
 */
export function poolSettings(options: AgentPoolOptions): PoolSettings {
  const { min = 0, max = 4, scaling = { by: "queue" } } = options;
  const { cooldownMs = 5_000, crashRetries = 0, graceMs = 1_000 } = options;
  requireAtLeast0("cooldownMs", cooldownMs);
  requireAtLeast0("graceMs", graceMs);
  if (!(Number.isSafeInteger(crashRetries) && crashRetries >= 0)) {
    throw new RangeError(`Cannot use crashRetries ${crashRetries}: expected an integer, at least 0`);
  }
  return { min, max, scaling, cooldownMs, crashRetries, graceMs };
}

/**
 * Checks a number.
 *
 * @throws {RangeError} If it is negative or not finite.
 */
export function requireAtLeast0(name: string, value: number): void {
  if (value >= 0 && value < Infinity) return;
  throw new RangeError(`Cannot use ${name} ${value}: expected a finite number, at least 0`);
}
