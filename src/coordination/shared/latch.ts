/**
 * A gate between threads that opens once.
 *
 * @module
 */

import { nameOf } from "../primitive.ts";
import { requireCount } from "../require_count.ts";
import type { WaitOptions } from "../waiter.ts";
import { SharedWords } from "./atomic_memory.ts";
import {
  createBuffer,
  handleOf,
  openHandle,
  PARAMETERS_AT,
  requireName,
  type SharedHandle,
  type SharedPart,
  type SharedPrimitiveOptions,
} from "./handle.ts";
import { homeMembership } from "./membership.ts";
import { Monitor } from "./monitor.ts";
import { DEFAULT_MAX_WAITERS, monitorByteLength, MOST_WAITERS, OWN_AT, waiterRecords } from "./monitor_layout.ts";
import { MonitorRoom } from "./monitor_wait.ts";

/** How a shared latch is made. */
export interface SharedLatchOptions extends SharedPrimitiveOptions {
  /** How often it is to be counted down before it opens: an integer in [1, 2^31 - 1]. */
  readonly count: number;
  /** How many may wait at once, over all threads: an integer in [1, 65,536], which is rounded up to a power of 2. Default 256. */
  readonly maxWaiters?: number;
}

const COUNT_AT = OWN_AT;
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
  readonly #memory: SharedWords;
  readonly #monitor: Monitor;
  readonly #room: MonitorRoom<true>;

  private constructor(part: SharedPart<"latch">) {
    const memory = new SharedWords(part.buffer), { member } = part, maxWaiters = memory.read(PARAMETERS_AT);
    const monitor = new Monitor(memory, {
      rule: "pass",
      total: 1,
      critical: 1,
      maxWaiters,
      me: member.lockName,
      watch: member,
    });
    this.#part = part;
    this.#memory = memory;
    this.#monitor = monitor;
    this.#room = new MonitorRoom<true>({
      memory,
      monitor,
      member,
      maxWaiters,
      what: () => this.#name,
      state: () => `it is to be counted down ${this.count} times more`,
      granted: () => true,
      refused: () => new Error("a latch refuses nobody"),
    });
  }

  /**
   * Makes a latch that is closed.
   *
   * @throws {RangeError} If `count` or `maxWaiters` is out of range.
   * @throws {TypeError} If the name is none.
   */
  static create({ name, count, maxWaiters = DEFAULT_MAX_WAITERS }: SharedLatchOptions): SharedLatch {
    requireName("latch", name);
    requireCount("create a shared latch with count", count, { min: 1, max: MOST_COUNT });
    requireCount("create a shared latch with maxWaiters", maxWaiters, { min: 1, max: MOST_WAITERS });
    const records = waiterRecords(maxWaiters), buffer = createBuffer("latch", monitorByteLength(records), [records]);
    const latch = new SharedLatch({ type: "latch", name, buffer, member: homeMembership() });
    latch.#memory.store(COUNT_AT, count);
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
    return this.#memory.load(COUNT_AT);
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
    const monitor = this.#monitor;
    monitor.enter();
    const left = Math.max(0, this.count - times);
    if (left === 0) monitor.setFree(1); // first: who dies now leaves it open too early by one, not closed for ever
    this.#memory.store(COUNT_AT, left);
    monitor.leave();
    return left;
  }

  /** Whether it is open. */
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
    await this.#room.take(1, options);
  }

  /**
   * Waits until it is open; the thread sleeps meanwhile, its timers and promises too.
   *
   * @throws {TypeError} If this thread may not sleep, as in the main thread of a browser.
   * @throws What {@linkcode wait} rejects with.
   */
  waitBlocking(options?: Pick<WaitOptions, "timeoutMs">): void {
    this.#room.takeBlocking(1, options, () => {});
  }

  get #name(): string {
    return nameOf("shared latch", this.#part.name);
  }
}
