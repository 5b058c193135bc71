/**
 * A line of people who wait for one kind of thing, each with something in hand: an item to add, or nothing.
 *
 * @module
 */

import type { Accounts, WaiterSnapshot } from "./primitive.ts";
import { waiterSnapshot } from "./primitive.ts";
import { joinByRank, type RankedNode } from "./ranked_line.ts";
import { WaitLine } from "./wait_line.ts";
import { Waiter, type WaitOptions, WaitTimeoutError } from "./waiter.ts";

/** Who waits, beside how long it is ready to. */
export interface Asker {
  /** Its priority as a number; the larger goes first. */
  readonly level: number;
  /** Who it is, if that was told. */
  readonly owner: string | undefined;
}

/** What is waited for. */
export interface WaitedFor {
  /** In words: `an item of the work queue "orders"`. */
  readonly what: string;
  /** How things stand, for whoever gives up: `no item is due`. */
  readonly state: () => string;
  /** Called after somebody has given up and left the line. */
  readonly left?: () => void;
}

/** The line; joining costs as `joinByRank` does, leaving and serving are O(1). */
export class WaitingPlace<Granted, Carried> {
  readonly #line = new WaitLine<PlacedWaiter<Granted, Carried>>();

  /** `accounts` counts waits, timeouts and aborts. */
  constructor(readonly waitedFor: WaitedFor, readonly accounts: Accounts) {}

  /** How many wait. */
  get size(): number {
    return this.#line.size;
  }

  /** What the one who is served next has in hand; `undefined` also if nobody waits. */
  get firstCarried(): Carried | undefined {
    return this.#line.first?.carried;
  }

  /** Who is served next, if that was told. */
  get firstOwner(): string | undefined {
    return this.#line.first?.owner;
  }

  /** Joins the line; the options have been checked. */
  wait(carried: Carried, asker: Asker, options: WaitOptions | undefined): Promise<Granted> {
    const waiter = new PlacedWaiter(this, carried, asker);
    joinByRank(this.#line, waiter);
    waiter.watch(options);
    return waiter.promise;
  }

  /** Grants the first one's wish; somebody must wait. */
  grantFirst(granted: Granted): void {
    const first = this.#line.first!;
    this.#line.remove(first);
    this.accounts.served(first.sinceMs);
    first.grant(granted);
  }

  /** Turns everybody away, first come first. */
  refuseAll(reason: () => unknown): void {
    for (let first = this.#line.first; first !== undefined; first = this.#line.first) {
      this.#line.remove(first);
      first.refuse(reason());
    }
  }

  /** Takes out one who gives up. */
  leave(waiter: PlacedWaiter<Granted, Carried>, cause: "timeout" | "abort"): void {
    this.#line.remove(waiter);
    this.accounts.gaveUp(cause);
    this.waitedFor.left?.();
  }

  /** Who waits, in the order in which they will be served. */
  snapshot(): WaiterSnapshot[] {
    const waiters: WaiterSnapshot[] = [];
    for (let waiter = this.#line.first; waiter !== undefined; waiter = waiter.next) {
      waiters.push(waiterSnapshot(waiter, 1, this.accounts.since(waiter.sinceMs)));
    }
    return waiters;
  }
}

class PlacedWaiter<Granted, Carried> extends Waiter<Granted> implements RankedNode<PlacedWaiter<Granted, Carried>> {
  previous: PlacedWaiter<Granted, Carried> | undefined = undefined;
  next: PlacedWaiter<Granted, Carried> | undefined = undefined;
  overtaken = 0;
  readonly level: number;
  readonly owner: string | undefined;
  readonly sinceMs: number;
  readonly #place: WaitingPlace<Granted, Carried>;

  constructor(place: WaitingPlace<Granted, Carried>, readonly carried: Carried, { level, owner }: Asker) {
    super();
    this.#place = place;
    this.level = level;
    this.owner = owner;
    this.sinceMs = place.accounts.stamp();
  }

  protected override leave(cause: "timeout" | "abort"): void {
    this.#place.leave(this, cause);
  }

  protected override timeoutError(timeoutMs: number): WaitTimeoutError {
    const { what, state } = this.#place.waitedFor;
    return new WaitTimeoutError(what, timeoutMs, state());
  }
}
