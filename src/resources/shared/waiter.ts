/**
 * Waiting for a shared pool without blocking the thread.
 *
 * @module
 */

import { Waiter, WaitTimeoutError } from "../../coordination/waiter.ts";
import { type Timer, timers, type TimerTask } from "../../reliability/timer_wheel.ts";
import type { SharedDemand } from "./books.ts";
import type { SharedLease } from "./lease.ts";
import { type LinePlace, type Seat, SWEEP_MS } from "./seat.ts";

/**
 * Watches while any of a thread's promises waits, and holds nothing once none does.
 *
 * `Atomics.waitAsync` keeps no program alive, so its timer does; and whoever waits looks for dead threads that it may be waiting for.
 */
export class Vigil<Kinds extends string> implements TimerTask {
  readonly #seat: Seat<Kinds>;
  readonly #waiters = new Set<SharedWaiter<Kinds>>();
  #timer: Timer | undefined = undefined;

  /** Watches for one thread. */
  constructor(seat: Seat<Kinds>) {
    this.#seat = seat;
  }

  /** Starts to watch over a waiter. */
  join(waiter: SharedWaiter<Kinds>): void {
    this.#waiters.add(waiter);
    this.#timer ??= timers.schedule(SWEEP_MS, this);
  }

  /** Stops to watch over a waiter. */
  leave(waiter: SharedWaiter<Kinds>): void {
    this.#waiters.delete(waiter);
    if (this.#waiters.size > 0 || this.#timer === undefined) return;
    timers.cancel(this.#timer);
    this.#timer = undefined;
  }

  /** Called by the timer. */
  fire(): void {
    this.#timer = timers.schedule(SWEEP_MS, this);
    this.#seat.sweep(false);
    for (const waiter of this.#waiters) waiter.look(); // a notification is lost if its sender dies before it was sent
  }
}

/** A request of this thread that stands in the shared line. */
export class SharedWaiter<Kinds extends string> extends Waiter<SharedLease<Kinds>> {
  readonly #seat: Seat<Kinds>;
  readonly #vigil: Vigil<Kinds>;
  readonly #demand: SharedDemand;
  readonly #place: LinePlace;
  #waits = true;

  /** Makes a waiter for a place in line; `demand` is not to change any more. */
  constructor(vigil: Vigil<Kinds>, seat: Seat<Kinds>, demand: SharedDemand, place: LinePlace) {
    super();
    this.#seat = seat;
    this.#vigil = vigil;
    this.#demand = demand;
    this.#place = place;
    vigil.join(this);
    this.#listen();
  }

  /** Looks whether the wait is over. */
  look(): void {
    if (!this.#waits) return;
    try {
      const lease = this.#seat.collect(this.#place, this.#demand);
      if (lease === undefined) return;
      this.#end();
      this.grant(lease);
    } catch (error) {
      this.#end();
      this.refuse(error);
    }
  }

  /** Called by the timer; what was granted just before is not lost to it. */
  override fire(): void {
    this.look();
    if (!this.#waits) return;
    try {
      super.fire();
    } catch (error) { // another thread reclaimed what this one has, in this very moment
      if (!this.#waits) throw error;
      this.#end();
      this.refuse(error);
    }
  }

  protected override leave(): void {
    this.#end();
    this.#seat.withdraw(this.#place);
  }

  protected override timeoutError(timeoutMs: number): WaitTimeoutError {
    return timeoutError(this.#seat, this.#demand, { place: this.#place, timeoutMs });
  }

  #end(): void {
    this.#waits = false;
    this.#vigil.leave(this);
  }

  #listen(): void {
    const { memory, line } = this.#seat, { waiter, stage } = this.#place;
    const { async, value } = Atomics.waitAsync(memory.words, line.stageAt(waiter), stage);
    if (async) value.then(() => this.#woken());
    else queueMicrotask(() => this.look());
  }

  #woken(): void {
    this.look();
    if (this.#waits) this.#listen();
  }
}

/** Says that time is up, and how things stand. */
export function timeoutError<Kinds extends string>(
  seat: Seat<Kinds>,
  demand: SharedDemand,
  { place, timeoutMs }: { readonly place: LinePlace; readonly timeoutMs: number },
): WaitTimeoutError {
  const { kinds, line } = seat;
  const state = seat.inspect((books) => {
    const free = demand.places.map((kind) =>
      `${kinds.amount(kind, books.free(kind))} of ${kinds.capacity[kind]} ${kinds.names[kind]}`
    );
    return `free are ${free.join(", ")}, and ${line.describeAhead(place.waiter)} wait ahead`;
  });
  return new WaitTimeoutError(kinds.describe(demand), timeoutMs, state);
}
