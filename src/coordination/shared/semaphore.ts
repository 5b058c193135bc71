/**
 * Permits that threads share.
 *
 * @module
 */

import { foundValue } from "../found_value.ts";
import { requireCount } from "../require_count.ts";
import { nameOf } from "../primitive.ts";
import type { WaitOptions } from "../waiter.ts";
import { SharedReentryError } from "./errors.ts";
import { handleOf, openHandle, parameterOf, type SharedHandle, type SharedPart } from "./handle.ts";
import type { Monitor } from "./monitor.ts";
import { createMonitorPart, openRoom, type SharedLineOptions, snapshotOf } from "./monitor_part.ts";
import type { MonitorRoom } from "./monitor_room.ts";
import type { SharedSnapshot } from "./snapshot.ts";
import { requireOptions } from "../require_options.ts";
import { useGuard } from "../lock_options.ts";

/** What a shared semaphore is made of. */
export interface SharedSemaphoreOptions extends SharedLineOptions {
  /** How many permits there are: an integer in [1, 1,048,576]. */
  readonly permits: number;
}

/** Permits of a shared semaphore, until they are given back. */
export interface SharedPermits extends Disposable {
  /** How many they are. */
  readonly permits: number;
  /** Whether a thread has died that held permits; told to one holder after the death. */
  readonly ownerDied: boolean;
  /** Gives them back; a second call changes nothing. */
  release(): void;
}

/** How a shared semaphore stands: which threads hold how many permits, who waits for how many. */
export interface SharedSemaphoreSnapshot extends SharedSnapshot<"semaphore"> {
  /** How many permits there are in all. */
  readonly permits: number;
  /** How many of them nobody holds. */
  readonly available: number;
}

const PERMITS = 0;
const MOST_PERMITS = 1 << 20;

/**
 * A number of permits, lent to tasks of any thread: a semaphore in a `SharedArrayBuffer`.
 *
 * - **Order.** Strictly by arrival, over all threads: whoever waits is passed by nobody, no large request by a small one, nor by
 *   `tryAcquire`.
 * - **Parked.** Whoever waits sleeps, in `acquireBlocking` with its thread, in `acquire` without, and is woken when it has its permits.
 * - **Death.** What a Worker held comes back when it is gone; whoever waits looks for the dead four times a second. As with
 *   {@linkcode SharedMutex}, death is proven, and told to the next by {@linkcode SharedPermits.ownerDied}.
 *
 * A call costs a {@linkcode SharedMutex}, taken and left, and some plain reads; handing permits over costs a wake-up. It takes 4 KB and
 * 32 bytes for each who may wait.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SharedSemaphore } from "./semaphore.ts";
 *
 * const connections = SharedSemaphore.create({ permits: 5 });
 * const elsewhere = SharedSemaphore.attach(connections.handle); // in a Worker: attach(event.data)
 * const three = await connections.acquire(3, { timeoutMs: 1_000 });
 * assertEquals([elsewhere.tryAcquire(3), elsewhere.available], [undefined, 2]);
 * three.release();
 * assertEquals(elsewhere.available, 5);
 * ```
 */
export class SharedSemaphore {
  readonly #part: SharedPart<"semaphore">;
  readonly #room: MonitorRoom<SharedPermits>;
  /** How many permits there are in all. */
  readonly permits: number;

  private constructor(part: SharedPart<"semaphore">) {
    this.#part = part;
    this.permits = parameterOf(part, PERMITS);
    const room: MonitorRoom<SharedPermits> = openRoom<SharedPermits>(part, {
      rule: "lend",
      total: this.permits,
      state: () => `${this.available} of ${this.permits} permits are free`,
      granted: (permits) => new Permits(room.monitor, permits, room.monitor.holdings.tellDied(permits)),
    });
    this.#room = room;
  }

  /**
   * Makes a semaphore, all permits free.
   *
   * @throws {RangeError} If `permits` or `maxWaiters` is out of range.
   * @throws {TypeError} If the name or `timing` is none.
   */
  static create(given: SharedSemaphoreOptions): SharedSemaphore {
    const { permits, ...options } = requireOptions("open a shared semaphore", given);
    requireCount("create a shared semaphore with permits", permits, { min: 1, max: MOST_PERMITS });
    const semaphore = new SharedSemaphore(createMonitorPart("semaphore", options, { parameters: [permits] }));
    semaphore.#room.setFree(permits);
    return semaphore;
  }

  /**
   * Opens the semaphore of another thread in this one.
   *
   * @throws {TypeError} If it is no handle, of another primitive, or of another version of this library.
   * @throws {SharedThreadsFullError} If 256 threads take part, and all live.
   */
  static attach(handle: SharedHandle<"semaphore">): SharedSemaphore {
    return new SharedSemaphore(openHandle(handle, "semaphore"));
  }

  /** What another thread needs for {@linkcode attach}: plain data for `postMessage`. */
  get handle(): SharedHandle<"semaphore"> {
    return handleOf(this.#part);
  }

  /** How many permits nobody holds; some may be kept for those who wait. */
  get available(): number {
    return this.#room.monitor.freeNow;
  }

  /**
   * Takes permits if they are free and nobody waits; `undefined` means "not now".
   *
   * Another thread may be changing the words that it looks at; that takes some instructions, for which it waits, a Worker asleep and a
   * main thread in a loop. "Not now" is never said for that.
   *
   * @param permits An integer in [1, {@linkcode SharedSemaphore.permits}]. Default 1.
   * @throws {RangeError} If `permits` is out of range.
   */
  tryAcquire(permits = 1): SharedPermits | undefined {
    this.#require(permits);
    return this.#room.tryTake(permits);
  }

  /**
   * Takes permits when its turn has come; the thread goes on meanwhile. Keeps the program alive while it waits.
   *
   * @param permits An integer in [1, {@linkcode SharedSemaphore.permits}]. Default 1.
   * @param options How long to wait.
   * @throws {RangeError} If `permits` or `timeoutMs` is out of range.
   * @throws {WaitTimeoutError} If they could not be had within `timeoutMs`.
   * @throws {SharedWaitersFullError} If as many wait as `maxWaiters` says.
   * @throws The signal's reason, once the signal is aborted; an aborted signal never takes anything.
   */
  acquire(permits = 1, options?: WaitOptions): Promise<SharedPermits> {
    try {
      this.#require(permits);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#room.take(permits, options);
  }

  /**
   * Takes permits when its turn has come; the thread sleeps meanwhile, its timers and promises too.
   *
   * @param permits An integer in [1, {@linkcode SharedSemaphore.permits}]. Default 1.
   * @param options How long to wait; there is no signal, as nothing could abort it while the thread sleeps.
   * @throws {SharedReentryError} If this very thread holds so many, or is to have so many first, that it could never have them while it sleeps.
   * @throws {TypeError} If this thread may not sleep, as in the main thread of a browser.
   * @throws What {@linkcode acquire} rejects with.
   */
  acquireBlocking(permits = 1, options?: Pick<WaitOptions, "timeoutMs">): SharedPermits {
    this.#require(permits);
    return this.#room.takeBlocking(permits, options, () => {
      if (this.#room.committed > this.permits - permits) {
        throw new SharedReentryError(nameOf("shared semaphore", this.#part.name));
      }
    });
  }

  /**
   * Calls `fn` with permits, which are given back when it has returned, thrown or settled.
   *
   * @param permits An integer in [1, {@linkcode SharedSemaphore.permits}].
   * @param fn What needs them; may be asynchronous.
   * @param options How long to wait; has no effect once `fn` has been called.
   * @returns What `fn` returns.
   * @throws What {@linkcode acquire} or `fn` throws.
   */
  async withPermits<Result>(
    permits: number,
    fn: (permits: SharedPermits) => Result | PromiseLike<Result>,
    options?: WaitOptions,
  ): Promise<Result> {
    return await useGuard(this.acquire(permits, options), fn);
  }

  /** How the semaphore stands now. Costs a look at each who may hold or wait. */
  snapshot(): SharedSemaphoreSnapshot {
    return snapshotOf(this.#part, this.#room, {
      own: () => ({ permits: this.permits, available: this.available }),
      shown: (permits) => permits,
    });
  }

  #require(permits: number): void {
    if (Number.isInteger(permits) && permits >= 1 && permits <= this.permits) return;
    throw new RangeError(
      `Cannot acquire ${foundValue(permits)} permits of ${
        nameOf("shared semaphore", this.#part.name)
      }: expected an integer in ` +
        `[1, ${this.permits}]; ask for fewer, or create it with more`,
    );
  }
}

class Permits implements SharedPermits {
  readonly permits: number;
  readonly ownerDied: boolean;
  #monitor: Monitor | undefined;

  constructor(monitor: Monitor, permits: number, ownerDied: boolean) {
    this.#monitor = monitor;
    this.permits = permits;
    this.ownerDied = ownerDied;
  }

  release(): void {
    const monitor = this.#monitor;
    if (monitor === undefined) return;
    this.#monitor = undefined;
    monitor.enter();
    monitor.giveBack(this.permits);
    monitor.leave();
  }

  [Symbol.dispose](): void {
    this.release();
  }
}
