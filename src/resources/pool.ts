/**
 * A pool of resources that are lent out.
 *
 * @module
 */

import { requireWaitOptions } from "../coordination/waiter.ts";
import type { EventStream, EventStreamOptions } from "./event_stream.ts";
import type { PoolExplanation } from "./explanation.ts";
import { type HostKind, readHost } from "./host/host.ts";
import { readLeakOptions } from "./leaks/leak_options.ts";
import type { Lease } from "./lease.ts";
import { Ledger, NO_TERMS } from "./ledger.ts";
import { readCapacity, readNodes } from "./node_list.ts";
import { Nodes } from "./nodes.ts";
import { priority } from "./ordering/mod.ts";
import { bestFit, firstFit, type Placement, worstFit } from "./placement/mod.ts";
import type { PoolEvent } from "./pool_event.ts";
import type { HostPoolOptions, ResourcePoolOptions } from "./pool_options.ts";
import type { Terms } from "./pool_waiter.ts";
import { readPreemptionOptions, requirePreemptions } from "./preemption/preemption_options.ts";
import type { PreemptionPlan } from "./preemption/preemption_plan.ts";
import { NORMAL_LEVEL, priorityLevel, type WaitPriority } from "../coordination/priority.ts";
import type { AcquireOptions, HolderOptions, ResourceAmounts } from "./request.ts";
import { RequestReader } from "./request_reader.ts";
import { type ResourcePoolSnapshot, takeSnapshot } from "./snapshot.ts";
import { SteadyClock } from "../coordination/steady_clock.ts";
import { useLease } from "./use_lease.ts";
import { requireOptions } from "../coordination/require_options.ts";
import { foundValue } from "../coordination/found_value.ts";

const DEFAULT_MAX_OVERTAKES = 1_000_000;

/** The strategies that take any node that has room if there is but one: then there is nothing to choose. */
const PLAIN_FITS: readonly Placement[] = [firstFit(), bestFit(), worstFit()];

/**
 * Amounts of named resources, lent to whoever asks, typed by what the pool has.
 *
 * - **Whole or not at all.** A request of several kinds is granted when all of them are free on one node; while it waits it holds
 *   none. So requests of one pool cannot deadlock.
 * - **Exact.** Amounts are counted in millionths (in wholes if a pool has more than 9,007,199,254 of a kind): ten leases of 0.1
 *   fill a capacity of 1, and when all leases are back the capacity is available to the last bit. Finer amounts are rounded down.
 * - **Order.** The *ordering* says who of those who wait is next. Of those who wait for the same kinds, the first that has to
 *   wait has what it needs set aside on a node before anybody behind is looked at; what is left over may go to others. So it is not
 *   delayed there by a lower rank, however small, and in a pool of one node nobody is overtaken by who waits for the same kinds. A
 *   caller of `tryAcquire`, and one of `acquire` who need not wait, counts as the lowest rank of all.
 * - **Nobody starves.** The ordering bounds how often a later request may rank before an earlier one; the pool, how often who
 *   ranks lower may be granted a kind that a waiter needs: `maxOvertakes` times. That bound is a backstop for requests that
 *   stand behind others of their kinds; a low one makes passing rare, and leaves amounts idle for it.
 * - **Preemption.** Whoever waits and is of a strictly higher priority than leases asked for as `preemptible` has the cheapest set of
 *   them go that makes room on one node, and is served within their grace; see {@linkcode planPreemption} for which, and
 *   {@linkcode PreemptedError} for what their holders are told. It is the priority as given that counts, not what waiting has
 *   made of it: so no two owners of fixed priorities preempt each other in turn, and the same work is preempted `maxPreemptions` times at most.
 *   Counted as overtaking. Those are considered who have just come or stand among the first 64.
 * - **Leaks.** If it is told to, it finds leases that nobody is going to give back; see {@linkcode LeakOptions}.
 * - **Placement.** With several nodes a strategy says which has the room; see {@linkcode ResourcePoolOptions}.
 *
 * An uncontended `tryAcquire` and `release` costs about 1.3 times a hand-written counter that returns such a lease, if the same
 * amounts are asked for as before; twice to three times that in a process that uses pools in many other ways as well. A release that somebody waits for looks at some 50 waiters at
 * most, and at one more for each set of kinds that is waited for.
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
 *
 * @example Several nodes
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { bestFit } from "./placement/mod.ts";
 * import { ResourcePool } from "./pool.ts";
 *
 * const pool = new ResourcePool({
 *   nodes: [{ name: "large", capacity: { cpu: 16, gpu: 2 } }, { name: "small", capacity: { cpu: 4 } }],
 *   placement: bestFit(),
 * });
 * assertEquals(pool.tryAcquire({ cpu: 4 })?.node, 1);
 * assertEquals(pool.tryAcquire({ cpu: 4, gpu: 1 })?.node, 0);
 * ```
 */
export class ResourcePool<Kinds extends string> {
  readonly #nodes: Nodes<Kinds>;
  readonly #reader: RequestReader<Kinds>;
  readonly #ledger: Ledger<Kinds>;

  /**
   * Makes a pool, all of it free.
   *
   * @throws {TypeError} If the capacity has no kind, or one whose name a record cannot hold, or two nodes share a name.
   * @throws {RangeError} If a capacity, the number of nodes, `maxOvertakes` or an option of `preemption` or `leaks` is out of range.
   */
  constructor(options: ResourcePoolOptions<Kinds>) {
    requireOptions("make a pool", options);
    const {
      placement = firstFit(),
      ordering = priority(),
      quotas,
      timing = "off",
      maxOvertakes = DEFAULT_MAX_OVERTAKES,
    } = options;
    const { clock = () => performance.now() } = options;
    if (timing !== "on" && timing !== "off") {
      throw new TypeError(
        `Cannot make a pool with timing ${foundValue(timing)}: expected "on" or "off"; leave it out for "off"`,
      );
    }
    if (!(maxOvertakes === Infinity || (Number.isInteger(maxOvertakes) && maxOvertakes >= 0))) {
      throw new RangeError(
        `Cannot make a pool with maxOvertakes ${maxOvertakes}: expected an integer, at least 0, or Infinity; leave it out for ` +
          DEFAULT_MAX_OVERTAKES,
      );
    }
    const declared = readNodes(options);
    const isSimple = declared.names.length === 1 && PLAIN_FITS.includes(placement);
    this.#nodes = new Nodes(declared, isSimple ? undefined : placement);
    this.#reader = new RequestReader(this.#nodes);
    this.#ledger = new Ledger(this.#nodes, {
      ordering,
      maxOvertakes,
      clock: new SteadyClock(clock),
      timed: timing === "on",
      quotas,
      preemption: readPreemptionOptions(options.preemption),
      leaks: options.leaks && readLeakOptions(options.leaks),
    });
  }

  /**
   * Makes a pool of what this host has for this process: `cpu` (a fraction if a control group's quota is one), `memoryMb` and
   * `gpu` (0 where none can be seen). See {@linkcode readHost} for how it finds out; it does so once, at once.
   */
  static forHost(options: HostPoolOptions = {}): ResourcePool<HostKind> {
    const { files, memory = "free", ...settings } = requireOptions("make a pool", options);
    const { cpu, gpu, freeMemoryMb, memoryMb } = readHost(files);
    return new ResourcePool({
      ...settings,
      capacity: { cpu, memoryMb: memory === "free" ? freeMemoryMb : memoryMb, gpu },
    });
  }

  /**
   * Takes what is asked for if it is free and not set aside for those who wait; `undefined` means "not now".
   *
   * @param request How much of each kind; at least one amount is above 0.
   * @param holder Who will hold the lease: the owner's name, or more.
   * @throws {TypeError} If it names a kind that the pool does not have, asks for nothing, or the priority is none.
   * @throws {RangeError} If an amount is negative, not finite, or too small to count.
   * @throws {CapacityError} If no node has as much as it asks for.
   * @throws {QuotaError} If a quota can never allow it.
   */
  tryAcquire(request: ResourceAmounts<Kinds>, holder?: string | HolderOptions): Lease<Kinds> | undefined {
    if (typeof holder === "object" && holder !== null) {
      return this.#ledger.tryLeaseOn(this.#reader.read(request, holder.owner), termsOf(holder));
    }
    return this.#ledger.tryLease(this.#reader.read(request, holder), holder);
  }

  /**
   * Why `tryAcquire` would not grant a request now: a quota, or what is free; has no effect. Costs the number of nodes.
   *
   * @param request How much of each kind; at least one amount is above 0.
   * @param holder For whom it is asked.
   * @throws {TypeError} If it names a kind that the pool does not have, asks for nothing, or the priority is none.
   * @throws {RangeError} If an amount is negative, not finite, or too small to count.
   * @throws {CapacityError} If no node has as much as it asks for.
   *
   * @example
   * ```ts
   * import { assert, assertEquals } from "@std/assert";
   * import { ResourcePool } from "./pool.ts";
   * import { Quotas } from "./quotas/mod.ts";
   *
   * const quotas = new Quotas([{ scope: "user", kind: "cpu", policy: { type: "hard", limit: 2 } }]);
   * const pool = new ResourcePool({ capacity: { cpu: 8 }, quotas });
   * pool.tryAcquire({ cpu: 2 }, { scope: { user: "alice" } });
   *
   * const why = pool.explain({ cpu: 1 }, { scope: { user: "alice" } });
   * assert(why.status === "quota");
   * assertEquals([why.refusal.key, why.refusal.used, why.refusal.limit], ["alice", 2, 2]);
   * assertEquals(pool.explain({ cpu: 7 }), { status: "occupied", amounts: [{ kind: "cpu", requested: 7, free: 6 }] });
   * ```
   */
  explain(request: ResourceAmounts<Kinds>, holder: HolderOptions = {}): PoolExplanation<Kinds> {
    return this.#ledger.explain(this.#reader.read(request, requireOptions("explain", holder).owner), termsOf(holder));
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
   * @throws {CapacityError} If no node has as much as it asks for, now or after a {@linkcode resize} while it waits.
   * @throws {QuotaError} If a quota can never allow it, or does not now and `onQuota` is `"refuse"`.
   * @throws The signal's reason, once the signal is aborted; an aborted signal never takes anything.
   */
  acquire(request: ResourceAmounts<Kinds>, options?: AcquireOptions): Promise<Lease<Kinds>> {
    try {
      if (options === undefined) {
        const demand = this.#reader.read(request, undefined);
        const lease = this.#ledger.takeReady(demand, undefined);
        return lease === undefined ? this.#ledger.lease(demand, NO_TERMS, NO_OPTIONS) : Promise.resolve(lease);
      }
      requireWaitOptions(options);
      const demand = this.#reader.read(request, options.owner);
      options.signal?.throwIfAborted();
      const terms = termsOf(options, options.onQuota);
      const lease = terms.preemptible ? undefined : this.#ledger.takeReady(demand, options.owner);
      return lease === undefined ? this.#ledger.lease(demand, terms, options) : Promise.resolve(lease);
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
    return await useLease(await this.acquire(request, options), fn);
  }

  /**
   * What no lease holds of one kind; some of it may be set aside for those who wait.
   *
   * @throws {TypeError} If the pool does not have that kind.
   */
  available(kind: Kinds): number {
    const place = this.#nodes.table.placeOf(kind, "tell what is available of");
    this.#ledger.settle();
    return this.#nodes.availableOf(place);
  }

  /**
   * Gives a node other amounts, or each node if none is named.
   *
   * What grows serves whoever waits for it. What shrinks below what is lent revokes nothing, and is granted again only when enough
   * has come back. Whoever waits for more than any node has then is rejected with a {@linkcode CapacityError}, for it would wait
   * for ever and, being first, keep amounts from others. Costs the number of nodes and waiters.
   *
   * @param capacity The new amounts; a kind that is not mentioned stays as it is.
   * @param node The number or the name of the node.
   * @throws {TypeError} If there is no such node, or the pool does not have a kind.
   * @throws {RangeError} If an amount is not in [0, 2^53 - 1], or all nodes together would have more than can be counted.
   */
  resize(capacity: ResourceAmounts<Kinds>, node?: number | string): void {
    const nodes = this.#nodes;
    const amounts = readCapacity(capacity, "resize a pool");
    for (const kind of amounts.keys()) nodes.table.placeOf(kind, "resize");
    const which = node === undefined ? nodes.names.map((_, each) => each) : [nodes.numberOf(node)];
    nodes.requireCountable(which, amounts);
    this.#reader.forget();
    this.#ledger.resize(which, amounts);
  }

  /**
   * Which preemptible leases would have to go, and on which node, for a request of this priority to be granted: what would happen if
   * it were {@linkcode acquire}d now. Nothing is done. `undefined` if even all leases of lower priorities were not enough on any node.
   *
   * The set is the cheapest: of two, the one is dearer that has the most precious lease which is not in both. More precious is the
   * higher priority, and of equals the lease that was granted first. So the lowest priority goes first, then the youngest, and none
   * of the set could be spared. Priorities count as given, however long anybody has waited.
   *
   * **Cost.** On one node, about a step for each victim and each 128 leases that are cheaper than the dearest of them. Several nodes
   * add the logarithm of their number for each priority in use, and a step for each lease of the victims' priority that is younger than the
   * dearest of them. Beyond 64 such leases only 8 nodes are compared: the highest priority among the victims is still the lowest
   * possible, and their set the cheapest on its node. With more than 16 priorities in use, each node is looked at.
   *
   * @param request How much of each kind; at least one amount is above 0.
   * @param options How urgent it is. Default `"normal"`.
   * @throws What {@linkcode tryAcquire} throws for such a request, but for quotas, which are not asked.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { ResourcePool } from "./pool.ts";
   *
   * const pool = new ResourcePool({ capacity: { cpu: 4 }, preemption: { graceMs: 500 } });
   * for (const owner of ["a", "b"]) pool.tryAcquire({ cpu: 2 }, { owner, priority: "low", preemptible: true });
   * const plan = pool.planPreemption({ cpu: 1 }, { priority: "high" });
   * assertEquals(plan?.victims.map(({ owner }) => owner), ["b"]);
   * assertEquals(pool.planPreemption({ cpu: 1 }, { priority: "low" }), undefined);
   * ```
   */
  planPreemption(
    request: ResourceAmounts<Kinds>,
    options?: Pick<HolderOptions, "priority">,
  ): PreemptionPlan<Kinds> | undefined {
    return this.#ledger.planPreemption(this.#reader.read(request, undefined), levelOf(options?.priority));
  }

  /** Whether it takes leases back that have leaked, overdue ones or others; see {@linkcode LeakOptions}. */
  get reclaims(): boolean {
    return this.#ledger.reclaims.leaks?.reclaims ?? false;
  }

  /**
   * Tells the pool that an owner is not going to give anything back any more: its run has `"ended"`, or the worker that it ran in has
   * `"died"`. Whatever it still holds has leaked; see {@linkcode LeakOptions}. Its requests go on waiting.
   *
   * @returns How many leases it held that had not been reported before; 0 if the pool does not look for leaks. Each of them costs the same, however many others there are.
   */
  reportEnded(owner: string, how: "ended" | "died" = "ended"): number {
    return this.#ledger.reclaims.leaks?.end(owner, how === "died" ? "owner_died" : "owner_ended") ?? 0;
  }

  /** How the pool stands now; costs the number of nodes, kinds and waiters. */
  snapshot(): ResourcePoolSnapshot<Kinds> {
    return takeSnapshot(this.#ledger);
  }

  /**
   * Tells, from now on, how long each request waited that had to wait and was granted, in milliseconds; within the grant, so `waited`
   * should be quick. While nobody listens, a grant to somebody who has waited pays for a check.
   *
   * @returns What ends it.
   */
  observeWaits(waited: (waitMs: number) => void): Disposable {
    return this.#ledger.waits.add(waited);
  }

  /**
   * What happens from now on, for one reader: `for await (const event of pool.events())`.
   *
   * A reader who is behind loses the oldest events, which are counted. While anybody listens, a grant costs several times more;
   * when nobody does, nothing.
   *
   * @throws {RangeError} If `capacity` is out of range.
   */
  events(options?: EventStreamOptions): EventStream<PoolEvent<Kinds>> {
    this.#ledger.settle();
    return this.#ledger.events.open(options);
  }
}

const NO_OPTIONS: AcquireOptions = {};

function termsOf(options: HolderOptions, onQuota = NO_TERMS.onQuota): Terms {
  const { owner, priority, scope, preemptible = false, preemptions } = options;
  requirePreemptions(options);
  return { owner, level: levelOf(priority), scope, preemptible, preemptions, onQuota };
}

function levelOf(priority: WaitPriority | undefined): number {
  return priority === undefined ? NORMAL_LEVEL : priorityLevel(priority);
}
