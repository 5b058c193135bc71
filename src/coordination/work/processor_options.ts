/**
 * How a work processor is made and stopped.
 *
 * @module
 */

import { requireCount } from "../require_count.ts";
import { type RetryOptions, RetryPlan } from "../../reliability/retry_plan.ts";
import { ownWaitOptions, requireNotAborted, type WaitOptions } from "../waiter.ts";
import { requireDelay } from "./work_item.ts";
import type { WorkJob, WorkObserver } from "./work_job.ts";
import { WorkQueue } from "./work_queue.ts";
import { requireOptions } from "../require_options.ts";
import { foundValue } from "../found_value.ts";

/** How work is done. */
export interface WorkProcessorOptions<Data> {
  /** Does one item; the signal is aborted when it should stop. Either this or `handleBatch`. */
  readonly handle?: (job: WorkJob<Data>, signal: AbortSignal) => unknown;
  /** Does several at once: if it fails, each of them is tried again by itself, so that a poison item stays alone. */
  readonly handleBatch?: (jobs: readonly WorkJob<Data>[], signal: AbortSignal) => unknown;
  /** How many items a batch has at most; an integer, at least 1. Only with `handleBatch`; default 100. */
  readonly batchSize?: number;
  /**
   * How long a batch waits for more after its first item, in milliseconds; at least 0, and less than the queue's
   * `visibilityMs`. Only with `handleBatch`; default 0.
   */
  readonly batchWaitMs?: number;
  /** How many calls of the handler go on at once; an integer, at least 1. Default 1. */
  readonly concurrency?: number;
  /**
   * How often and how soon what failed is tried again: the same options as of `retry()`, kinds of errors and a budget included.
   * Retries are counted with the item, so processors of one queue should have the same. Default: 3 retries, the first after
   * 100 ms.
   */
  readonly retry?: RetryOptions;
  /** How long a call may take, in milliseconds; finite, above 0. Default: the queue's `visibilityMs`, if that is finite. */
  readonly timeoutMs?: number;
  /** How many poison items are kept; an integer, at least 1. Default 10,000. */
  readonly maxPoison?: number;
  /** Watches it. */
  readonly observer?: WorkObserver<Data>;
}

/**
 * How a processor is stopped. `timeoutMs` and `signal` end only the caller's wait: the processor stops, or drains,
 * either way.
 */
export interface WorkStopOptions extends WaitOptions {
  /** How long work may go on, in milliseconds; finite, at least 0. By default as long as it takes; of several the earliest. */
  readonly deadlineMs?: number;
}

/** The options with their defaults. */
export interface ProcessorSettings<Data> {
  readonly handle: (jobs: readonly WorkJob<Data>[], signal: AbortSignal) => unknown;
  readonly batchSize: number;
  readonly batchWaitMs: number;
  readonly concurrency: number;
  readonly retry: RetryPlan;
  /** In batches one more than is asked for, since the first may fail because of a neighbour. */
  readonly mostAttempts: number;
  readonly timeoutMs: number | undefined;
}

/**
 * Checks the options and applies the defaults.
 *
 * @throws {TypeError} If not exactly one of `handle` and `handleBatch` is there, and a function, or `retry` has rules or a budget
 * that are none.
 * @throws {RangeError} If a number is out of range.
 */
export function processorSettings<Data>(
  queue: WorkQueue<Data>,
  options: WorkProcessorOptions<Data>,
): ProcessorSettings<Data> {
  if (!(queue instanceof WorkQueue)) {
    throw new TypeError(`Cannot make a work processor of ${foundValue(queue)}: expected a WorkQueue; pass one`);
  }
  requireOptions("make a work processor", options);
  const { capacity, visibilityMs } = queue;
  const { handle, handleBatch, batchWaitMs = 0, concurrency = 1 } = options;
  const { batchSize = handleBatch === undefined ? 1 : 100, retry = { maxRetries: 3 } } = options;
  const timeoutMs = options.timeoutMs ?? (visibilityMs < Infinity ? visibilityMs : undefined);
  if ((handle === undefined) === (handleBatch === undefined)) {
    throw new TypeError("Cannot make a work processor: expected either handle or handleBatch; pass one of them");
  }
  for (const [name, given] of Object.entries({ handle, handleBatch })) {
    if (given === undefined || typeof given === "function") continue;
    throw new TypeError(`Cannot make a work processor with ${name}: expected a function, found ${typeof given}`);
  }
  if (handle !== undefined && (batchSize !== 1 || batchWaitMs !== 0)) {
    throw new TypeError("Cannot make batches for handle: it takes one item; pass handleBatch");
  }
  requireCount("use batchSize", batchSize, FROM_1);
  requireCount("use concurrency", concurrency, FROM_1);
  requireDelay("batchWaitMs", batchWaitMs);
  if (batchWaitMs >= visibilityMs) {
    throw new RangeError(
      `Cannot use batchWaitMs ${batchWaitMs}: expected less than the queue's visibilityMs, ${visibilityMs}, after which others ` +
        "take the items; wait for a shorter time, or raise visibilityMs",
    );
  }
  if (timeoutMs !== undefined && !(timeoutMs > 0 && timeoutMs < Infinity)) {
    throw new RangeError(`Cannot use timeoutMs ${timeoutMs}: expected a finite number of milliseconds, above 0`);
  }
  const plan = new RetryPlan(retry);
  return {
    handle: handleBatch ?? (([job], signal) => job === undefined ? undefined : handle?.(job, signal)),
    batchSize,
    batchWaitMs,
    concurrency: Math.min(concurrency, capacity), // nobody else could have anything to do
    retry: plan,
    mostAttempts: plan.maxRetries + (handleBatch === undefined ? 1 : 2),
    timeoutMs,
  };
}

/**
 * How a processor is to be stopped, each option read once and then checked.
 *
 * @throws {RangeError} If a number is out of range.
 * @throws The signal's reason, if it is aborted.
 */
export function ownStopOptions(options: WorkStopOptions): WorkStopOptions {
  const own = ownWaitOptions(options), { deadlineMs } = options;
  if (deadlineMs !== undefined) requireDelay("deadlineMs", deadlineMs);
  requireNotAborted(own.signal);
  return deadlineMs === undefined ? own : { ...own, deadlineMs };
}

const FROM_1 = { min: 1, max: Number.MAX_SAFE_INTEGER };
