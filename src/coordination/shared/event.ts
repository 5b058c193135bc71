/**
 * Something that has happened, or has not yet, for all threads.
 *
 * @module
 */

import { foundValue } from "../found_value.ts";
import type { WaitOptions } from "../waiter.ts";
import { handleOf, openHandle, parameterOf, type SharedHandle, type SharedPart } from "./handle.ts";
import { createMonitorPart, openRoom, type SharedLineOptions, snapshotOf } from "./monitor_part.ts";
import type { MonitorRoom } from "./monitor_room.ts";
import type { SharedSnapshot } from "./snapshot.ts";
import { requireOptions } from "../require_options.ts";

/** How a shared event is made. */
export interface SharedEventOptions extends SharedLineOptions {
  /** `"manual"`: once set it lets everybody pass until it is reset. `"auto"`: each `set` lets one pass. Default `"manual"`. */
  readonly reset?: "manual" | "auto";
}

/** How a shared event stands; nobody ever holds it. */
export interface SharedEventSnapshot extends SharedSnapshot<"event"> {
  /** Whether it would let somebody pass now. */
  readonly isSet: boolean;
}

const IS_AUTO = 0;

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
  readonly #room: MonitorRoom<true>;

  private constructor(part: SharedPart<"event">) {
    this.#part = part;
    this.#room = openRoom(part, {
      rule: parameterOf(part, IS_AUTO) === 1 ? "consume" : "pass",
      state: () => "nobody has set it",
      granted: () => true,
    });
  }

  /**
   * Makes an event that is not set.
   *
   * @throws {RangeError} If `maxWaiters` is out of range.
   * @throws {TypeError} If the name, `timing` or `reset` is none.
   */
  static create(given: SharedEventOptions = {}): SharedEvent {
    const { reset = "manual", ...options } = requireOptions("open a shared event", given);
    if (reset !== "manual" && reset !== "auto") {
      throw new TypeError(
        `Cannot create a shared event with reset ${
          foundValue(reset)
        }: expected "manual" or "auto"; leave it out if unsure`,
      );
    }
    return new SharedEvent(createMonitorPart("event", options, { parameters: [reset === "auto" ? 1 : 0] }));
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
    return this.#room.monitor.freeNow > 0;
  }

  /** How many wait for it, over all threads. */
  get waiters(): number {
    return this.#room.waiters;
  }

  /** Sets it: lets everybody pass, or one, as it was made. */
  set(): void {
    this.#room.setFree(1);
  }

  /** Takes back what nobody has passed by yet. */
  reset(): void {
    this.#room.setFree(0);
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
    this.#room.takeBlocking(1, options);
  }

  /**
   * Waits until it is set, then calls `fn`.
   *
   * @returns What `fn` returns.
   * @throws What {@linkcode wait} or `fn` throws.
   */
  async withWait<Result>(fn: () => Result | PromiseLike<Result>, options?: WaitOptions): Promise<Result> {
    await this.wait(options);
    return await fn();
  }

  /** How it stands. Costs a look at each who may wait. */
  snapshot(): SharedEventSnapshot {
    return snapshotOf(this.#part, this.#room, { own: () => ({ isSet: this.isSet }) });
  }
}
