/**
 * A pool of resources that threads share.
 *
 * @module
 */

import { requireWaitOptions, type WaitOptions } from "../../coordination/waiter.ts";
import type { ResourceAmounts } from "../request.ts";
import { useLease } from "../use_lease.ts";
import { waitBlocking } from "./blocking_wait.ts";
import type { SharedDemand } from "./books.ts";
import { openHandle, type SharedPoolHandle } from "./handle.ts";
import { SharedKinds } from "./kinds.ts";
import { ATTACHED, DEATHS_AT, LAYOUT_VERSION, LEAKS_AT, REPAIRS_AT } from "./layout.ts";
import { NO_ID, type SharedLease } from "./lease.ts";
import { createMemory, type PoolMemory } from "./memory.ts";
import { MOST_THREADS } from "./roster.ts";
import { Seat } from "./seat.ts";
import { SharedWaiter, Vigil } from "./waiter.ts";
import { requireOptions } from "../../coordination/require_options.ts";

/** What a shared pool is made of; its size is fixed from then on. */
export interface SharedResourcePoolOptions<Kinds extends string> {
  /** How much there is of each kind; each in [0, 2^53 - 1]. */
  readonly capacity: Readonly<Record<Kinds, number>>;
  /** How many threads may be attached at once, in [1, 1024]. Default 64. */
  readonly maxThreads?: number;
  /** How many leases may be held at once, in [1, 1,048,576]. Default 4096. */
  readonly maxLeases?: number;
  /** How many requests may wait at once, in [1, 1,048,576]. Default 1024. */
  readonly maxWaiters?: number;
}

/** How a shared pool stands at one moment; amounts are by kind. */
export interface SharedResourcePoolSnapshot<Kinds extends string> {
  /** What there is in all. */
  readonly capacity: Readonly<Record<Kinds, number>>;
  /** What leases hold, in all threads. */
  readonly inUse: Readonly<Record<Kinds, number>>;
  /** What no lease holds; some of it may be set aside for those who wait. */
  readonly available: Readonly<Record<Kinds, number>>;
  /** How many leases are held. */
  readonly leases: number;
  /** How many requests wait. */
  readonly waiters: number;
  /** How many threads are attached. */
  readonly threads: number;
  /** How many leases were granted since the pool was made. */
  readonly grants: number;
  /** Of how many threads what they held was taken back: those found dead, and those that were reclaimed. */
  readonly deaths: number;
  /** How many leases those threads held when they were taken back: each of them leaked. */
  readonly leaks: number;
  /** How often the books were counted anew, because somebody died in the middle of changing them. */
  readonly repairs: number;
}

/**
 * Amounts of named resources, lent to whoever asks in any thread of the process: a {@linkcode ResourcePool} in a `SharedArrayBuffer`.
 *
 * - **Whole or not at all.** A request of several kinds is granted when all of them are free; while it waits it holds none.
 * - **Exact.** Amounts are counted as in `ResourcePool`, in millionths: when all leases are back, the capacity is available to the
 *   last bit.
 * - **Order.** Served by arrival, over all threads. What a waiter asks for and cannot have yet is set aside before anybody behind it
 *   is looked at: nobody is ever delayed by somebody who came later, `tryAcquire` included. What nobody ahead can use goes past them.
 * - **Parked.** Whoever waits sleeps, in `acquireBlocking` with its thread, in `acquire` without, and is woken when it has been
 *   granted what it asked for. A thread that finds the pool's inner lock taken turns for a microsecond, then sleeps as well.
 * - **Death.** What a Worker held comes back when it is gone: terminated, closed, exited, or ended by an error. Whoever waits looks for
 *   the dead four times a second, so nobody waits for one much longer than that; {@linkcode reclaimDead} looks at once. A dead
 *   thread is known by proof, not by silence: one that computes for an hour is not taken for dead. But it is dead only when its last
 *   code has run: `terminate()` ends a Worker of Deno when it next returns to its event loop, until then it holds what it holds.
 *   {@linkcode reclaim} takes it back now, and turns the Worker down if it asks again. A thread that dies while it changes the
 *   books does not block the others: they count anew what its last change left half done.
 *
 * An uncontended `tryAcquire` and `release` costs about two and a half times a compare-and-swap lock that is taken and left once, if
 * the thread asks again for what it gave back last, and about five times otherwise. Handing a lease to somebody who waits costs a
 * wake-up: some 50 µs for a thread that sleeps, 200 µs for a promise. A release that somebody waits for costs little more than the
 * requests that it serves, if all wait for the same kinds.
 *
 * Not found is a thread that never returns to its event loop: one that is stuck, even if it was terminated, as it goes on; and one that
 * computes for more than 14 minutes in which others wait for it, and is terminated before it is done. Tell of it with
 * {@linkcode reclaim}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SharedResourcePool } from "./pool.ts";
 *
 * using pool = SharedResourcePool.create({ capacity: { cpu: 8, memoryMb: 16_384 } });
 * // To a Worker: worker.postMessage(pool.handle), and there: const pool = SharedResourcePool.attach(event.data).
 * using elsewhere = SharedResourcePool.attach(pool.handle);
 *
 * const lease = await pool.acquire({ cpu: 6, memoryMb: 1_000 }, { timeoutMs: 1_000 });
 * assertEquals(elsewhere.tryAcquire({ cpu: 3 }), undefined);
 * lease.release();
 * assertEquals(elsewhere.tryAcquire({ cpu: 3 })?.amounts, { cpu: 3 });
 * ```
 */
export class SharedResourcePool<Kinds extends string> implements Disposable {
  readonly #seat: Seat<Kinds>;
  readonly #vigil: Vigil<Kinds>;
  /** What the request at hand asks for: read and used at once, so that a request allocates nothing. */
  readonly #demand: SharedDemand = { length: 0, places: [], units: [] };

  private constructor(memory: PoolMemory, kinds: SharedKinds<Kinds>) {
    this.#seat = new Seat(memory, kinds);
    this.#vigil = new Vigil(this.#seat);
  }

  /**
   * Makes a pool, all of it free, and attaches this thread.
   *
   * It takes some 300 KB by default: 40 bytes a lease and 70 a waiter, more with many kinds.
   *
   * @throws {TypeError} If the capacity has no kind, or one whose name a record cannot hold.
   * @throws {RangeError} If a capacity or the size of a table is out of range.
   */
  static create<Kinds extends string>(options: SharedResourcePoolOptions<Kinds>): SharedResourcePool<Kinds> {
    requireOptions("make a shared pool", options);
    const { capacity, maxThreads = 64, maxLeases = 4_096, maxWaiters = 1_024 } = options;
    requireSize("maxThreads", maxThreads, MOST_THREADS);
    requireSize("maxLeases", maxLeases, MOST_RECORDS);
    requireSize("maxWaiters", maxWaiters, MOST_RECORDS);
    const names: Kinds[] = [], amounts: number[] = [];
    for (const kind in capacity) {
      if (!Object.hasOwn(capacity, kind)) continue;
      names.push(kind);
      amounts.push(capacity[kind]);
    }
    const kinds = new SharedKinds(names, amounts);
    return new SharedResourcePool(
      createMemory(amounts, { kinds: names.length, maxThreads, maxLeases, maxWaiters }),
      kinds,
    );
  }

  /**
   * Attaches this thread to the pool of another one.
   *
   * @param handle What the other thread's {@linkcode handle} was; `postMessage` carries it.
   * @throws {TypeError} If it is no handle, or of another version of this library.
   * @throws {SharedPoolFullError} If as many threads as `maxThreads` says are attached.
   */
  static attach<Kinds extends string>(handle: SharedPoolHandle<Kinds>): SharedResourcePool<Kinds> {
    const memory = openHandle(handle), { layout, doubles } = memory;
    const capacity = [...doubles.subarray(layout.capacityAt, layout.capacityAt + layout.kinds)];
    const pool = new SharedResourcePool(memory, new SharedKinds([...handle.kinds], capacity));
    pool.#seat.beKnown();
    return pool;
  }

  /** What another thread needs for {@linkcode attach}: plain data for `postMessage`. */
  get handle(): SharedPoolHandle<Kinds> {
    const { memory, kinds } = this.#seat;
    this.#seat.beKnown();
    return { version: LAYOUT_VERSION, kinds: kinds.names, buffer: memory.buffer };
  }

  /** Names this thread among all that attach: what {@linkcode reclaim} wants to know. */
  get thread(): number {
    return this.#seat.name;
  }

  /**
   * Takes what is asked for if it is free and nobody waits for it; `undefined` means "not now".
   *
   * @param request How much of each kind; at least one amount is above 0.
   * @throws {TypeError} If it names a kind that the pool does not have, or asks for nothing.
   * @throws {RangeError} If an amount is negative, not finite, or too small to count.
   * @throws {CapacityError} If it asks for more than the pool has.
   * @throws {SharedPoolFullError} If as many leases as `maxLeases` says are held.
   * @throws {SharedPoolDetachedError} If this thread takes no part any more.
   */
  tryAcquire(request: ResourceAmounts<Kinds>): SharedLease<Kinds> | undefined {
    this.#seat.kinds.read(request, this.#demand);
    return this.#seat.tryTake(this.#demand);
  }

  /**
   * Takes what is asked for, when its turn has come; the thread goes on meanwhile. Keeps the program alive while it waits.
   *
   * A signal that is aborted after the grant changes nothing: the lease is the caller's, who releases it.
   *
   * @param request How much of each kind; at least one amount is above 0.
   * @param options How long to wait.
   * @throws {WaitTimeoutError} If it could not be had within `timeoutMs`.
   * @throws {RangeError} If `timeoutMs` is out of range.
   * @throws {SharedPoolFullError} If as many wait as `maxWaiters` says.
   * @throws The signal's reason, once the signal is aborted; an aborted signal never takes anything.
   * @throws What {@linkcode tryAcquire} throws.
   */
  acquire(request: ResourceAmounts<Kinds>, options?: WaitOptions): Promise<SharedLease<Kinds>> {
    try {
      const seat = this.#seat;
      seat.kinds.read(request, this.#demand);
      if (options !== undefined) {
        requireWaitOptions(options);
        options.signal?.throwIfAborted();
      }
      const lease = seat.tryTake(this.#demand);
      return lease !== undefined ? Promise.resolve(lease) : this.#wait(options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Takes what is asked for, when its turn has come; the thread sleeps meanwhile, its timers and promises too. So it does not hear of
   * what its own promises would give back: in one thread, use this or {@linkcode acquire}, not both.
   *
   * @param request How much of each kind; at least one amount is above 0.
   * @param options How long to wait; there is no signal, as nothing could abort it while the thread sleeps.
   * @throws {TypeError} If this thread may not sleep, as in the main thread of a browser.
   * @throws What {@linkcode acquire} rejects with.
   */
  acquireBlocking(request: ResourceAmounts<Kinds>, options?: Pick<WaitOptions, "timeoutMs">): SharedLease<Kinds> {
    const seat = this.#seat;
    seat.kinds.read(request, this.#demand);
    if (options !== undefined) requireWaitOptions(options);
    return seat.tryTake(this.#demand) ?? waitBlocking(seat, copy(this.#demand), options?.timeoutMs);
  }

  /**
   * Calls `fn` with a lease, which is released when `fn` has returned, thrown or settled.
   *
   * @param request How much of each kind; at least one amount is above 0.
   * @param fn What needs the resources; may be asynchronous.
   * @param options How long to wait; has no effect once `fn` has been called.
   * @returns What `fn` returns.
   * @throws What {@linkcode acquire} or `fn` throws.
   */
  async withResources<Result>(
    request: ResourceAmounts<Kinds>,
    fn: (lease: SharedLease<Kinds>) => Result | PromiseLike<Result>,
    options?: WaitOptions,
  ): Promise<Result> {
    return await useLease(await this.acquire(request, options), fn);
  }

  /**
   * Gives back the lease of an `id`, whichever thread holds it.
   *
   * @returns False, and nothing has changed, if it had been given back before.
   * @throws {RangeError} If no lease could have that id.
   */
  release(id: number): boolean {
    if (!Number.isSafeInteger(id) || id < NO_ID) {
      throw new RangeError(`Cannot release lease ${String(id)}: expected the id of a lease; pass lease.id`);
    }
    return this.#seat.giveBackById(id);
  }

  /**
   * Takes back what a thread holds, and turns it down from now on: for a Worker that was terminated but still computes, or hangs.
   *
   * If it lives, it may go on using what it was lent: only its own code could stop that.
   *
   * @param thread The {@linkcode thread} of that thread's pool.
   * @returns False if no such thread is attached any more; then nothing has changed.
   */
  reclaim(thread: number): boolean {
    if (thread !== this.thread) return this.#seat.reclaim(thread);
    this.detach();
    return true;
  }

  /**
   * Takes back what dead threads hold. Whoever waits does this four times a second; call it if nobody does.
   *
   * @returns How many threads were found dead.
   */
  reclaimDead(): number {
    return this.#seat.sweep(true);
  }

  /** Gives back all that this thread holds, ends its waits with a {@linkcode SharedPoolDetachedError}, and vacates its place. */
  detach(): void {
    this.#seat.detach();
  }

  /** How the pool stands now; costs the number of leases that it has room for. */
  snapshot(): SharedResourcePoolSnapshot<Kinds> {
    const { kinds, line, memory: { doubles } } = this.#seat;
    return this.#seat.inspect((books, roster) => {
      let threads = 0;
      for (let place = roster.end - 1; place >= 0; place--) if (roster.state(place) === ATTACHED) threads++;
      return {
        capacity: kinds.record((place) => kinds.capacity[place]!),
        inUse: kinds.record((place) => kinds.amount(place, books.total(place) - books.free(place))),
        available: kinds.record((place) => kinds.amount(place, books.free(place))),
        leases: books.countLeases(),
        waiters: line.size,
        threads,
        grants: books.countGrants(),
        deaths: doubles[DEATHS_AT]!,
        leaks: doubles[LEAKS_AT]!,
        repairs: doubles[REPAIRS_AT]!,
      };
    });
  }

  /** {@linkcode detach}. */
  [Symbol.dispose](): void {
    this.detach();
  }

  #wait(options: WaitOptions | undefined): Promise<SharedLease<Kinds>> {
    const seat = this.#seat, demand = copy(this.#demand), taken = seat.takeOrJoin(demand);
    if (!("waiter" in taken)) return Promise.resolve(taken);
    const waiter = new SharedWaiter(this.#vigil, seat, demand, taken);
    waiter.watch(options);
    return waiter.promise;
  }
}

const MOST_RECORDS = 1 << 20;

function requireSize(option: string, size: number, most: number): void {
  if (Number.isInteger(size) && size >= 1 && size <= most) return;
  throw new RangeError(
    `Cannot make a shared pool with ${option} ${
      String(size)
    }: expected an integer in [1, ${most}]; leave it out if unsure`,
  );
}

function copy({ length, places, units }: SharedDemand): SharedDemand {
  return { length, places: places.slice(0, length), units: units.slice(0, length) };
}
