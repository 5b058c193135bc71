/**
 * Those who do the work of a queue.
 *
 * @module
 */

import { backoffDelayMs, type RetryOptions, type RetryPolicy, retryPolicy } from "../../reliability/retry.ts";
import { Cancellable } from "../cancellable.ts";
import { requireCount } from "../require_count.ts";
import type { Delivery } from "./delivery.ts";
import { PoisonList } from "./poison_list.ts";
import { requireDelay } from "./work_item.ts";
import {
  WorkAbandonedError,
  type WorkJob,
  type WorkObserver,
  type WorkProgress,
  type WorkStatistics,
  WorkStoppedError,
  WorkTimeoutError,
} from "./work_job.ts";
import type { WorkQueue } from "./work_queue.ts";

/** How work is done. */
export interface WorkProcessorOptions<Data> {
  /** Does one item; the signal is aborted when it should stop. Either this or `handleBatch`. */
  readonly handle?: (job: WorkJob<Data>, signal: AbortSignal) => unknown;
  /** Does several at once: if it fails, each of them is tried again by itself, so that a poison item stays alone. */
  readonly handleBatch?: (jobs: readonly WorkJob<Data>[], signal: AbortSignal) => unknown;
  /** How many items a batch has at most; an integer, at least 1. Only with `handleBatch`; default 100. */
  readonly batchSize?: number;
  /**
   * How long a batch waits for more after its first item, in milliseconds; finite, at least 0. Only with `handleBatch`;
   * default 0.
   */
  readonly batchWaitMs?: number;
  /** How many calls of the handler go on at once; an integer, at least 1. Default 1. */
  readonly concurrency?: number;
  /** How often and how soon what failed is tried again. Default: 3 retries, the first after 100 ms. */
  readonly retry?: RetryOptions;
  /** How long a call may take, in milliseconds; finite, above 0. Default: the queue's `visibilityMs`, if that is finite. */
  readonly timeoutMs?: number;
  /** How many poison items are kept; an integer, at least 1. Default 10,000. */
  readonly maxPoison?: number;
  /** Watches it. */
  readonly observer?: WorkObserver<Data>;
}

/** How a processor is stopped. */
export interface WorkStopOptions {
  /** How long work may go on, in milliseconds; finite, at least 0. By default as long as it takes. */
  readonly deadlineMs?: number;
}

/** An item is held for this long beyond the time its handler has, in milliseconds, so that the handler's end comes first. */
const GRACE_MS = 1_000;
const MOST_OBSERVER_ERRORS = 100;

/**
 * Takes items from a queue and calls a handler with them: several at once, in batches if asked to, again if it failed.
 *
 * - **Retries** go through the queue: what failed is given back with a delay, so that nobody waits for it, and its
 *   attempts are counted there.
 *   What failed `maxRetries` + 1 times is set aside in {@linkcode poison}. In batches there is one attempt more,
 *   since the first may
 *   have failed because of a neighbour.
 * - **At least once.** An item is acknowledged after its handler has succeeded. It is held for as long as the
 *   handler may take, so it is done
 *   twice only if the isolate stood still meanwhile, or if a handler goes on after its time was up or the processor
 *   was stopped.
 * - **Stop.** {@linkcode stop} lets what is being worked on finish, {@linkcode drain} everything in the queue.
 *   After a deadline, what still goes on
 *   is aborted and is back in the queue: nothing is lost.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { WorkProcessor } from "./work_processor.ts";
 * import { WorkQueue } from "./work_queue.ts";
 *
 * const queue = new WorkQueue<number>(), doubled: number[] = [];
 * const processor = new WorkProcessor(queue, {
 *   concurrency: 2,
 *   retry: { maxRetries: 0 },
 *   handle: ({ data }) => {
 *     if (data === 13) throw new Error("unlucky");
 *     doubled.push(data * 2);
 *   },
 * }).start();
 * for (const number of [1, 13, 2]) await queue.add(number);
 * await processor.drain({ deadlineMs: 1_000 });
 * assertEquals(doubled, [2, 4]);
 * assertEquals(processor.poison.items().map(({ data }) => data), [13]);
 * ```
 */
export class WorkProcessor<Data> {
  /** What failed for good. */
  readonly poison: PoisonList<Data>;
  /** What the observer threw, up to 100. */
  readonly observerErrors: unknown[] = [];
  readonly #queue: WorkQueue<Data>;
  readonly #handle: (jobs: readonly WorkJob<Data>[], signal: AbortSignal) => unknown;
  readonly #batchSize: number;
  readonly #batchWaitMs: number;
  readonly #concurrency: number;
  readonly #retry: RetryPolicy;
  readonly #mostAttempts: number;
  readonly #timeoutMs: number | undefined;
  readonly #observer: WorkObserver<Data> | undefined;
  readonly #taking = new AbortController();
  readonly #calls = new Set<Cancellable>();
  #lanes: Promise<unknown> | undefined = undefined;
  #startedAtMs = 0;
  #busyMs = 0;
  #ended = 0;
  readonly #counts = {
    succeeded: 0,
    failed: 0,
    retried: 0,
    poisoned: 0,
    abandoned: 0,
    overdue: 0,
    running: 0,
    calls: 0,
    longestCallMs: 0,
  };

  /**
   * Makes a processor, which does nothing until {@linkcode start}.
   *
   * @throws {TypeError} If there is not exactly one of `handle` and `handleBatch`.
   * @throws {RangeError} If a number is out of range.
   */
  constructor(queue: WorkQueue<Data>, options: WorkProcessorOptions<Data>) {
    const { handle, handleBatch, batchWaitMs = 0, concurrency = 1, maxPoison = 10_000, observer } = options;
    const { batchSize = handleBatch === undefined ? 1 : 100, retry = { maxRetries: 3 } } = options;
    const timeoutMs = options.timeoutMs ?? (queue.visibilityMs < Infinity ? queue.visibilityMs : undefined);
    if ((handle === undefined) === (handleBatch === undefined)) {
      throw new TypeError("Cannot make a work processor: expected either handle or handleBatch; pass one of them");
    }
    if (handle !== undefined && (batchSize !== 1 || batchWaitMs !== 0)) {
      throw new TypeError("Cannot make batches for handle: it takes one item; pass handleBatch");
    }
    requireCount("use batchSize", batchSize, FROM_1);
    requireCount("use concurrency", concurrency, FROM_1);
    requireDelay("batchWaitMs", batchWaitMs);
    if (timeoutMs !== undefined && !(timeoutMs > 0 && timeoutMs < Infinity)) {
      throw new RangeError(`Cannot use timeoutMs ${timeoutMs}: expected a finite number of milliseconds, above 0`);
    }
    this.#queue = queue;
    this.#handle = handleBatch ?? (([job], signal) => handle?.(job!, signal));
    this.#batchSize = batchSize;
    this.#batchWaitMs = batchWaitMs;
    this.#concurrency = concurrency;
    this.#retry = retryPolicy(retry);
    this.#mostAttempts = this.#retry.maxRetries + (handleBatch === undefined ? 1 : 2);
    this.#timeoutMs = timeoutMs;
    this.#observer = observer;
    this.poison = new PoisonList(queue, maxPoison);
  }

  /** Begins to work, and returns the processor. A second call changes nothing; what was stopped does not start again. */
  start(): this {
    if (this.#lanes === undefined) {
      this.#startedAtMs = performance.now();
      this.#lanes = Promise.all(Array.from({ length: this.#concurrency }, () => this.#work()));
    }
    return this;
  }

  /**
   * Takes nothing more, and waits for what is being worked on.
   *
   * @throws {RangeError} If `deadlineMs` is out of range.
   */
  async stop({ deadlineMs }: WorkStopOptions = {}): Promise<WorkStatistics> {
    if (deadlineMs !== undefined) requireDelay("deadlineMs", deadlineMs);
    this.#taking.abort(new WorkStoppedError());
    const stopping = new Cancellable({ signal: undefined, timeoutMs: deadlineMs, timeoutError: () => LATE });
    try {
      await stopping.run(() => this.#lanes);
    } catch {
      for (const call of this.#calls) call.cancel(new WorkStoppedError());
      await this.#lanes;
    }
    return this.statistics();
  }

  /**
   * Works until the queue holds nothing, delayed items included, then stops. Close the queue first if others still add to it.
   *
   * @throws {RangeError} If `deadlineMs` is out of range.
   */
  async drain({ deadlineMs }: WorkStopOptions = {}): Promise<WorkStatistics> {
    if (deadlineMs === undefined) {
      await this.#queue.whenEmpty({ signal: this.#taking.signal }).catch(() => {});
      return this.stop();
    }
    requireDelay("deadlineMs", deadlineMs);
    const startMs = performance.now();
    await this.#queue.whenEmpty({ timeoutMs: deadlineMs, signal: this.#taking.signal }).catch(() => {});
    return this.stop({ deadlineMs: Math.max(0, deadlineMs - (performance.now() - startMs)) });
  }

  /** What has been done so far. */
  statistics(): WorkStatistics {
    const elapsedMs = performance.now() - this.#startedAtMs;
    return {
      ...this.#counts,
      meanCallMs: this.#ended === 0 ? undefined : this.#busyMs / this.#ended,
      perSecond: this.#lanes === undefined || elapsedMs <= 0 ? undefined : this.#counts.succeeded / elapsedMs * 1_000,
    };
  }

  /** How far the work has come. */
  progress(): WorkProgress {
    const done = this.#counts.succeeded + this.#counts.poisoned, remaining = this.#queue.size;
    const elapsedMs = performance.now() - this.#startedAtMs;
    return {
      done,
      remaining,
      ratio: done + remaining === 0 ? 1 : done / (done + remaining),
      remainingMs: done === 0 ? undefined : elapsedMs / done * remaining,
    };
  }

  async #work(): Promise<void> {
    const aside: Delivery<Data>[] = []; // at most one: what has to be tried by itself
    for (;;) {
      const first = aside.pop() ?? await this.#take();
      if (first === undefined) return;
      const batch = [first];
      if (this.#batchSize > 1 && first.attempt === 1) {
        const odd = await this.#fill(batch);
        if (odd !== undefined) aside.push(odd);
      }
      await this.#attempt(batch.filter((delivery) => this.#isWorthIt(delivery)));
      if (this.#taking.signal.aborted) return aside.forEach((delivery) => delivery.giveBack());
    }
  }

  /** The next item; `undefined` when it is time to go. */
  #take(timeoutMs?: number): Promise<Delivery<Data> | undefined> {
    // A lane that fills a batch goes ahead of lanes that have nothing: else these would get what it waits for, one each.
    const options = timeoutMs === undefined ? {} : { timeoutMs, priority: "high" } as const;
    return this.#queue.take({ ...options, signal: this.#taking.signal }).catch(() => undefined);
  }

  /** Adds items until the batch is full or its time is up; answers one that must be tried by itself, and ends there. */
  async #fill(batch: Delivery<Data>[]): Promise<Delivery<Data> | undefined> {
    const endMs = performance.now() + this.#batchWaitMs;
    while (batch.length < this.#batchSize) {
      const leftMs = endMs - performance.now();
      const delivery = this.#queue.tryTake() ?? (leftMs > 0 ? await this.#take(leftMs) : undefined);
      if (delivery === undefined) return undefined;
      if (delivery.attempt > 1) return delivery;
      batch.push(delivery);
    }
    return undefined;
  }

  /** Makes sure that an item is still ours, and for long enough; sets it aside if it has been tried too often. */
  #isWorthIt(delivery: Delivery<Data>): boolean {
    if (delivery.attempt > this.#mostAttempts) {
      this.#setAside(delivery, new WorkAbandonedError(delivery.attempt - 1));
      return false;
    }
    if (this.#timeoutMs === undefined) return delivery.isHeld;
    return delivery.extend(this.#timeoutMs + GRACE_MS);
  }

  async #attempt(batch: readonly Delivery<Data>[]): Promise<void> {
    if (batch.length === 0) return;
    const { length } = batch, timeoutMs = this.#timeoutMs;
    const jobs = batch.map(jobOf);
    const call = new Cancellable({
      signal: undefined,
      timeoutMs,
      timeoutError: () => new WorkTimeoutError(timeoutMs ?? 0),
    });
    this.#calls.add(call);
    this.#counts.calls++;
    this.#counts.running += length;
    for (const job of jobs) this.#tell(() => this.#observer?.onStart?.(job));
    const startMs = performance.now();
    try {
      await call.run((signal) => this.#handle(jobs, signal));
      for (const delivery of batch) this.#succeed(delivery);
    } catch (error) {
      for (const delivery of batch) this.#fail(delivery, error);
    }
    const callMs = performance.now() - startMs;
    this.#ended++;
    this.#busyMs += callMs;
    this.#counts.longestCallMs = Math.max(this.#counts.longestCallMs, callMs);
    this.#counts.running -= length;
    this.#calls.delete(call);
  }

  #succeed(delivery: Delivery<Data>): void {
    if (!delivery.ack()) {
      this.#counts.overdue++;
      return;
    }
    this.#counts.succeeded++;
    this.#tell(() => this.#observer?.onSuccess?.(jobOf(delivery)));
    this.#tell(() => this.#observer?.onProgress?.(this.progress()));
  }

  #fail(delivery: Delivery<Data>, error: unknown): void {
    if (error instanceof WorkStoppedError && this.#taking.signal.aborted) {
      if (delivery.giveBack()) this.#counts.abandoned++;
      else this.#counts.overdue++;
      return;
    }
    this.#counts.failed++;
    if (delivery.attempt >= this.#mostAttempts) return this.#setAside(delivery, error);
    const delayMs = backoffDelayMs(this.#retry, delivery.attempt, Math.random);
    if (!delivery.giveBack(delayMs)) {
      this.#counts.overdue++;
      return;
    }
    this.#counts.retried++;
    this.#tell(() => this.#observer?.onRetry?.(jobOf(delivery), error, delayMs));
  }

  #setAside(delivery: Delivery<Data>, error: unknown): void {
    if (!delivery.ack()) {
      this.#counts.overdue++;
      return;
    }
    const item = { ...jobOf(delivery), priority: delivery.priority, error, setAsideAtMs: Date.now() };
    this.poison.add(item);
    this.#counts.poisoned++;
    this.#tell(() => this.#observer?.onPoison?.(item));
    this.#tell(() => this.#observer?.onProgress?.(this.progress()));
  }

  #tell(call: () => void): void {
    if (this.#observer === undefined) return;
    try {
      call();
    } catch (error) {
      if (this.observerErrors.length < MOST_OBSERVER_ERRORS) this.observerErrors.push(error);
    }
  }
}

const FROM_1 = { min: 1, max: Number.MAX_SAFE_INTEGER };

const LATE = Symbol("the deadline of a stop");

function jobOf<Data>({ id, data, key, attempt }: Delivery<Data>): WorkJob<Data> {
  return { id, data, key, attempt };
}
