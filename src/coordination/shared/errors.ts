/**
 * What the primitives between threads refuse.
 *
 * @module
 */

import { PuffinError } from "../../errors.ts";

/** Thrown when more threads are to share primitives than there are records for. */
export class SharedThreadsFullError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "shared_threads_full";
  /** How many threads there can be. */
  readonly size: number;

  /** Words the message. */
  constructor(size: number) {
    super(
      `Cannot attach another thread: ${size} threads share these primitives, and all are alive; let some of them end`,
    );
    this.size = size;
  }
}

/** Thrown when more callers wait for a primitive than it was made for. */
export class SharedWaitersFullError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "shared_waiters_full";
  /** How many may wait. */
  readonly size: number;

  /** Words the message; `what` is waited for. */
  constructor(what: string, size: number) {
    super(
      `Cannot wait for ${what}: ${size} wait already, or have been served and not noticed yet; ` +
        "create it with a larger maxWaiters, or let fewer wait",
    );
    this.size = size;
  }
}

/** Thrown when a thread would go to sleep until it does something itself. */
export class SharedReentryError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "shared_reentry";

  /** Words the message; `what` is held by the calling thread, or a task of it waits for it. */
  constructor(what: string) {
    super(
      `Cannot block this thread to wait for ${what}: this thread holds it, or one of its tasks is to have it first, ` +
        "and could not release it while it sleeps; release it first, or wait without blocking",
    );
  }
}

/** Thrown to everybody at a barrier that somebody has left before all had come. */
export class SharedBarrierBrokenError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "shared_barrier_broken";

  /** Words the message; `what` is the barrier. */
  constructor(what: string) {
    super(
      `Cannot pass ${what}: one of its parties left, gave up or died while it waited; reset() it and start the phase anew`,
    );
  }
}

/** Thrown when something is sent into a closed channel, or received from one that is closed and empty. */
export class SharedChannelClosedError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "shared_channel_closed";

  /** Words the message. */
  constructor(action: "send into" | "receive from", what: string) {
    super(
      action === "send into"
        ? `Cannot send into ${what}: it is closed; send before close()`
        : `Cannot receive from ${what}: it is closed and drained; test for it with tryReceive(), or iterate over the channel`,
    );
  }
}
