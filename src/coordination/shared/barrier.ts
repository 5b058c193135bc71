/**
 * A place where threads wait until all have come.
 *
 * @module
 */

import { nameOf } from "../primitive.ts";
import { requireCount } from "../require_count.ts";
import type { WaitOptions } from "../waiter.ts";
import { SharedWords } from "./atomic_memory.ts";
import { SharedBarrierBrokenError } from "./errors.ts";
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
import { monitorByteLength, MOST_WAITERS, OWN_AT, waiterRecords } from "./monitor_layout.ts";
import { MonitorRoom } from "./monitor_wait.ts";

/** How a shared barrier is made. */
export interface SharedBarrierOptions extends SharedPrimitiveOptions {
  /** How many are to come in each phase, over all threads: an integer in [1, 65,536]. */
  readonly parties: number;
}

const BROKEN_AT = OWN_AT;

/**
 * Lets its parties pass when all of them have arrived, again and again; the parties are tasks of any thread.
 *
 * A party that gives up while it waits, or of which the Worker dies, breaks the barrier: whoever waits, or arrives later, gets a
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
  readonly #memory: SharedWords;
  readonly #monitor: Monitor;
  readonly #room: MonitorRoom<boolean>;
  /** How many are to come in each phase. */
  readonly parties: number;
  readonly #wish = (): number => this.#arrive();
  #isLast = false;

  private constructor(part: SharedPart<"barrier">) {
    const memory = new SharedWords(part.buffer), { member } = part, maxWaiters = memory.read(PARAMETERS_AT + 1);
    const monitor = new Monitor(memory, {
      rule: "phase",
      total: 1,
      critical: 1,
      maxWaiters,
      me: member.lockName,
      watch: member,
    });
    this.parties = memory.read(PARAMETERS_AT);
    this.#part = part;
    this.#memory = memory;
    this.#monitor = monitor;
    this.#room = new MonitorRoom<boolean>({
      memory,
      monitor,
      member,
      maxWaiters,
      what: () => this.#name,
      state: () => `${this.arrived} of ${this.parties} parties have arrived`,
      granted: () => {
        const isLast = this.#isLast;
        this.#isLast = false;
        return isLast;
      },
      refused: () => new SharedBarrierBrokenError(this.#name),
      deserted: () => {
        memory.store(BROKEN_AT, 1);
        monitor.refuseAll();
      },
    });
  }

  /**
   * Makes a barrier at which nobody is yet.
   *
   * @throws {RangeError} If `parties` is out of range.
   * @throws {TypeError} If the name is none.
   */
  static create({ name, parties }: SharedBarrierOptions): SharedBarrier {
    requireName("barrier", name);
    requireCount("create a shared barrier with parties", parties, { min: 1, max: MOST_WAITERS });
    const records = waiterRecords(2 * parties); // those of the last phase may not have looked yet
    const buffer = createBuffer("barrier", monitorByteLength(records), [parties, records]);
    return new SharedBarrier({ type: "barrier", name, buffer, member: homeMembership() });
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
    this.#monitor.enter();
    const arrived = this.#monitor.countWaiting();
    this.#monitor.leave();
    return arrived;
  }

  /** Whether a party has left before all had come. */
  get broken(): boolean {
    return this.#memory.load(BROKEN_AT) === 1;
  }

  /**
   * Waits until all have arrived; the thread goes on meanwhile. Keeps the program alive while it waits.
   *
   * @returns Whether the caller was the last to come: exactly one in each phase is, and may do what is to be done once.
   * @throws {SharedBarrierBrokenError} If a party has left.
   * @throws {RangeError} If `timeoutMs` is out of range; the barrier is not broken by that.
   * @throws {WaitTimeoutError} If not all came within `timeoutMs`; now the barrier is broken.
   * @throws The signal's reason, once the signal is aborted; if the caller was waiting, the barrier is broken.
   */
  arrive(options?: WaitOptions): Promise<boolean> {
    return this.#room.take(this.#wish, options);
  }

  /**
   * Waits until all have arrived; the thread sleeps meanwhile, its timers and promises too.
   *
   * @throws {TypeError} If this thread may not sleep, as in the main thread of a browser.
   * @throws What {@linkcode arrive} rejects with.
   */
  arriveBlocking(options?: Pick<WaitOptions, "timeoutMs">): boolean {
    return this.#room.takeBlocking(this.#wish, options, () => {});
  }

  /** Makes a broken barrier usable again, with nobody at it; whoever waits gets a {@linkcode SharedBarrierBrokenError}. */
  reset(): void {
    this.#monitor.enter();
    this.#monitor.refuseAll();
    this.#memory.store(BROKEN_AT, 0);
    this.#monitor.leave();
  }

  get #name(): string {
    return nameOf("shared barrier", this.#part.name);
  }

  /** Begins the next phase if all are there; answers the caller's phase, which passes as soon as it is not the present one. */
  #arrive(): number {
    const monitor = this.#monitor, phase = monitor.free;
    if (this.broken) throw new SharedBarrierBrokenError(this.#name);
    this.#isLast = monitor.countWaiting() + 1 === this.parties;
    if (this.#isLast) monitor.setFree((phase + 1) | 0);
    return phase;
  }
}
