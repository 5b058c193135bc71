/**
 * Something that has happened, or has not yet, for all threads.
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
import { DEFAULT_MAX_WAITERS, monitorByteLength, MOST_WAITERS, waiterRecords } from "./monitor_layout.ts";
import { MonitorRoom } from "./monitor_wait.ts";

/** How a shared event is made. */
export interface SharedEventOptions extends SharedPrimitiveOptions {
  /** `"manual"`: once set it lets everybody pass until it is reset. `"auto"`: each `set` lets one pass. Default `"manual"`. */
  readonly reset?: "manual" | "auto";
  /** How many may wait at once, over all threads: an integer in [1, 65,536], which is rounded up to a power of 2. Default 256. */
  readonly maxWaiters?: number;
}

/**
 * An event that tasks of any thread set and wait for.
 *
 * With automatic reset a `set` lets exactly one pass, the one who has waited longest, or if nobody waits the next who comes; setting
 * it again before that changes nothing. When a Worker dies that was let through but has not noticed, its turn goes to the next. One that
 * dies in the very act of setting may let one more pass, never one fewer.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SharedEvent } from "./event.ts";
 *
 * const ready = SharedEvent.create(), elsewhere = SharedEvent.attach(ready.handle);
 * const waits = elsewhere.wait({ timeoutMs: 1_000 });
 * ready.set();
 * await waits;
 * assertEquals([ready.tryWait(), elsewhere.isSet], [true, true]);
 * ```
 */
export class SharedEvent {
  readonly #part: SharedPart<"event">;
  readonly #monitor: Monitor;
  readonly #room: MonitorRoom<true>;

  private constructor(part: SharedPart<"event">) {
    const memory = new SharedWords(part.buffer), { member } = part, maxWaiters = memory.read(PARAMETERS_AT);
    const rule = memory.read(PARAMETERS_AT + 1) === 1 ? "consume" : "pass";
    const monitor = new Monitor(memory, {
      rule,
      total: 1,
      critical: 1,
      maxWaiters,
      me: member.lockName,
      watch: member,
    });
    this.#part = part;
    this.#monitor = monitor;
    this.#room = new MonitorRoom<true>({
      memory,
      monitor,
      member,
      maxWaiters,
      what: () => nameOf("shared event", part.name),
      state: () => "nobody has set it",
      granted: () => true,
      refused: () => new Error("an event refuses nobody"),
    });
  }

  /**
   * Makes an event that is not set.
   *
   * @throws {RangeError} If `maxWaiters` is out of range.
   * @throws {TypeError} If the name or `reset` is none.
   */
  static create({ name, reset = "manual", maxWaiters = DEFAULT_MAX_WAITERS }: SharedEventOptions = {}): SharedEvent {
    requireName("event", name);
    requireCount("create a shared event with maxWaiters", maxWaiters, { min: 1, max: MOST_WAITERS });
    if (reset !== "manual" && reset !== "auto") {
      throw new TypeError(
        `Cannot create a shared event with reset ${
          JSON.stringify(reset)
        }: expected "manual" or "auto"; leave it out if unsure`,
      );
    }
    const records = waiterRecords(maxWaiters);
    const buffer = createBuffer("event", monitorByteLength(records), [records, reset === "auto" ? 1 : 0]);
    return new SharedEvent({ type: "event", name, buffer, member: homeMembership() });
  }

  /**
   * Opens the event of another thread in this one.
   *
   * @throws {TypeError} If it is no handle, of another primitive, or of another version of this library.
   * @throws {SharedThreadsFullError} If 256 threads take part, and all live.
   */
  static attach(handle: SharedHandle<"event">): SharedEvent {
    return new SharedEvent(openHandle(handle, "event"));
  }

  /** What another thread needs for {@linkcode attach}: plain data for `postMessage`. */
  get handle(): SharedHandle<"event"> {
    return handleOf(this.#part);
  }

  /** Whether it would let somebody pass now. */
  get isSet(): boolean {
    return this.#monitor.freeNow > 0;
  }

  /** How many wait for it, over all threads. */
  get waiters(): number {
    this.#monitor.enter();
    const waiters = this.#monitor.countWaiting();
    this.#monitor.leave();
    return waiters;
  }

  /** Sets it: lets everybody pass, or one, as it was made. */
  set(): void {
    this.#monitor.enter();
    this.#monitor.setFree(1);
    this.#monitor.leave();
  }

  /** Takes back what nobody has passed by yet. */
  reset(): void {
    this.#monitor.enter();
    this.#monitor.setFree(0);
    this.#monitor.leave();
  }

  /** Whether the caller may pass now; with automatic reset nobody else then may. */
  tryWait(): boolean {
    return this.#room.tryTake(1) ?? false;
  }

  /**
   * Waits until it is set; the thread goes on meanwhile. Keeps the program alive while it waits.
   *
   * @throws {RangeError} If `timeoutMs` is out of range.
   * @throws {WaitTimeoutError} If it was not set within `timeoutMs`.
   * @throws {SharedWaitersFullError} If as many wait as `maxWaiters` says.
   * @throws The signal's reason, once the signal is aborted.
   */
  async wait(options?: WaitOptions): Promise<void> {
    await this.#room.take(1, options);
  }

  /**
   * Waits until it is set; the thread sleeps meanwhile, its timers and promises too.
   *
   * @throws {TypeError} If this thread may not sleep, as in the main thread of a browser.
   * @throws What {@linkcode wait} rejects with.
   */
  waitBlocking(options?: Pick<WaitOptions, "timeoutMs">): void {
    this.#room.takeBlocking(1, options, () => {});
  }
}
