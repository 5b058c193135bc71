/**
 * Those who do the work of a queue.
 *
 * @module
 */

import { Cancellable } from "../cancellable.ts";
import { EarliestDeadline } from "../earliest_deadline.ts";
import { WaitTimeoutError } from "../waiter.ts";
import { type Delivery, historyOf } from "./delivery.ts";
import { PoisonList } from "./poison_list.ts";
import {
  ownStopOptions,
  type ProcessorSettings,
  processorSettings,
  type WorkProcessorOptions,
  type WorkStopOptions,
} from "./processor_options.ts";
import {
  WorkAbandonedError,
  type WorkJob,
  type WorkProgress,
  type WorkStatistics,
  WorkStoppedError,
  WorkTimeoutError,
} from "./work_job.ts";
import { WorkLedger } from "./work_ledger.ts";
import type { WorkQueue } from "./work_queue.ts";

/** An item is held for this long beyond the time its handler has, in milliseconds, so that the handler's end comes first. */
const GRACE_MS = 1_000;

/**
 * Takes items from a queue and calls a handler with them: several at once, in batches if asked to, again if it failed.
 *
 * - **Retries** go through the queue: what failed is given back with a delay, so that nobody waits for it, and its
 *   attempts are counted there. What may not be retried any more is set aside in {@linkcode poison}, also if a budget
 *   refuses it: after an outage `poison.retryAll()` brings it back.
 * - **Batches.** One of several items that fails counts for none of them and takes nothing of a budget: each is tried again
 *   by itself, since it may have failed because of a neighbour.
 * - **At least once.** An item is acknowledged after its handler has succeeded. It is held for as long as the handler
 *   may take, so it is done twice only if the isolate stood still meanwhile, or if a handler goes on after its time was
 *   up or the processor was stopped.
 * - **Stop.** {@linkcode stop} lets what is being worked on finish, {@linkcode drain} everything in the queue.
 *   After a deadline, what still goes on is aborted and is back in the queue: nothing is lost, and what was cut short does
 *   not count as an attempt. `drainOnSignal` drains when the system asks the process to end.
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
  readonly #queue: WorkQueue<Data>;
  readonly #settings: ProcessorSettings<Data>;
  readonly #ledger: WorkLedger<Data>;
  readonly #taking = new AbortController();
  readonly #calls = new Set<Cancellable>();
  readonly #deadline = new EarliestDeadline(() => this.#expire());
  #lanes: Promise<unknown> | undefined = undefined;
  #isExpired = false;

  /**
   * Makes a processor, which does nothing until {@linkcode start}.
   *
   * @throws {TypeError} If not exactly one of `handle` and `handleBatch` is there, and a function, or `retry` has rules or a budget
   * that are none.
   * @throws {RangeError} If a number is out of range.
   */
  constructor(queue: WorkQueue<Data>, options: WorkProcessorOptions<Data>) {
    this.#queue = queue;
    this.#settings = processorSettings(queue, options);
    this.#ledger = new WorkLedger(options.observer, () => queue.size);
    this.poison = new PoisonList(queue, options.maxPoison ?? 10_000);
  }

  /** What the observer threw, up to 100. */
  get observerErrors(): readonly unknown[] {
    return this.#ledger.observerErrors;
  }

  /** Begins to work, and returns the processor. A second call changes nothing; what was stopped does not start again. */
  start(): this {
    if (this.#lanes === undefined) {
      this.#ledger.start();
      this.#lanes = Promise.all(Array.from({ length: this.#settings.concurrency }, () => this.#work()));
    }
    return this;
  }

  /**
   * Takes nothing more, and waits for what is being worked on.
   *
   * @throws {WaitTimeoutError} If that took longer than `timeoutMs`.
   * @throws {RangeError} If `deadlineMs` or `timeoutMs` is out of range.
   * @throws The signal's reason, once it is aborted; if it was before, the processor goes on.
   */
  async stop(options: WorkStopOptions = {}): Promise<WorkStatistics> {
    const own = ownStopOptions(options);
    this.#takeNoMore();
    return await this.#waitFor(own, () => this.#end());
  }

  /**
   * Works until the queue holds nothing, delayed items included, then stops. Starts, if that was not done before. Close the
   * queue first if others still add to it.
   *
   * @throws What {@linkcode stop} throws.
   */
  async drain(options: WorkStopOptions = {}): Promise<WorkStatistics> {
    const own = ownStopOptions(options);
    this.start();
    return await this.#waitFor(own, async () => {
      await this.#queue.whenEmpty(this.#taking).catch(() => {}); // it was stopped
      this.#takeNoMore();
      await this.#end();
    });
  }

  /** What has been done so far. */
  statistics(): WorkStatistics {
    return this.#ledger.statistics();
  }

  /** How far the work has come. */
  progress(): WorkProgress {
    return this.#ledger.progress();
  }

  async #waitFor(options: WorkStopOptions, end: () => Promise<void>): Promise<WorkStatistics> {
    const { deadlineMs, timeoutMs, signal } = options;
    if (deadlineMs !== undefined) this.#deadline.set(deadlineMs);
    const timeoutError = () => {
      const { running } = this.statistics(),
        state = `${running} items are worked on, and its queue holds ${this.#queue.size}`;
      const wording = { action: "see", remedy: "set a deadlineMs" };
      return new WaitTimeoutError("the end of the work processor", timeoutMs ?? 0, state, wording);
    };
    await new Cancellable({ signal, timeoutMs, timeoutError }).run(end);
    return this.statistics();
  }

  #takeNoMore(): void {
    this.#taking.abort(new WorkStoppedError());
  }

  async #end(): Promise<void> {
    await this.#lanes;
    this.#deadline.cancel();
  }

  /** The deadline has come: whatever goes on is aborted, and nothing begins. */
  #expire(): void {
    this.#isExpired = true;
    this.#takeNoMore();
    for (const call of this.#calls) call.cancel(new WorkStoppedError());
  }

  async #work(): Promise<void> {
    const aside: Delivery<Data>[] = []; // at most one: what has to be tried by itself
    for (;;) {
      const first = aside.pop() ?? await this.#take();
      if (first === undefined) return;
      const batch = [first];
      if (this.#settings.batchSize > 1 && first.attempt === 1) {
        const odd = await this.#fill(batch);
        if (odd !== undefined && this.#keeps(odd)) aside.push(odd); // until the batch is over
      }
      await this.#attempt(batch.filter((delivery) => this.#isWorthIt(delivery)));
      if (this.#taking.signal.aborted) return aside.forEach((delivery) => delivery.release());
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
    const endMs = performance.now() + this.#settings.batchWaitMs;
    while (batch.length < this.#settings.batchSize) {
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
    if (delivery.attempt > this.#settings.mostAttempts) {
      this.#setAside(delivery, new WorkAbandonedError(delivery.attempt - 1));
      return false;
    }
    return this.#keeps(delivery);
  }

  /** Whether an item is still ours: then it is for as long as a call may take. */
  #keeps(delivery: Delivery<Data>): boolean {
    const { timeoutMs } = this.#settings;
    return timeoutMs === undefined ? delivery.isHeld : delivery.extend(timeoutMs + GRACE_MS);
  }

  async #attempt(batch: readonly Delivery<Data>[]): Promise<void> {
    if (batch.length === 0) return;
    const { handle, timeoutMs } = this.#settings, jobs = batch.map(jobOf), ledger = this.#ledger;
    const timeoutError = () => new WorkTimeoutError(timeoutMs ?? 0);
    const call = new Cancellable({ signal: undefined, timeoutMs, timeoutError });
    this.#calls.add(call);
    ledger.callBegins(jobs);
    const startMs = performance.now();
    if (this.#isExpired) call.cancel(new WorkStoppedError());
    try {
      await call.run((signal) => handle(jobs, signal));
      this.#settings.retry.succeeded();
      for (const delivery of batch) this.#succeed(delivery);
    } catch (error) {
      for (const delivery of batch) this.#fail(delivery, error, batch.length > 1);
    }
    ledger.callEnds(jobs.length, performance.now() - startMs);
    this.#calls.delete(call);
  }

  #succeed(delivery: Delivery<Data>): void {
    if (delivery.ack()) this.#ledger.succeeded(jobOf(delivery));
    else this.#ledger.overdue();
  }

  #fail(delivery: Delivery<Data>, error: unknown, hasNeighbours: boolean): void {
    const ledger = this.#ledger;
    if (error instanceof WorkStoppedError && this.#taking.signal.aborted) {
      if (delivery.release()) ledger.abandoned();
      else ledger.overdue();
      return;
    }
    ledger.failed();
    const delayMs = this.#delayMs(delivery, error, hasNeighbours);
    if (delayMs === undefined) return this.#setAside(delivery, error);
    if (delivery.giveBack(delayMs)) ledger.retried(jobOf(delivery), error, delayMs);
    else ledger.overdue();
  }

  /** How long what failed waits for its next attempt; undefined if that was the last. */
  #delayMs(delivery: Delivery<Data>, error: unknown, hasNeighbours: boolean): number | undefined {
    const { retry, mostAttempts } = this.#settings;
    if (delivery.attempt >= mostAttempts) return undefined; // others may have held it too long, which no retry counts
    if (hasNeighbours) return retry.delayBeforeSplit(error, Math.random);
    return retry.next(historyOf(delivery), error, Math.random);
  }

  #setAside(delivery: Delivery<Data>, error: unknown): void {
    if (!delivery.ack()) return this.#ledger.overdue();
    const item = { ...jobOf(delivery), priority: delivery.priority, error, setAsideAtMs: Date.now() };
    this.poison.add(item);
    this.#ledger.poisoned(item);
  }
}

function jobOf<Data>({ id, data, key, attempt }: Delivery<Data>): WorkJob<Data> {
  return { id, data, key, attempt };
}
