/**
 * What has been done: counted, and told to whoever watches.
 *
 * @module
 */

import { WatcherErrors } from "../watcher_errors.ts";
import type { PoisonItem, WorkJob, WorkObserver, WorkProgress, WorkStatistics } from "./work_job.ts";

/** The counts of a processor and its observer, who can stop nothing. */
export class WorkLedger<Data> {
  readonly #errors = new WatcherErrors();
  readonly #observer: WorkObserver<Data> | undefined;
  readonly #remaining: () => number;
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
  #startedAtMs: number | undefined = undefined;
  #busyMs = 0;
  #ended = 0;

  /** Nothing has been done; `remaining` tells how many items the queue holds. */
  constructor(observer: WorkObserver<Data> | undefined, remaining: () => number) {
    this.#observer = observer;
    this.#remaining = remaining;
  }

  /** What the observer threw, up to 100. */
  get observerErrors(): readonly unknown[] {
    return this.#errors.list;
  }

  /** The work begins. */
  start(): void {
    this.#startedAtMs = performance.now();
  }

  /** A call of the handler begins. */
  callBegins(jobs: readonly WorkJob<Data>[]): void {
    this.#counts.calls++;
    this.#counts.running += jobs.length;
    for (const job of jobs) this.#tell((observer) => observer.onStart?.(job));
  }

  /** A call with so many items has ended, whichever way. */
  callEnds(items: number, durationMs: number): void {
    this.#ended++;
    this.#busyMs += durationMs;
    this.#counts.longestCallMs = Math.max(this.#counts.longestCallMs, durationMs);
    this.#counts.running -= items;
  }

  /** An item is done. */
  succeeded(job: WorkJob<Data>): void {
    this.#counts.succeeded++;
    this.#tell((observer) => observer.onSuccess?.(job));
    this.#tell((observer) => observer.onProgress?.(this.progress()));
  }

  /** An attempt has failed; what becomes of the item is told next. */
  failed(): void {
    this.#counts.failed++;
  }

  /** It will be tried again. */
  retried(job: WorkJob<Data>, error: unknown, delayMs: number): void {
    this.#counts.retried++;
    this.#tell((observer) => observer.onRetry?.(job, error, delayMs));
  }

  /** It was set aside. */
  poisoned(item: PoisonItem<Data>): void {
    this.#counts.poisoned++;
    this.#tell((observer) => observer.onPoison?.(item));
    this.#tell((observer) => observer.onProgress?.(this.progress()));
  }

  /** It was given back because of a stop. */
  abandoned(): void {
    this.#counts.abandoned++;
  }

  /** Somebody else has it. */
  overdue(): void {
    this.#counts.overdue++;
  }

  /** As `WorkProcessor.statistics`. */
  statistics(): WorkStatistics {
    const elapsedMs = this.#elapsedMs();
    return {
      ...this.#counts,
      meanCallMs: this.#ended === 0 ? undefined : this.#busyMs / this.#ended,
      perSecond: elapsedMs > 0 ? this.#counts.succeeded / elapsedMs * 1_000 : undefined,
    };
  }

  /** As `WorkProcessor.progress`. */
  progress(): WorkProgress {
    const done = this.#counts.succeeded + this.#counts.poisoned, remaining = this.#remaining();
    return {
      done,
      remaining,
      ratio: done + remaining === 0 ? 1 : done / (done + remaining),
      remainingMs: done === 0 ? undefined : this.#elapsedMs() / done * remaining,
    };
  }

  #elapsedMs(): number {
    return this.#startedAtMs === undefined ? 0 : performance.now() - this.#startedAtMs;
  }

  #tell(call: (observer: WorkObserver<Data>) => unknown): void {
    const observer = this.#observer;
    if (observer !== undefined) this.#errors.tell(() => call(observer));
  }
}
