/**
 * Permits that threads share.
 *
 * @module
 */

import { nameOf } from "../primitive.ts";
import { requireCount } from "../require_count.ts";
import type { WaitOptions } from "../waiter.ts";
import { SharedWords } from "./atomic_memory.ts";
import { SharedReentryError } from "./errors.ts";
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
import { Monitor, type SharedHolder } from "./monitor.ts";
import { DEFAULT_MAX_WAITERS, monitorByteLength, MOST_WAITERS, waiterRecords } from "./monitor_layout.ts";
import { holdersOf, MonitorRoom, type SharedWaiterSnapshot, waitersOf } from "./monitor_wait.ts";

/** What a shared semaphore is made of. */
export interface SharedSemaphoreOptions extends SharedPrimitiveOptions {
  /** How many permits there are: an integer in [1, 1,048,576]. */
  readonly permits: number;
  /** How many may wait at once, over all threads: an integer in [1, 65,536], which is rounded up to a power of 2. Default 256. */
  readonly maxWaiters?: number;
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

/** How a shared semaphore stands: plain data. */
export interface SharedSemaphoreSnapshot {
  /** What it is. */
  readonly type: "semaphore";
  /** What people call it. */
  readonly name: string | undefined;
  /** How many permits there are in all. */
  readonly permits: number;
  /** How many of them nobody holds. */
  readonly available: number;
  /** Which threads hold how many. */
  readonly holders: readonly SharedHolder[];
  /** Who waits for how many, in the order in which they will be served. */
  readonly waiters: readonly SharedWaiterSnapshot[];
}

const MOST_PERMITS = 1 << 20;

/**
 * A number of permits, lent to tasks of any thread: a semaphore in a `SharedArrayBuffer`.
 *
 * - **Order.** Strictly by arrival, over all threads: no small request passes a large one that waits, `tryAcquire` included.
 * - **Parked.** Whoever waits sleeps, in `acquireBlocking` with its thread, in `acquire` without, and is woken when it has its permits.
 * - **Death.** What a Worker held comes back when it is gone; whoever waits looks for the dead four times a second. As with
 *   {@linkcode SharedMutex}, death is proven, and told to the next by {@linkcode SharedPermits.ownerDied}.
 *
 * A call costs a {@linkcode SharedMutex}, taken and left, and some plain reads; handing permits over costs a wake-up. It takes 2 KB and
 * 16 bytes for each who may wait.
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
  readonly #monitor: Monitor;
  readonly #room: MonitorRoom<SharedPermits>;
  /** How many permits there are in all. */
  readonly permits: number;

  private constructor(part: SharedPart<"semaphore">) {
    const memory = new SharedWords(part.buffer), { member } = part;
    const maxWaiters = memory.read(PARAMETERS_AT + 1);
    this.permits = memory.read(PARAMETERS_AT);
    const monitor = new Monitor(memory, {
      rule: "lend",
      total: this.permits,
      critical: 1,
      maxWaiters,
      me: member.lockName,
      watch: member,
    });
    this.#part = part;
    this.#monitor = monitor;
    this.#room = new MonitorRoom<SharedPermits>({
      memory,
      monitor,
      member,
      maxWaiters,
      what: () => nameOf("shared semaphore", part.name),
      state: () => `${this.available} of ${this.permits} permits are free`,
      granted: (permits) => new Permits(monitor, permits, monitor.tellDied(permits)),
      refused: () => new Error("a semaphore refuses nobody"),
    });
  }

  /**
   * Makes a semaphore, all permits free.
   *
   * @throws {RangeError} If `permits` or `maxWaiters` is out of range.
   * @throws {TypeError} If the name is none.
   */
  static create({ name, permits, maxWaiters = DEFAULT_MAX_WAITERS }: SharedSemaphoreOptions): SharedSemaphore {
    requireName("semaphore", name);
    requireCount("create a shared semaphore with permits", permits, { min: 1, max: MOST_PERMITS });
    requireCount("create a shared semaphore with maxWaiters", maxWaiters, { min: 1, max: MOST_WAITERS });
    const records = waiterRecords(maxWaiters);
    const buffer = createBuffer("semaphore", monitorByteLength(records), [permits, records]);
    const semaphore = new SharedSemaphore({ type: "semaphore", name, buffer, member: homeMembership() });
    semaphore.#monitor.setFree(permits);
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
    return this.#monitor.freeNow;
  }

  /**
   * Takes permits if they are free and nobody waits; `undefined` means "not now".
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
   * @throws {SharedReentryError} If this very thread holds so many that it could never have them while it sleeps.
   * @throws {TypeError} If this thread may not sleep, as in the main thread of a browser.
   * @throws What {@linkcode acquire} rejects with.
   */
  acquireBlocking(permits = 1, options?: Pick<WaitOptions, "timeoutMs">): SharedPermits {
    this.#require(permits);
    return this.#room.takeBlocking(permits, options, () => {
      if (this.#monitor.mine > this.permits - permits) {
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
    const taken = await this.acquire(permits, options);
    try {
      return await fn(taken);
    } finally {
      taken.release();
    }
  }

  /** How the semaphore stands now. */
  snapshot(): SharedSemaphoreSnapshot {
    const { directory } = this.#part.member, monitor = this.#monitor;
    monitor.enter();
    const holders = holdersOf(monitor, directory, (held) => held),
      waiters = waitersOf(monitor, directory, (want) => want);
    const available = monitor.free;
    monitor.leave();
    return { type: "semaphore", name: this.#part.name, permits: this.permits, available, holders, waiters };
  }

  #require(permits: number): void {
    if (Number.isInteger(permits) && permits >= 1 && permits <= this.permits) return;
    throw new RangeError(
      `Cannot acquire ${String(permits)} permits of ${
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
