/**
 * A lock between threads that many may read under, or one write.
 *
 * @module
 */

import { nameOf } from "../primitive.ts";
import type { WaitOptions } from "../waiter.ts";
import { SharedReentryError } from "./errors.ts";
import { handleOf, openHandle, type SharedHandle, type SharedPart } from "./handle.ts";
import type { Monitor } from "./monitor.ts";
import { createMonitorPart, openRoom, type SharedLineOptions, snapshotOf } from "./monitor_part.ts";
import type { MonitorRoom } from "./monitor_room.ts";
import type { SharedSnapshot } from "./snapshot.ts";
import { requireOptions } from "../require_options.ts";

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

/** How a shared read-write lock stands: the threads that read, each once, or the one that writes; and who waits to do either. */
export type SharedReadWriteLockSnapshot = SharedSnapshot<"read-write lock">;

/** A reader takes 1, a writer all: so no more than that can read at once. */
const ALL = 1 << 20;
const READ = 1;

/**
 * A lock that any number of tasks hold to read, or one to write, over all threads.
 *
 * - **Order.** Strictly by arrival, over all threads: whoever waits is passed by nobody, and who comes to read while somebody waits to
 *   write waits behind. So neither readers nor writers starve, and readers that wait in a row are let in together.
 * - **Parked.** Whoever waits sleeps, in the blocking forms with its thread, in the others without. For the moment in which another
 *   thread changes the lock's words every form waits, the `try` ones too: a Worker asleep, a main thread in a loop.
 * - **Death.** What a Worker held comes back when it is gone; whoever waits looks for the dead four times a second. If it was writing,
 *   {@linkcode SharedReadWriteGuard.ownerDied} tells.
 *
 * A call costs a {@linkcode SharedMutex}, taken and left, and some plain reads. It takes 4 KB and 32 bytes for each who may wait.
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
  readonly #room: MonitorRoom<SharedReadWriteGuard>;

  private constructor(part: SharedPart<"read-write lock">) {
    this.#part = part;
    const room: MonitorRoom<SharedReadWriteGuard> = openRoom<SharedReadWriteGuard>(part, {
      rule: "lend",
      total: ALL,
      critical: ALL,
      state: () => room.monitor.freeNow === 0 ? "somebody writes" : `${ALL - room.monitor.freeNow} read`,
      granted: (amount) => new Guard(room.monitor, amount, room.monitor.holdings.tellDied(amount)),
    });
    this.#room = room;
  }

  /**
   * Makes a lock that nobody holds.
   *
   * @throws {RangeError} If `maxWaiters` is out of range.
   * @throws {TypeError} If the name or `timing` is none.
   */
  static create(options: SharedLineOptions = {}): SharedReadWriteLock {
    const lock = new SharedReadWriteLock(
      createMonitorPart("read-write lock", requireOptions("open a shared read-write lock", options)),
    );
    lock.#room.setFree(ALL);
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
   * @throws {SharedReentryError} If this very thread writes, or waits to.
   * @throws {TypeError} If this thread may not sleep, as in the main thread of a browser.
   * @throws What {@linkcode read} rejects with.
   */
  readBlocking(options?: Pick<WaitOptions, "timeoutMs">): SharedReadWriteGuard {
    return this.#block(READ, options);
  }

  /**
   * Lets the caller write when its turn has come; as {@linkcode readBlocking}.
   *
   * @throws {SharedReentryError} If this very thread reads or writes, or waits to.
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

  /** How the lock stands now. Costs a look at each who may hold or wait. */
  snapshot(): SharedReadWriteLockSnapshot {
    return snapshotOf(this.#part, this.#room, { own: () => ({}), shown: modeOf });
  }

  get #name(): string {
    return nameOf("shared read-write lock", this.#part.name);
  }

  #block(amount: number, options: Pick<WaitOptions, "timeoutMs"> | undefined): SharedReadWriteGuard {
    return this.#room.takeBlocking(amount, options, () => {
      if (this.#room.committed > ALL - amount) throw new SharedReentryError(this.#name);
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
