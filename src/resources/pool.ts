/**
 * A pool of resources that are lent out.
 *
 * @module
 */

import { requireWaitOptions } from "../coordination/waiter.ts";
import type { Lease, PoolLease } from "./lease.ts";
import { Ledger } from "./ledger.ts";
import { PoolWaiter } from "./pool_waiter.ts";
import { NORMAL_LEVEL, priorityLevel } from "./priority.ts";
import type { AcquireOptions, ResourceAmounts } from "./request.ts";
import type { Stock } from "./stock.ts";

/** What a pool is made of. */
export interface ResourcePoolOptions<Kinds extends string> {
  /** How much there is of each kind; each in [0, 2^53 - 1]. */
  readonly capacity: Readonly<Record<Kinds, number>>;
  /** How much waiting makes up for one level of priority, in milliseconds; finite, at least 0. Default 10,000. */
  readonly agingMs?: number;
  /** The clock that tells how long somebody has waited, in milliseconds; never goes back. Default `performance.now`. */
  readonly now?: () => number;
}

/** How a pool stands at one moment; amounts are by kind. */
export interface ResourcePoolSnapshot<Kinds extends string> {
  /** What there is in all. */
  readonly capacity: Readonly<Record<Kinds, number>>;
  /** What leases hold. */
  readonly inUse: Readonly<Record<Kinds, number>>;
  /** What no lease holds; some of it may be set aside for those who wait. */
  readonly available: Readonly<Record<Kinds, number>>;
  /** How many requests wait. */
  readonly waiters: number;
  /** How many leases were granted since the pool was made. */
  readonly grants: number;
}

/**
 * Amounts of named resources, lent to whoever asks, typed by what the pool has.
 *
 * - **Whole or not at all.** A request of several kinds is granted when all of them are free; while it waits it holds none.
 * - **Exact.** Amounts are counted in millionths (in wholes for a capacity above 9,007,199,254): ten leases of 0.1 fill a
 *   capacity of 1, and when all leases are back the capacity is available to the last bit. Finer amounts are rounded down.
 * - **Order.** Whoever waits for the same kinds stands in one line, by priority and then by arrival. What the first of a line
 *   asks for is set aside before anybody of a lower rank is looked at, whatever kinds that one needs; what is left over may go
 *   to other lines. So nobody is overtaken in its own line, and whoever is first in it is never delayed by a lower rank, however
 *   small. `tryAcquire` counts as the lowest rank of all.
 * - **Aging.** A priority is a head start: one level is worth `agingMs` of waiting. A request has a higher rank than another if
 *   it is d levels higher and arrived less than d × `agingMs` later; after that, nothing that arrives can pass it. So nobody
 *   starves as long as leases are given back.
 *
 * An uncontended `tryAcquire` and `release` of one kind costs about two and a half times a hand-written counter that returns such
 * a lease. Joining and leaving a line cost the same however many wait; a release that somebody waits for costs the number of
 * lines, once more for each request that it serves.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ResourcePool } from "./pool.ts";
 *
 * const pool = new ResourcePool({ capacity: { cpu: 8, memoryMb: 16_384, gpu: 1 } });
 * const lease = await pool.acquire({ cpu: 2, gpu: 1 }, { owner: "train", timeoutMs: 1_000 });
 * try {
 *   assertEquals(pool.tryAcquire({ gpu: 1 }), undefined);
 *   assertEquals(pool.snapshot().available, { cpu: 6, memoryMb: 16_384, gpu: 0 });
 * } finally {
 *   lease.release();
 * }
 * ```
 */
export class ResourcePool<Kinds extends string> {
  readonly #ledger: Ledger<Kinds>;
  readonly #agingMs: number;
  readonly #now: () => number;

  /**
   * Makes a pool, all of it free.
   *
   * @throws {TypeError} If the capacity has no kind, or one whose name a record cannot hold.
   * @throws {RangeError} If a capacity or `agingMs` is out of range.
   */
  constructor(options: ResourcePoolOptions<Kinds>) {
    const { capacity, agingMs = 10_000, now = () => performance.now() } = options;
    if (!(agingMs >= 0 && agingMs < Infinity)) {
      throw new RangeError(
        `Cannot make a pool with agingMs ${agingMs}: expected a finite number, at least 0; use 0 to ignore priorities`,
      );
    }
    this.#ledger = new Ledger(capacity);
    this.#agingMs = agingMs;
    this.#now = now;
  }

  /**
   * Takes what is asked for if it is free and nobody waits for it; `undefined` means "not now".
   *
   * @param request How much of each kind; at least one amount is above 0.
   * @param owner Who will hold the lease, for people who read an error.
   * @throws {TypeError} If it names a kind that the pool does not have, or asks for nothing.
   * @throws {RangeError} If an amount is negative, not finite, or too small to count.
   * @throws {CapacityError} If it asks for more than the pool has.
   */
  tryAcquire(request: ResourceAmounts<Kinds>, owner?: string): Lease<Kinds> | undefined {
    const ledger = this.#ledger;
    const lease = ledger.stocks.read(request, owner);
    return ledger.tryGrant(lease) ? lease : undefined;
  }

  /**
   * Takes what is asked for, when its turn has come.
   *
   * A signal that is aborted after the grant changes nothing: the lease is the caller's, who releases it.
   *
   * @param request How much of each kind; at least one amount is above 0.
   * @param options How urgent it is, how long to wait, and for whom.
   * @throws {WaitTimeoutError} If it could not be had within `timeoutMs`.
   * @throws {TypeError} If it names a kind that the pool does not have, asks for nothing, or the priority is none.
   * @throws {RangeError} If an amount is negative, not finite, or too small to count, or `timeoutMs` is out of range.
   * @throws {CapacityError} If it asks for more than the pool has.
   * @throws The signal's reason, once the signal is aborted; an aborted signal never takes anything.
   */
  acquire(request: ResourceAmounts<Kinds>, options?: AcquireOptions): Promise<Lease<Kinds>> {
    try {
      const ledger = this.#ledger;
      const lease = ledger.stocks.read(request, options?.owner);
      if (options !== undefined) {
        requireWaitOptions(options);
        options.signal?.throwIfAborted();
      }
      const level = options?.priority === undefined ? NORMAL_LEVEL : priorityLevel(options.priority);
      return ledger.tryGrant(lease) ? Promise.resolve(lease) : this.#wait(lease, level, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Calls `fn` with a lease, which is released when `fn` has returned, thrown or settled.
   *
   * @param request How much of each kind; at least one amount is above 0.
   * @param fn What needs the resources; may be asynchronous.
   * @param options How urgent it is, how long to wait, and for whom; has no effect once `fn` has been called.
   * @returns What `fn` returns.
   * @throws What {@linkcode acquire} or `fn` throws.
   */
  async withResources<Result>(
    request: ResourceAmounts<Kinds>,
    fn: (lease: Lease<Kinds>) => Result | PromiseLike<Result>,
    options?: AcquireOptions,
  ): Promise<Result> {
    const lease = await this.acquire(request, options);
    try {
      return await fn(lease);
    } finally {
      lease.release();
    }
  }

  /**
   * What no lease holds of one kind; some of it may be set aside for those who wait.
   *
   * @throws {TypeError} If the pool does not have that kind.
   */
  available(kind: Kinds): number {
    return this.#ledger.stocks.of(kind).available;
  }

  /** How the pool stands now; costs the number of kinds. */
  snapshot(): ResourcePoolSnapshot<Kinds> {
    const { waiters, grants } = this.#ledger;
    return {
      capacity: this.#byKind((stock) => stock.capacity),
      inUse: this.#byKind((stock) => stock.inUse),
      available: this.#byKind((stock) => stock.available),
      waiters,
      grants,
    };
  }

  #wait(lease: PoolLease<Kinds>, level: number, options: AcquireOptions | undefined): Promise<Lease<Kinds>> {
    const waiter = new PoolWaiter(this.#ledger, lease, { level, rankMs: this.#now() - level * this.#agingMs });
    this.#ledger.join(waiter);
    waiter.watch(options);
    return waiter.promise;
  }

  #byKind(figure: (stock: Stock<Kinds>) => number): Readonly<Record<Kinds, number>> {
    const { capacity, list } = this.#ledger.stocks;
    const figures: Record<Kinds, number> = { ...capacity };
    for (const stock of list) figures[stock.kind] = figure(stock);
    return figures;
  }
}
