/**
 * A place where threads wait until all have come.
 *
 * @module
 */

import { requireCount } from "../require_count.ts";
import type { WaitOptions } from "../waiter.ts";
import { BarrierRoom } from "./barrier_room.ts";
import { handleOf, openHandle, parameterOf, type SharedHandle, type SharedPart } from "./handle.ts";
import { MOST_WAITERS } from "./monitor_layout.ts";
import { createMonitorPart, hostOf, type SharedLineOptions, snapshotOf } from "./monitor_part.ts";
import type { SharedSnapshot } from "./snapshot.ts";
import { requireOptions } from "../require_options.ts";

/** How a shared barrier is made; of `maxWaiters` there are at least twice as many as parties. */
export interface SharedBarrierOptions extends SharedLineOptions {
  /** How many are to come in each phase, over all threads: an integer in [1, 65,536]. */
  readonly parties: number;
}

/** How a shared barrier stands; nobody ever holds it. */
export interface SharedBarrierSnapshot extends SharedSnapshot<"barrier"> {
  /** How many are to come in each phase. */
  readonly parties: number;
  /** Whether a party has left before all had come. */
  readonly broken: boolean;
}

const PARTIES = 0;

/**
 * Lets its parties pass when all of them have arrived, again and again; the parties are tasks of any thread.
 *
 * A party that leaves, that gives up while it waits, or of which the Worker dies, breaks the barrier: whoever waits, or arrives later, gets a
 * {@linkcode SharedBarrierBrokenError} until {@linkcode reset}. A Worker that dies before it arrives is not known to be missing; wait
 * with `timeoutMs`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SharedBarrier } from "./barrier.ts";
 *
 * const barrier = SharedBarrier.create({ parties: 2 }), elsewhere = SharedBarrier.attach(barrier.handle);
 * assertEquals(await Promise.all([barrier.arrive(), elsewhere.arrive()]), [false, true]);
 * assertEquals(barrier.arrived, 0); // and so for the next phase
 * ```
 */
export class SharedBarrier {
  readonly #part: SharedPart<"barrier">;
  readonly #barrier: BarrierRoom;
  /** How many are to come in each phase. */
  readonly parties: number;

  private constructor(part: SharedPart<"barrier">) {
    this.#part = part;
    this.parties = parameterOf(part, PARTIES);
    this.#barrier = new BarrierRoom(hostOf(part), this.parties);
  }

  /**
   * Makes a barrier at which nobody is yet.
   *
   * @throws {RangeError} If `parties` or `maxWaiters` is out of range.
   * @throws {TypeError} If the name or `timing` is none.
   */
  static create(given: SharedBarrierOptions): SharedBarrier {
    const { parties, ...options } = requireOptions("open a shared barrier", given);
    requireCount("create a shared barrier with parties", parties, { min: 1, max: MOST_WAITERS });
    const leastWaiters = 2 * parties; // those of the last phase may not have noticed yet
    return new SharedBarrier(createMonitorPart("barrier", options, { parameters: [parties], leastWaiters }));
  }

  /**
   * Opens the barrier of another thread in this one.
   *
   * @throws {TypeError} If it is no handle, of another primitive, or of another version of this library.
   * @throws {SharedThreadsFullError} If 256 threads take part, and all live.
   */
  static attach(handle: SharedHandle<"barrier">): SharedBarrier {
    return new SharedBarrier(openHandle(handle, "barrier"));
  }

  /** What another thread needs for {@linkcode attach}: plain data for `postMessage`. */
  get handle(): SharedHandle<"barrier"> {
    return handleOf(this.#part);
  }

  /** How many wait at it. */
  get arrived(): number {
    return this.#barrier.room.waiters;
  }

  /** Whether a party has left before all had come. */
  get broken(): boolean {
    return this.#barrier.broken;
  }

  /**
   * Waits until all have arrived; the thread goes on meanwhile. Keeps the program alive while it waits.
   *
   * @returns Whether the caller was the last to come: exactly one in each phase is, and may do what is to be done once.
   * @throws {SharedBarrierBrokenError} If a party has left.
   * @throws {RangeError} If `timeoutMs` is out of range; the barrier is not broken by that.
   * @throws {SharedWaitersFullError} If as many as `maxWaiters` says wait, or have passed without having noticed yet.
   * @throws {WaitTimeoutError} If not all came within `timeoutMs`; now the barrier is broken.
   * @throws The signal's reason, once the signal is aborted; if the caller was waiting, the barrier is broken.
   */
  arrive(options?: WaitOptions): Promise<boolean> {
    return this.#barrier.room.take(this.#barrier.arrival, options);
  }

  /**
   * Waits until all have arrived; the thread sleeps meanwhile, its timers and promises too.
   *
   * @throws {TypeError} If this thread may not sleep, as in the main thread of a browser.
   * @throws What {@linkcode arrive} rejects with.
   */
  arriveBlocking(options?: Pick<WaitOptions, "timeoutMs">): boolean {
    return this.#barrier.room.takeBlocking(this.#barrier.arrival, options);
  }

  /**
   * Calls `fn`, then arrives; if `fn` fails the caller leaves, so that nobody waits for it.
   *
   * @returns What `fn` returns, once all have arrived.
   * @throws What `fn` or {@linkcode arrive} throws.
   */
  async withBarrier<Result>(fn: () => Result | PromiseLike<Result>, options?: WaitOptions): Promise<Result> {
    let result: Result;
    try {
      result = await fn();
    } catch (error) {
      this.leave();
      throw error;
    }
    await this.arrive(options);
    return result;
  }

  /** Says that a party will not come: breaks the barrier, for those who wait and those who come. */
  leave(): void {
    this.#barrier.break();
  }

  /** Makes a broken barrier usable again, with nobody at it; whoever waits gets a {@linkcode SharedBarrierBrokenError}. */
  reset(): void {
    this.#barrier.reset();
  }

  /** How it stands. Costs a look at each who may wait. */
  snapshot(): SharedBarrierSnapshot {
    const { parties } = this;
    return snapshotOf(this.#part, this.#barrier.room, { own: () => ({ parties, broken: this.broken }) });
  }
}
