/**
 * A limit to how many calls are under way at once.
 *
 * @module
 */

import {
  Accounts,
  type PrimitiveOptions,
  type PrimitiveTotals,
  type WaiterSnapshot,
  waiterSnapshot,
} from "../coordination/primitive.ts";
import type { ContestedWait } from "../coordination/deadlocks/contested.ts";
import { PlacesContest } from "../coordination/deadlocks/places_contest.ts";
import { tellBegin, tellEnd, waitWatch } from "../coordination/deadlocks/watch.ts";
import { levelOf } from "../coordination/priority.ts";
import { joinByRank, type RankedNode } from "../coordination/ranked_line.ts";
import { ownTurnOptions, type TurnOptions } from "../coordination/turn_options.ts";
import { WaitLine } from "../coordination/wait_line.ts";
import { Waiter, type WaitOptions } from "../coordination/waiter.ts";
import { BulkheadFullError } from "./bulkhead_full_error.ts";
import { BulkheadTimeoutError } from "./bulkhead_timeout_error.ts";
import { begin, CallContext } from "./call_context.ts";
import { requireNumber } from "./require_number.ts";
import type { Policy, PolicyFunction } from "./policy.ts";
import { requireOptions } from "../coordination/require_options.ts";

/** How many calls a bulkhead lets through. */
export interface BulkheadOptions extends PrimitiveOptions {
  /** How many may be under way at once; an integer of at least 1. */
  readonly maxConcurrency: number;
  /** How many may wait for a place; an integer of at least 0. Default 0: whoever comes when all places are taken is refused. */
  readonly maxQueue?: number;
}

/** How a bulkhead stands: plain data. */
export interface BulkheadSnapshot {
  /** What people call it. */
  readonly name: string | undefined;
  /** How many calls are under way, and places taken by `tryAcquire`. */
  readonly running: number;
  /** Who waits, in the order in which they will be served. */
  readonly waiters: readonly WaiterSnapshot[];
  /** How many were refused because the queue was full. */
  readonly refusals: number;
  /** What has been counted: a grant is a call that was let through. */
  readonly totals: PrimitiveTotals;
}

/** A place in a bulkhead, until it is given back. */
export class BulkheadPlace implements Disposable {
  #leave: (() => void) | undefined;

  /** Made by a bulkhead. */
  constructor(leave: () => void) {
    this.#leave = leave;
  }

  /** Gives it back; a second call changes nothing. */
  release(): void {
    const leave = this.#leave;
    this.#leave = undefined;
    leave?.();
  }

  /** As {@linkcode release}. */
  [Symbol.dispose](): void {
    this.release();
  }
}

/**
 * Lets so many calls through at once, some more wait, and refuses the rest, so that one slow thing cannot use up everything.
 *
 * Who waits is served in the order of arrival, the urgent first but not for ever, as with all that waits here; nobody can barge
 * in. Who is refused has cost nothing, however urgent. Whoever gives up waiting leaves at once. The limit is never passed. It
 * counts calls, not callers: a call made inside another through the same bulkhead takes a place of its own, and may wait for
 * ever for the one around it. `detectDeadlocks()` tells of such calls, if both say who they are.
 *
 * @example
 * ```ts
 * import { assertEquals, assertRejects } from "@std/assert";
 * import { Bulkhead, BulkheadFullError } from "./mod.ts";
 *
 * const bulkhead = new Bulkhead({ maxConcurrency: 1, maxQueue: 1 });
 * const first = bulkhead.execute(() => Promise.resolve("first"));
 * const second = bulkhead.execute(() => "second", { timeoutMs: 1000 });
 * await assertRejects(() => bulkhead.execute(() => "third"), BulkheadFullError);
 * assertEquals(await Promise.all([first, second]), ["first", "second"]);
 * ```
 */
export class Bulkhead implements Policy {
  /** What people call it. */
  readonly name: string | undefined;
  /** How many may be under way at once. */
  readonly maxConcurrency: number;
  /** How many may wait. */
  readonly maxQueue: number;
  readonly #line = new WaitLine<BulkheadWaiter>();
  readonly #accounts: Accounts;
  readonly #contest: PlacesContest;
  readonly #freed = (): void => this.#leave();
  #running = 0;
  #refusals = 0;

  /**
   * Makes one with all places free.
   *
   * @throws {RangeError} If an option is out of range.
   */
  constructor(options: BulkheadOptions) {
    this.name = requireOptions("make a bulkhead", options).name;
    this.maxConcurrency = requireNumber("bulkhead.maxConcurrency", options.maxConcurrency, "count");
    this.maxQueue = requireNumber("bulkhead.maxQueue", options.maxQueue ?? 0, "index");
    this.#accounts = new Accounts(options);
    const kind = { noun: "bulkhead", name: this.name, capacity: this.maxConcurrency };
    this.#contest = new PlacesContest(kind, () => this.#waits());
  }

  /** How many calls are under way, and places taken by {@linkcode tryAcquire}. */
  get running(): number {
    return this.#running;
  }

  /** How many wait for a place. */
  get waiters(): number {
    return this.#line.size;
  }

  /**
   * Calls `fn` as soon as there is a place for it.
   *
   * @param options How long to wait for a place, how urgent it is, who asks, and the signal, which also goes to `fn`.
   * @throws {BulkheadFullError} If there is no place, neither to run nor to wait.
   * @throws {BulkheadTimeoutError} If none was free within `timeoutMs`.
   * @throws {RangeError | TypeError} If an option is out of range.
   * @throws What `fn` throws.
   */
  async execute<Result>(fn: PolicyFunction<Result>, options?: TurnOptions): Promise<Result> {
    const own: TurnOptions | undefined = options instanceof CallContext ? options : ownTurnOptions(options);
    const context = begin(fn, own);
    if (this.#running < this.maxConcurrency) this.#running++; // nobody waits then
    else await this.#wait(context, own);
    const place = waitWatch.current === undefined ? undefined : this.#noted(own?.owner);
    try {
      if (context.aborted) throw context.signal.reason; // in the turn in which its place came
      this.#accounts.grants++;
      return await fn(context);
    } finally {
      if (place !== undefined) place.released = true;
      this.#leave();
    }
  }

  /**
   * Takes a place if one is free, for work that is no single call; `undefined` means "not now", and counts as no refusal.
   * The place must be given back.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { Bulkhead } from "./mod.ts";
   *
   * const bulkhead = new Bulkhead({ maxConcurrency: 1 });
   * {
   *   using place = bulkhead.tryAcquire();
   *   assertEquals([place !== undefined, bulkhead.tryAcquire()], [true, undefined]);
   * }
   * assertEquals(bulkhead.running, 0);
   * ```
   */
  tryAcquire(): BulkheadPlace | undefined {
    if (this.#running >= this.maxConcurrency) return undefined; // as it is while somebody waits
    this.#running++;
    this.#accounts.grants++;
    return new BulkheadPlace(this.#freed);
  }

  /** How it stands. */
  snapshot(): BulkheadSnapshot {
    const waiters: WaiterSnapshot[] = [];
    for (const waiter of this.#waits()) {
      waiters.push(waiterSnapshot(waiter, 1, this.#accounts.since(waiter.stamp)));
    }
    return {
      name: this.name,
      running: this.#running,
      waiters,
      refusals: this.#refusals,
      totals: this.#accounts.totals(),
    };
  }

  #noted(owner: string | undefined): { released: boolean } {
    const place = { owner, released: false };
    this.#contest.granted(place);
    return place;
  }

  *#waits(): Generator<BulkheadWaiter> {
    for (let waiter = this.#line.first; waiter !== undefined; waiter = waiter.next) yield waiter;
  }

  #wait(context: CallContext, options: TurnOptions | undefined): Promise<void> {
    if (this.#line.size >= this.maxQueue) {
      this.#refusals++;
      throw new BulkheadFullError(this.name, this.maxConcurrency, this.maxQueue);
    }
    const waiter = new BulkheadWaiter(this, this.#line, this.#accounts, options);
    joinByRank(this.#line, waiter);
    tellBegin(waiter, this.#contest);
    waiter.watch(options === context ? waitUnder(context) : options);
    return waiter.promise;
  }

  /** Hands the place over, so that it is never free while somebody waits. */
  #leave(): void {
    const waiter = this.#line.first;
    if (waiter === undefined) this.#running--;
    else {
      this.#line.remove(waiter);
      tellEnd(waiter);
      this.#accounts.served(waiter.stamp);
      waiter.grant();
    }
  }
}

/** A policy around this one says only what calls it off. */
function waitUnder({ source }: CallContext): WaitOptions | undefined {
  return source === undefined ? undefined : { signal: source };
}

class BulkheadWaiter extends Waiter<void> implements RankedNode<BulkheadWaiter>, ContestedWait {
  previous: BulkheadWaiter | undefined = undefined;
  next: BulkheadWaiter | undefined = undefined;
  overtaken = 0;
  readonly share = 1;
  readonly level: number;
  readonly owner: string | undefined;
  readonly stamp: number;
  readonly #bulkhead: Bulkhead;
  readonly #line: WaitLine<BulkheadWaiter>;
  readonly #accounts: Accounts;

  constructor(
    bulkhead: Bulkhead,
    line: WaitLine<BulkheadWaiter>,
    accounts: Accounts,
    options: TurnOptions | undefined,
  ) {
    super();
    this.#bulkhead = bulkhead;
    this.#line = line;
    this.#accounts = accounts;
    this.level = levelOf(options);
    this.owner = options?.owner;
    this.stamp = accounts.stamp();
  }

  /** False: a call need not be awaited. */
  override get isAwaited(): boolean {
    return false;
  }

  protected override leave(cause: "timeout" | "abort"): void {
    this.#line.remove(this);
    tellEnd(this);
    this.#accounts.gaveUp(cause);
  }

  protected override timeoutError(timeoutMs: number): BulkheadTimeoutError {
    const { name, running } = this.#bulkhead;
    return new BulkheadTimeoutError(name, timeoutMs, running);
  }
}
