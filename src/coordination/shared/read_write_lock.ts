/**
 * A lock between threads that many may read under, or one write.
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

/** How a shared read-write lock is made. */
export interface SharedReadWriteLockOptions extends SharedPrimitiveOptions {
  /** How many may wait at once, over all threads: an integer in [1, 65,536], which is rounded up to a power of 2. Default 256. */
  readonly maxWaiters?: number;
}

/** The right to read or to write, until it is released. */
export interface SharedReadWriteGuard extends Disposable {
  /** Which of them. */
  readonly mode: "read" | "write";
  /**
   * Whether a thread has died while it wrote: what the lock protects may be half done. Readers are told, too, until somebody writes.
   */
  readonly ownerDied: boolean;
  /** Lets the next ones in; a second call changes nothing. */
  release(): void;
}

/** How a shared read-write lock stands: plain data. */
export interface SharedReadWriteLockSnapshot {
  /** What it is. */
  readonly type: "read-write lock";
  /** What people call it. */
  readonly name: string | undefined;
  /** The threads that read, each once, or the one that writes. */
  readonly holders: readonly SharedHolder[];
  /** Who waits for what, in the order in which they will be served. */
  readonly waiters: readonly SharedWaiterSnapshot[];
}

/** A reader takes 1, a writer all: so no more than that can read at once. */
const ALL = 1 << 20;
const READ = 1;

/**
 * A lock that any number of tasks hold to read, or one to write, over all threads.
 *
 * - **Order.** Strictly by arrival: who comes to read while somebody waits to write waits behind. So neither readers nor writers starve,
 *   and readers that wait in a row are let in together.
 * - **Parked.** Whoever waits sleeps, in the blocking forms with its thread, in the others without.
 * - **Death.** What a Worker held comes back when it is gone; whoever waits looks for the dead four times a second. If it was writing,
 *   {@linkcode SharedReadWriteGuard.ownerDied} tells.
 *
 * A call costs a {@linkcode SharedMutex}, taken and left, and some plain reads. It takes 2 KB and 16 bytes for each who may wait.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SharedReadWriteLock } from "./read_write_lock.ts";
 *
 * const lock = SharedReadWriteLock.create(), elsewhere = SharedReadWriteLock.attach(lock.handle);
 * const [one, two] = [await lock.read(), await elsewhere.read()];
 * assertEquals(lock.tryWrite(), undefined);
 * one.release();
 * two.release();
 * assertEquals(lock.tryWrite()?.mode, "write");
 * ```
 */
export class SharedReadWriteLock {
  readonly #part: SharedPart<"read-write lock">;
  readonly #monitor: Monitor;
  readonly #room: MonitorRoom<SharedReadWriteGuard>;

  private constructor(part: SharedPart<"read-write lock">) {
    const memory = new SharedWords(part.buffer), { member } = part, maxWaiters = memory.read(PARAMETERS_AT);
    const monitor = new Monitor(memory, {
      rule: "lend",
      total: ALL,
      critical: ALL,
      maxWaiters,
      me: member.lockName,
      watch: member,
    });
    this.#part = part;
    this.#monitor = monitor;
    this.#room = new MonitorRoom<SharedReadWriteGuard>({
      memory,
      monitor,
      member,
      maxWaiters,
      what: () => this.#name,
      state: () => monitor.freeNow === 0 ? "somebody writes" : `${ALL - monitor.freeNow} read`,
      granted: (amount) => new Guard(monitor, amount, monitor.tellDied(amount)),
      refused: () => new Error("a lock refuses nobody"),
    });
  }

  /**
   * Makes a lock that nobody holds.
   *
   * @throws {RangeError} If `maxWaiters` is out of range.
   * @throws {TypeError} If the name is none.
   */
  static create({ name, maxWaiters = DEFAULT_MAX_WAITERS }: SharedReadWriteLockOptions = {}): SharedReadWriteLock {
    requireName("read-write lock", name);
    requireCount("create a shared read-write lock with maxWaiters", maxWaiters, { min: 1, max: MOST_WAITERS });
    const records = waiterRecords(maxWaiters);
    const buffer = createBuffer("read-write lock", monitorByteLength(records), [records]);
    const lock = new SharedReadWriteLock({ type: "read-write lock", name, buffer, member: homeMembership() });
    lock.#monitor.setFree(ALL);
    return lock;
  }

  /**
   * Opens the lock of another thread in this one.
   *
   * @throws {TypeError} If it is no handle, of another primitive, or of another version of this library.
   * @throws {SharedThreadsFullError} If 256 threads take part, and all live.
   */
  static attach(handle: SharedHandle<"read-write lock">): SharedReadWriteLock {
    return new SharedReadWriteLock(openHandle(handle, "read-write lock"));
  }

  /** What another thread needs for {@linkcode attach}: plain data for `postMessage`. */
  get handle(): SharedHandle<"read-write lock"> {
    return handleOf(this.#part);
  }

  /** Lets the caller read if nobody writes or waits; `undefined` means "not now". */
  tryRead(): SharedReadWriteGuard | undefined {
    return this.#room.tryTake(READ);
  }

  /** Lets the caller write if nobody reads, writes or waits; `undefined` means "not now". */
  tryWrite(): SharedReadWriteGuard | undefined {
    return this.#room.tryTake(ALL);
  }

  /**
   * Lets the caller read when its turn has come; the thread goes on meanwhile. Keeps the program alive while it waits.
   *
   * @throws {RangeError} If `timeoutMs` is out of range.
   * @throws {WaitTimeoutError} If it could not be had within `timeoutMs`.
   * @throws {SharedWaitersFullError} If as many wait as `maxWaiters` says.
   * @throws The signal's reason, once the signal is aborted; an aborted signal never takes anything.
   */
  read(options?: WaitOptions): Promise<SharedReadWriteGuard> {
    return this.#room.take(READ, options);
  }

  /** Lets the caller write when its turn has come; as {@linkcode read}. */
  write(options?: WaitOptions): Promise<SharedReadWriteGuard> {
    return this.#room.take(ALL, options);
  }

  /**
   * Lets the caller read when its turn has come; the thread sleeps meanwhile, its timers and promises too.
   *
   * @param options How long to wait; there is no signal, as nothing could abort it while the thread sleeps.
   * @throws {SharedReentryError} If this very thread writes.
   * @throws {TypeError} If this thread may not sleep, as in the main thread of a browser.
   * @throws What {@linkcode read} rejects with.
   */
  readBlocking(options?: Pick<WaitOptions, "timeoutMs">): SharedReadWriteGuard {
    return this.#block(READ, options);
  }

  /**
   * Lets the caller write when its turn has come; as {@linkcode readBlocking}.
   *
   * @throws {SharedReentryError} If this very thread reads or writes.
   */
  writeBlocking(options?: Pick<WaitOptions, "timeoutMs">): SharedReadWriteGuard {
    return this.#block(ALL, options);
  }

  /**
   * Calls `fn` while it may read.
   *
   * @returns What `fn` returns.
   * @throws What {@linkcode read} or `fn` throws.
   */
  async withRead<Result>(
    fn: (guard: SharedReadWriteGuard) => Result | PromiseLike<Result>,
    options?: WaitOptions,
  ): Promise<Result> {
    return await use(await this.read(options), fn);
  }

  /**
   * Calls `fn` while it may write.
   *
   * @returns What `fn` returns.
   * @throws What {@linkcode write} or `fn` throws.
   */
  async withWrite<Result>(
    fn: (guard: SharedReadWriteGuard) => Result | PromiseLike<Result>,
    options?: WaitOptions,
  ): Promise<Result> {
    return await use(await this.write(options), fn);
  }

  /** How the lock stands now. */
  snapshot(): SharedReadWriteLockSnapshot {
    const { directory } = this.#part.member, monitor = this.#monitor;
    monitor.enter();
    const holders = holdersOf(monitor, directory, modeOf), waiters = waitersOf(monitor, directory, modeOf);
    monitor.leave();
    return { type: "read-write lock", name: this.#part.name, holders, waiters };
  }

  get #name(): string {
    return nameOf("shared read-write lock", this.#part.name);
  }

  #block(amount: number, options: Pick<WaitOptions, "timeoutMs"> | undefined): SharedReadWriteGuard {
    return this.#room.takeBlocking(amount, options, () => {
      if (this.#monitor.mine > ALL - amount) throw new SharedReentryError(this.#name);
    });
  }
}

function modeOf(amount: number): "read" | "write" {
  return amount === ALL ? "write" : "read";
}

async function use<Result>(
  guard: SharedReadWriteGuard,
  fn: (guard: SharedReadWriteGuard) => Result | PromiseLike<Result>,
): Promise<Result> {
  try {
    return await fn(guard);
  } finally {
    guard.release();
  }
}

class Guard implements SharedReadWriteGuard {
  readonly ownerDied: boolean;
  readonly #amount: number;
  #monitor: Monitor | undefined;

  constructor(monitor: Monitor, amount: number, ownerDied: boolean) {
    this.#monitor = monitor;
    this.#amount = amount;
    this.ownerDied = ownerDied;
  }

  get mode(): "read" | "write" {
    return modeOf(this.#amount);
  }

  release(): void {
    const monitor = this.#monitor;
    if (monitor === undefined) return;
    this.#monitor = undefined;
    monitor.enter();
    monitor.giveBack(this.#amount);
    monitor.leave();
  }

  [Symbol.dispose](): void {
    this.release();
  }
}
