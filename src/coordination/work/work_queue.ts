/**
 * Work that waits to be done.
 *
 * @module
 */

import { type Timer, timers } from "../../reliability/timer_wheel.ts";
import { Accounts, nameOf, type PrimitiveOptions, type PrimitiveSnapshot, type WaiterSnapshot } from "../primitive.ts";
import { SteadyClock } from "../steady_clock.ts";
import { hostOf, TurnLine } from "../turn_line.ts";
import { ownTurnOptions, type TurnOptions } from "../turn_options.ts";
import { ownWaitOptions, requireNotAborted, type WaitOptions } from "../waiter.ts";
import { Delivery, type DeliveryDesk } from "./delivery.ts";
import { type WorkItemOptions, type WorkOffer, workOffer, type WorkTicket } from "./work_item.ts";
import { WorkQueueClosedError } from "./work_queue_closed_error.ts";
import { type WorkQueueCounts, WorkShelf } from "./work_shelf.ts";
import { requireOptions } from "../require_options.ts";

/** How a work queue is made; every field is optional. */
export interface WorkQueueOptions extends PrimitiveOptions {
  /** How many items it holds at most, delayed and taken ones included; an integer, at least 1. Default 10,000. */
  readonly capacity?: number;
  /**
   * How long an item may be held without being acknowledged before it can be taken again, in milliseconds; above 0,
   * `Infinity` for ever. Default 30,000.
   */
  readonly visibilityMs?: number;
  /**
   * Tells milliseconds; while it tells none, or goes back, time stands still. Default `performance.now`. What falls due while somebody waits is noticed by a real timer;
   * whoever passes a clock that goes otherwise calls {@linkcode WorkQueue.advance} after moving it.
   */
  readonly clock?: () => number;
}

/** How somebody adds an item and waits for room; urgent items get room first. */
export interface WorkAddOptions extends WorkItemOptions, TurnOptions {}

/** How a work queue stands. */
export interface WorkQueueSnapshot extends PrimitiveSnapshot {
  /** How many items it holds at most. */
  readonly capacity: number;
  /** How many items can be taken now. */
  readonly ready: number;
  /** How many items will be ready later. */
  readonly delayed: number;
  /** How many items are taken and not yet acknowledged. */
  readonly taken: number;
  /** Who waits to add an item. */
  readonly adders: readonly WaiterSnapshot[];
  /** What has happened to items since the queue was made. */
  readonly items: WorkQueueCounts;
}

/**
 * A bounded queue of work: urgent items first, delayed ones when they are due, and one of each key.
 *
 * - **At least once.** An item is in the queue until it is acknowledged. Whoever takes it and does not acknowledge it within
 *   `visibilityMs` loses it, and it can be taken again: so no item is lost with its holder, and a holder that is too
 *   slow may see its work done twice. With `visibilityMs: Infinity` no item is delivered twice unless it was given back.
 * - **Order.** The more urgent first, though at most 100 of them ahead of any item that was ready before; equals in
 *   the order in
 *   which they became ready. Takers are served in the same way among themselves. An item that is ready goes straight to
 *   whoever waits.
 * - **Bound.** What is taken or delayed counts too, so that what comes back always has room. A full queue makes `add` wait.
 * - **Cost.** Adding and taking are O(1) and at most 100 steps of overtaking; delays, taking with a finite
 *   `visibilityMs`, and what ends a
 *   delivery are O(log n). There is one timer, and only while somebody waits for an item.
 *
 * @typeParam Data What an item is.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { WorkQueue } from "./work_queue.ts";
 *
 * const queue = new WorkQueue<string>({ capacity: 100 });
 * queue.tryAdd("sweep", { priority: "low" });
 * queue.tryAdd("charge card", { priority: "high", key: "order 7" });
 * assertEquals(queue.tryAdd("charge card", { key: "order 7" }), { id: 2, isDuplicate: true });
 *
 * const delivery = await queue.take({ timeoutMs: 1_000 });
 * assertEquals(delivery.data, "charge card");
 * assertEquals(delivery.ack(), true);
 * assertEquals(queue.size, 1);
 * ```
 */
export class WorkQueue<Data> {
  /** What people call it. */
  readonly name: string | undefined;
  /** How many items it holds at most. */
  readonly capacity: number;
  /** How long an item may be held before it can be taken again, in milliseconds. */
  readonly visibilityMs: number;
  readonly #called: string;
  readonly #shelf: WorkShelf<Data>;
  readonly #takers: TurnLine<Delivery<Data>, void>;
  readonly #adders: TurnLine<WorkTicket, WorkOffer<Data>>;
  readonly #emptied: TurnLine<void, void>;
  readonly #desk: DeliveryDesk<Data>;
  readonly #alarm = {
    fire: (): void => {
      this.#timer = undefined;
      this.advance();
    },
  };
  #timer: Timer | undefined = undefined;
  #timerDueAtMs = 0;
  #isClosed = false;

  /**
   * Makes an empty queue.
   *
   * @throws {RangeError} If `capacity` or `visibilityMs` is out of range.
   */
  constructor(options: WorkQueueOptions = {}) {
    requireOptions("make a work queue", options);
    const { name, capacity = 10_000, visibilityMs = 30_000, clock = () => performance.now() } = options;
    if (!(Number.isSafeInteger(capacity) && capacity >= 1)) {
      throw new RangeError(
        `Cannot make a work queue with capacity ${capacity}: expected an integer, at least 1; leave it out for 10,000`,
      );
    }
    if (!(visibilityMs > 0)) {
      throw new RangeError(
        `Cannot make a work queue with visibilityMs ${visibilityMs}: expected milliseconds above 0, or Infinity; ` +
          "leave it out for 30,000",
      );
    }
    this.name = name;
    this.capacity = capacity;
    this.visibilityMs = visibilityMs;
    this.#called = nameOf("work queue", name);
    const time = new SteadyClock(clock), shelf = this.#shelf = new WorkShelf(capacity, visibilityMs, () => time.now());
    this.#takers = new TurnLine(new Accounts(options), {
      ...hostOf(
        `an item of ${this.#called}`,
        () => `it holds ${shelf.size}, of which ${shelf.taken} are taken and ${shelf.delayed} delayed`,
      ),
      left: () => this.#setTimer(),
    });
    const state = () => `it holds ${shelf.size} of at most ${capacity}`;
    this.#adders = new TurnLine(new Accounts(options), {
      ...hostOf(`room in ${this.#called}`, state),
      left: () => this.#settle(), // a duplicate may be next
    });
    this.#emptied = new TurnLine(new Accounts(undefined), hostOf(`the end of ${this.#called}`, state));
    this.#desk = {
      visibilityMs,
      finish: (entry) => {
        shelf.finish(entry);
        this.#settle();
      },
      putBack: (entry, delayMs) => {
        shelf.putBack(entry, delayMs);
        this.#settle();
      },
      extend: (entry, heldMs) => {
        shelf.hold(entry, heldMs);
        this.#setTimer();
      },
    };
  }

  /** How many items it holds: ready, delayed and taken. */
  get size(): number {
    return this.#shelf.size;
  }

  /** Whether it has been closed. */
  get closed(): boolean {
    return this.#isClosed;
  }

  /**
   * Adds an item if there is room; `undefined` means "not now".
   *
   * @throws {WorkQueueClosedError} If the queue is closed.
   * @throws {RangeError} If `delayMs` is out of range.
   * @throws {TypeError} If `key` or `priority` is none.
   */
  tryAdd(data: Data, options?: WorkItemOptions): WorkTicket | undefined {
    return this.#accept(workOffer(data, options));
  }

  /**
   * Adds an item, as soon as there is room for it. A duplicate needs none.
   *
   * @throws {WaitTimeoutError} If there was no room within `timeoutMs`.
   * @throws {WorkQueueClosedError} If the queue is closed, even while the caller waits.
   * @throws {RangeError} If `delayMs` or `timeoutMs` is out of range.
   * @throws {TypeError} If `key`, `priority` or `owner` is none.
   * @throws The signal's reason, once the signal is aborted; then nothing has been added.
   */
  add(data: Data, options?: WorkAddOptions): Promise<WorkTicket> {
    try {
      const own = ownTurnOptions(options);
      const offer = workOffer(data, own && { priority: own.priority, delayMs: options?.delayMs, key: options?.key });
      const ticket = this.#accept(offer);
      if (ticket !== undefined) return Promise.resolve(ticket);
      return this.#adders.join(offer, own);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Takes the item whose turn it is; `undefined` means "none is ready". `owner` is who takes it, for snapshots. */
  tryTake(owner?: string): Delivery<Data> | undefined {
    this.#shelf.collectDue();
    if (this.#takers.size > 0 && this.#shelf.ready > 0) this.#settle(); // due before the timer: theirs who wait
    const delivery = this.#deliver(owner);
    if (delivery !== undefined) this.#takers.accounts.grants++;
    return delivery;
  }

  /**
   * Takes the item whose turn it is, as soon as one is ready.
   *
   * @throws {WaitTimeoutError} If none was ready within `timeoutMs`.
   * @throws {WorkQueueClosedError} If the queue is closed and empty, even while the caller waits.
   * @throws {RangeError} If `timeoutMs` is out of range.
   * @throws {TypeError} If `priority` or `owner` is none.
   * @throws The signal's reason, once the signal is aborted; then nothing has been taken.
   */
  take(options: TurnOptions = {}): Promise<Delivery<Data>> {
    try {
      const own = ownTurnOptions(options), delivery = this.tryTake(own.owner);
      if (delivery !== undefined) return Promise.resolve(delivery);
      if (this.#isClosed && this.#shelf.size === 0) throw new WorkQueueClosedError("take from", this.#called);
      const taken = this.#takers.join(undefined, own);
      this.#setTimer();
      return taken;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Takes an item and calls `fn` with it: acknowledges it if `fn` succeeds, gives it back if not.
   *
   * @returns What `fn` returns.
   * @throws What {@linkcode take} or `fn` throws.
   */
  async withItem<Result>(
    fn: (delivery: Delivery<Data>) => Result | PromiseLike<Result>,
    options?: TurnOptions,
  ): Promise<Result> {
    const delivery = await this.take(options);
    try {
      const result = await fn(delivery);
      delivery.ack();
      return result;
    } finally {
      delivery.giveBack(); // changes nothing once it was acknowledged
    }
  }

  /**
   * Waits until the queue holds nothing, and nobody waits to add.
   *
   * @throws {WaitTimeoutError} If it was not empty within `timeoutMs`.
   * @throws {RangeError} If `timeoutMs` is out of range.
   * @throws The signal's reason, once the signal is aborted.
   */
  whenEmpty(options: WaitOptions = {}): Promise<void> {
    try {
      const own = ownWaitOptions(options);
      requireNotAborted(own.signal);
      if (this.#shelf.size === 0) return Promise.resolve();
      return this.#emptied.joinLast(undefined, own);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Takes no more items in, and turns away whoever waits to add; what is in it can still be taken. A second call changes
   * nothing.
   */
  close(): void {
    this.#isClosed = true;
    this.#adders.refuseAll(new WorkQueueClosedError("add to", this.#called));
    this.#settle();
  }

  /** Moves what has fallen due: called by the queue whenever it must be; for those who move a clock of their own. */
  advance(): void {
    this.#shelf.collectDue();
    this.#settle();
  }

  /** How it stands; O(n). */
  snapshot(): WorkQueueSnapshot {
    this.advance();
    const shelf = this.#shelf, now = shelf.clock();
    return {
      type: "work_queue",
      name: this.name,
      holders: shelf.takenEntries().map(({ owner, takenAtMs }) => ({
        owner,
        holds: 1,
        ageMs: Math.max(0, now - takenAtMs),
      })),
      waiters: this.#takers.snapshots(() => 1),
      totals: this.#takers.accounts.totals(),
      capacity: this.capacity,
      ready: shelf.ready,
      delayed: shelf.delayed,
      taken: shelf.taken,
      adders: this.#adders.snapshots(() => 1),
      items: shelf.counts,
    };
  }

  #accept(offer: WorkOffer<Data>): WorkTicket | undefined {
    if (this.#isClosed) throw new WorkQueueClosedError("add to", this.#called);
    const ticket = this.#shelf.accept(offer);
    if (this.#takers.size > 0) this.#settle();
    return ticket;
  }

  #deliver(owner: string | undefined): Delivery<Data> | undefined {
    const entry = this.#shelf.take(owner);
    return entry === undefined ? undefined : new Delivery(this.#desk, entry);
  }

  /** Serves whoever can be: afterwards takers wait only if nothing is ready, and adders only if the queue is full. */
  #settle(): void {
    const shelf = this.#shelf;
    for (let adder = this.#adders.firstToServe; adder !== undefined; adder = this.#adders.firstToServe) {
      const ticket = shelf.accept(adder.want);
      if (ticket === undefined) break;
      this.#adders.serve(adder, ticket);
    }
    for (let taker = this.#takers.firstToServe; taker !== undefined; taker = this.#takers.firstToServe) {
      const delivery = this.#deliver(taker.owner);
      if (delivery === undefined) break;
      this.#takers.serve(taker, delivery);
    }
    if (shelf.size === 0) {
      this.#emptied.serveAll();
      if (this.#isClosed && this.#takers.size > 0) {
        this.#takers.refuseAll(new WorkQueueClosedError("take from", this.#called));
      }
    }
    this.#setTimer();
  }

  /** Keeps one timer, for what falls due first, and only while somebody waits for it. */
  #setTimer(): void {
    const dueAtMs = this.#takers.size === 0 ? Infinity : this.#shelf.nextDueAtMs;
    if (this.#timer !== undefined) {
      if (this.#timerDueAtMs === dueAtMs) return;
      timers.cancel(this.#timer);
      this.#timer = undefined;
    }
    if (dueAtMs === Infinity) return;
    this.#timerDueAtMs = dueAtMs;
    this.#timer = timers.schedule(Math.max(0, dueAtMs - this.#shelf.clock()), this.#alarm);
  }
}
