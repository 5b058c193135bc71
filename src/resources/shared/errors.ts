/**
 * What a shared pool refuses.
 *
 * @module
 */

import { PuffinError } from "../../errors.ts";

/** A table of a shared pool, which has a fixed size. */
export type SharedPoolTable = "threads" | "leases" | "waiters";

const OPTIONS: Readonly<Record<SharedPoolTable, string>> = {
  threads: "maxThreads",
  leases: "maxLeases",
  waiters: "maxWaiters",
};

/** Thrown when a table of a shared pool is full: its size is fixed when the pool is made. */
export class SharedPoolFullError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "shared_pool_full";
  /** Which table is full. */
  readonly table: SharedPoolTable;
  /** How many it holds. */
  readonly size: number;

  /** Words the message. */
  constructor(table: SharedPoolTable, size: number) {
    const what = { threads: "attach another thread", leases: "grant another lease", waiters: "wait in line" }[table];
    super(
      `Cannot ${what}: the shared pool has room for ${size} ${table}, and all of it is taken; create it with a larger ` +
        `${OPTIONS[table]}, or let go of some`,
    );
    this.table = table;
    this.size = size;
  }
}

/** Thrown in a thread that takes part in a shared pool no more. */
export class SharedPoolDetachedError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "shared_pool_detached";
  /** Whether somebody has said that this thread is dead, and so had its leases taken back. */
  readonly reclaimed: boolean;

  /** Words the message. */
  constructor(reclaimed: boolean) {
    super(
      reclaimed
        ? "Cannot use the shared pool: another thread reclaimed what this one held, as if it were dead; let this thread end, " +
          "or attach it again"
        : "Cannot use the shared pool: this thread has detached from it; attach it again first",
    );
    this.reclaimed = reclaimed;
  }
}
