/**
 * What a processor tells of its work.
 *
 * @module
 */

import { PuffinError } from "../../errors.ts";

/** One attempt at one item, as its handler sees it. */
export interface WorkJob<Data> {
  /** The item's number in its queue. */
  readonly id: number;
  /** What was added. */
  readonly data: Data;
  /** The key it was added with. */
  readonly key: string | undefined;
  /** Which try this is, from 1. */
  readonly attempt: number;
}

/** An item that failed for good. */
export interface PoisonItem<Data> extends WorkJob<Data> {
  /** How urgent it was, as a number: low 0, normal 1, high 2, critical 3. */
  readonly priority: number;
  /** What its handler threw last. */
  readonly error: unknown;
  /** When it was set aside, in milliseconds since 1970. */
  readonly setAsideAtMs: number;
}

/** How far the work has come. */
export interface WorkProgress {
  /** How many items are done or set aside. */
  readonly done: number;
  /** How many the queue still holds. */
  readonly remaining: number;
  /** `done` as a share of both, from 0 to 1; 1 if there is no work. */
  readonly ratio: number;
  /** How long the rest takes at the pace so far, in milliseconds; undefined until something is done. */
  readonly remainingMs: number | undefined;
}

/** What a processor has done since it was made. */
export interface WorkStatistics {
  /** How many items were done. */
  readonly succeeded: number;
  /** How many attempts failed; those cut short by a stop are not counted. */
  readonly failed: number;
  /** How many of them are tried again. */
  readonly retried: number;
  /** How many items were set aside. */
  readonly poisoned: number;
  /** How many items were given back because the processor was stopped before they were done. */
  readonly abandoned: number;
  /** How many were done, or failed, after somebody else had taken them. */
  readonly overdue: number;
  /** How many items are being worked on. */
  readonly running: number;
  /** How often the handler was called. */
  readonly calls: number;
  /** How long its calls took on average, in milliseconds; undefined before the first has ended. */
  readonly meanCallMs: number | undefined;
  /** How long the longest took, in milliseconds. */
  readonly longestCallMs: number;
  /** Items done a second since the start; undefined before it. */
  readonly perSecond: number | undefined;
}

/**
 * Watches a processor; each method is optional, and may be `async`. One that throws, or rejects, changes nothing: the error is
 * kept in `observerErrors`.
 */
export interface WorkObserver<Data> {
  /** An attempt begins. */
  onStart?(job: WorkJob<Data>): void;
  /** An item is done. */
  onSuccess?(job: WorkJob<Data>): void;
  /** An attempt failed, and another follows in `delayMs` milliseconds. */
  onRetry?(job: WorkJob<Data>, error: unknown, delayMs: number): void;
  /** An item was set aside: the place to add it to a `DeadLetterQueue`, or to tell somebody. */
  onPoison?(item: PoisonItem<Data>): void;
  /** An item is done or was set aside. */
  onProgress?(progress: WorkProgress): void;
}

/** What an attempt fails with when it took too long. */
export class WorkTimeoutError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "work_timeout";

  /** Words the message. */
  constructor(readonly timeoutMs: number) {
    super(
      `Cannot finish work within ${timeoutMs} ms: its handler has not answered; raise timeoutMs, or make the work smaller`,
    );
  }
}

/** What an item is set aside with whose holders took it again and again, and neither finished it nor gave it back. */
export class WorkAbandonedError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "work_abandoned";

  /** Words the message. */
  constructor(readonly deliveries: number) {
    super(
      `Cannot work on an item: it has been taken ${deliveries} times and never finished; look for what stops its holders`,
    );
  }
}

/** What cuts short attempts that go on after the deadline of a stop. */
export class WorkStoppedError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "work_stopped";

  /** Words the message. */
  constructor() {
    super("Cannot finish work: its processor is stopped; the item is back in its queue");
  }
}
