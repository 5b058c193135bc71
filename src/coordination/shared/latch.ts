/**
 * A gate between threads that opens once.
 *
 * @module
 */

import { requireCount } from "../require_count.ts";
import { nameOf } from "../primitive.ts";
import type { WaitOptions } from "../waiter.ts";
import { handleOf, openHandle, type SharedHandle, type SharedPart } from "./handle.ts";
import { LatchRoom } from "./latch_room.ts";
import { createMonitorPart, hostOf, type SharedLineOptions, snapshotOf } from "./monitor_part.ts";
import type { SharedSnapshot } from "./snapshot.ts";
import { requireOptions } from "../require_options.ts";

/** How a shared latch is made. */
export interface SharedLatchOptions extends SharedLineOptions {
  /** How often it is to be counted down before it opens: an integer in [1, 2^31 - 1]. */
  readonly count: number;
}

/** How a shared latch stands; nobody ever holds it. */
export interface SharedLatchSnapshot extends SharedSnapshot<"latch"> {
  /** How often it is still to be counted down; 0 when it is open. */
  readonly count: number;
}

const MOST_COUNT = 2 ** 31 - 1;

/**
 * Opens when it was counted down often enough, by tasks of any thread, and stays open.
 *
 * It does not know who is to count it down: if a Worker dies that was to do so, it stays closed; wait with `timeoutMs`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SharedLatch } from "./latch.ts";
 *
 * const started = SharedLatch.create({ count: 2 }), elsewhere = SharedLatch.attach(started.handle);
 * const waits = started.wait({ timeoutMs: 1_000 });
 * assertEquals([elsewhere.countDown(), elsewhere.countDown()], [1, 0]);
 * await waits;
 * assertEquals(started.tryWait(), true);
 * ```
 */
export class SharedLatch {
  readonly #part: SharedPart<"latch">;
  readonly #latch: LatchRoom;

  private constructor(part: SharedPart<"latch">) {
    this.#part = part;
    this.#latch = new LatchRoom(hostOf(part));
  }

  /**
   * Makes a latch that is closed.
   *
   * @throws {RangeError} If `count` or `maxWaiters` is out of range.
   * @throws {TypeError} If the name or `timing` is none.
   */
  static create(given: SharedLatchOptions): SharedLatch {
    const { count, ...options } = requireOptions("open a shared latch", given);
    requireCount("create a shared latch with count", count, { min: 1, max: MOST_COUNT });
    const latch = new SharedLatch(createMonitorPart("latch", options));
    latch.#latch.start(count);
    return latch;
  }

  /**
   * Opens the latch of another thread in this one.
   *
   * @throws {TypeError} If it is no handle, of another primitive, or of another version of this library.
   * @throws {SharedThreadsFullError} If 256 threads take part, and all live.
   */
  static attach(handle: SharedHandle<"latch">): SharedLatch {
    return new SharedLatch(openHandle(handle, "latch"));
  }

  /** What another thread needs for {@linkcode attach}: plain data for `postMessage`. */
  get handle(): SharedHandle<"latch"> {
    return handleOf(this.#part);
  }

  /** How often it is still to be counted down; 0 when it is open. */
  get count(): number {
    return this.#latch.count;
  }

  /**
   * Counts down; whoever brings it to 0 opens it. An open latch stays open.
   *
   * @param times How often: an integer in [1, 2^31 - 1]; more than is left opens it as well. Default 1.
   * @returns How often it is still to be counted down.
   * @throws {RangeError} If `times` is out of range.
   */
  countDown(times = 1): number {
    requireCount(`count down ${this.#name} by`, times, { min: 1, max: MOST_COUNT, advice: "leave it out for 1" });
    return this.#latch.countDown(times);
  }

  /** Whether it is open: a look, which snapshots do not count. */
  tryWait(): boolean {
    return this.count === 0;
  }

  /**
   * Waits until it is open; the thread goes on meanwhile. Keeps the program alive while it waits.
   *
   * @throws {RangeError} If `timeoutMs` is out of range.
   * @throws {WaitTimeoutError} If it did not open within `timeoutMs`.
   * @throws {SharedWaitersFullError} If as many wait as `maxWaiters` says.
   * @throws The signal's reason, once the signal is aborted.
   */
  async wait(options?: WaitOptions): Promise<void> {
    await this.#latch.room.take(1, options);
  }

  /**
   * Waits until it is open; the thread sleeps meanwhile, its timers and promises too.
   *
   * @throws {TypeError} If this thread may not sleep, as in the main thread of a browser.
   * @throws What {@linkcode wait} rejects with.
   */
  waitBlocking(options?: Pick<WaitOptions, "timeoutMs">): void {
    this.#latch.room.takeBlocking(1, options);
  }

  /** Calls `fn`, and counts down by 1 when it has returned, thrown or settled; answers what `fn` does. */
  async withCountDown<Result>(fn: () => Result | PromiseLike<Result>): Promise<Result> {
    try {
      return await fn();
    } finally {
      this.countDown();
    }
  }

  /** How it stands. Costs a look at each who may wait. */
  snapshot(): SharedLatchSnapshot {
    return snapshotOf(this.#part, this.#latch.room, { own: () => ({ count: this.count }) });
  }

  get #name(): string {
    return nameOf("shared latch", this.#part.name);
  }
}
