/**
 * Waiting in a monitor's line, with the thread or as a promise.
 *
 * @module
 */

import { requireBlockingWait, requireWait } from "./shared_options.ts";
import type { Timer, TimerTask, TimerWheel } from "../../reliability/timer_wheel.ts";
import { Waiter, type WaitOptions, WaitTimeoutError } from "../waiter.ts";
import type { SharedAccounts } from "./accounts.ts";
import type { AtomicMemory } from "./atomic_memory.ts";
import { mayBlock } from "./blocking.ts";
import { SharedWaitersFullError } from "./errors.ts";
import { LOOK_MS } from "./lock_line.ts";
import type { Membership } from "./membership.ts";
import { Monitor, type MonitorOptions, type Rule } from "./monitor.ts";
import { Ticket } from "./monitor_line.ts";

/** Where a room is: what its threads share, and what this thread has. Tests put a model in the place of it. */
export interface RoomHost extends Pick<MonitorOptions, "maxWaiters" | "spins" | "places"> {
  readonly memory: AtomicMemory;
  readonly accounts: SharedAccounts;
  readonly member: Pick<Membership, "lockName" | "isDead" | "beKnown">;
  readonly timers: Pick<TimerWheel, "schedule" | "cancel">;
  /** Tells milliseconds. */
  readonly clock: () => number;
  /** What is waited for, in errors. */
  readonly what: () => string;
}

/** What makes a primitive of a room. */
export interface RoomRules<Granted> extends Pick<MonitorOptions, "deserted" | "mend"> {
  readonly rule: Rule;
  /** As a monitor's; default 1. */
  readonly total?: number;
  readonly critical?: number;
  /** How things stand, when time is up. Without the lock. */
  readonly state: () => string;
  /** Makes what is granted. With the lock held. */
  readonly granted: (want: number) => Granted;
  /** What to throw when a request is refused, if that happens. */
  readonly refused?: () => Error;
}

/** How much is wanted; or what finds that out, with the lock held. */
type Want = number | (() => number);

/** A monitor, and the waits of one thread for it. */
export class MonitorRoom<Granted> implements TimerTask {
  readonly host: RoomHost;
  readonly rules: RoomRules<Granted>;
  readonly monitor: Monitor;
  readonly #waiters = new Set<MonitorWaiter<Granted>>();
  #timer: Timer | undefined = undefined;
  #lookedMs = -Infinity;

  /** Opens it; nobody waits yet. */
  constructor(host: RoomHost, rules: RoomRules<Granted>) {
    const { memory, member, accounts, maxWaiters, spins, places } = host, { total = 1, critical = 1 } = rules;
    this.host = host;
    this.rules = rules;
    this.monitor = new Monitor(memory, {
      ...rules,
      total,
      critical,
      maxWaiters,
      accounts,
      me: member.lockName,
      watch: member,
      ...(spins === undefined ? {} : { spins }),
      ...(places === undefined ? {} : { places }),
    });
  }

  /** Calls `fn` with the monitor's lock held. */
  locked<Result>(fn: () => Result): Result {
    this.monitor.enter();
    try {
      return fn();
    } finally {
      this.monitor.leave();
    }
  }

  /** Says how much is free. */
  setFree(free: number): void {
    this.monitor.enter();
    this.monitor.setFree(free);
    this.monitor.leave();
  }

  /** How many wait, over all threads. */
  get waiters(): number {
    return this.locked(() => this.monitor.line.count);
  }

  /** How much this thread holds, or is to have before whoever asks next: it could give none of that back while it sleeps. */
  get committed(): number {
    let amount = this.monitor.holdings.mine;
    for (const { want } of this.#waiters) amount += want;
    return amount;
  }

  /** Takes it now, or `undefined`; then it looks, at most four times a second, whether a dead thread has it. */
  tryTake(want: number): Granted | undefined {
    const { monitor } = this;
    monitor.enter();
    if (!monitor.tryTake(want) && !(this.#sweepIfDue() && monitor.tryTake(want))) {
      monitor.leave();
      return undefined;
    }
    const granted = this.rules.granted(want);
    monitor.leave();
    return granted;
  }

  /** Takes it when its turn has come; the thread goes on. Rejects whatever is wrong. */
  take(want: Want, options: WaitOptions | undefined): Promise<Granted> {
    try {
      requireWait(options);
      const taken = this.enlist(want);
      if (!(taken instanceof MonitorWaiter)) return Promise.resolve(taken);
      taken.watch(options);
      return taken.promise;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Takes it, or stands in line. */
  enlist(want: Want): Granted | MonitorWaiter<Granted> {
    const taken = this.#takeOrJoin(want, () => {});
    if (!(taken instanceof Ticket)) return taken;
    const waiter = new MonitorWaiter(this, taken);
    this.#waiters.add(waiter);
    this.#timer ??= this.host.timers.schedule(LOOK_MS, this);
    waiter.listen();
    return waiter;
  }

  /** Takes it when its turn has come; the thread sleeps. */
  takeBlocking(want: Want, options: Pick<WaitOptions, "timeoutMs"> | undefined, check: () => void = () => {}): Granted {
    const { monitor } = this, { memory, clock, what } = this.host;
    requireBlockingWait(options);
    const timeoutMs = options?.timeoutMs ?? Infinity, startMs = timeoutMs < Infinity ? clock() : 0;
    const taken = this.#takeOrJoin(want, () => {
      mayBlock(what());
      check();
    });
    if (!(taken instanceof Ticket)) return taken;
    const { at, stage } = taken;
    while (monitor.standing(taken) === "waiting") {
      const leftMs = timeoutMs < Infinity ? startMs + timeoutMs - clock() : Infinity;
      if (leftMs <= 0) {
        const error = new WaitTimeoutError(what(), timeoutMs, this.rules.state());
        if (this.withdraw(taken, "timeout")) throw error;
      } else if (memory.wait(at, stage, Math.min(leftMs, LOOK_MS)) === "timed-out") {
        this.sweep();
      }
    }
    const result = this.locked(() => this.collect(taken));
    if (result === undefined) throw this.refusal();
    return result.value;
  }

  /** Takes what was granted; undefined if it was refused. Not while it waits. With the lock held. */
  collect(ticket: Ticket): { readonly value: Granted } | undefined {
    const { monitor } = this, isGranted = monitor.standing(ticket) === "granted";
    monitor.collect(ticket);
    return isGranted ? { value: this.rules.granted(ticket.want) } : undefined;
  }

  /**
   * Takes a request out of line; false if it has its answer already. A signal takes nothing that it was granted meanwhile: it is left
   * to the next, unless everybody passes.
   */
  withdraw(ticket: Ticket, cause: "timeout" | "abort"): boolean {
    const { monitor } = this;
    monitor.enter();
    const isOut = monitor.withdraw(ticket) || (cause === "abort" && monitor.decline(ticket));
    if (isOut) this.host.accounts.gaveUp(cause);
    monitor.leave();
    return isOut;
  }

  /** Why a request was refused. */
  refusal(): Error {
    return this.rules.refused?.() ?? new Error(`Cannot wait for ${this.host.what()}: nobody is refused there`);
  }

  /** Looks for the dead. */
  sweep(): void {
    this.monitor.enter();
    this.#sweep();
    this.monitor.leave();
  }

  /** Ends the watch over a waiter. */
  forget(waiter: MonitorWaiter<Granted>): void {
    this.#waiters.delete(waiter);
    if (this.#waiters.size > 0 || this.#timer === undefined) return;
    this.host.timers.cancel(this.#timer);
    this.#timer = undefined;
  }

  /** Called by the timer, which also keeps the program alive: `Atomics.waitAsync` does not. */
  fire(): void {
    this.#timer = this.host.timers.schedule(LOOK_MS, this);
    this.sweep();
    for (const waiter of this.#waiters) waiter.look(); // a notification is lost if its sender dies before it was sent
  }

  #sweep(): void {
    this.host.member.beKnown();
    this.monitor.sweep();
  }

  /** Answers whether it was due: at most four times a second. With the lock held. */
  #sweepIfDue(): boolean {
    const nowMs = this.host.clock();
    if (nowMs < this.#lookedMs + LOOK_MS) return false;
    this.#lookedMs = nowMs;
    this.#sweep();
    return true;
  }

  #takeOrJoin(wish: Want, beforeWait: () => void): Granted | Ticket {
    const { monitor } = this, { maxWaiters, what } = this.host;
    monitor.enter();
    try {
      for (let isLastTry = false;; isLastTry = true) {
        const want = typeof wish === "number" ? wish : wish();
        if (monitor.tryTake(want)) return this.rules.granted(want);
        beforeWait();
        const ticket = monitor.line.join(want);
        if (ticket !== undefined) return ticket;
        if (isLastTry) throw new SharedWaitersFullError(what(), maxWaiters);
        this.#clear();
      }
    } finally {
      monitor.leave();
    }
  }

  /** Makes room in the line: for those of this thread who have their answer, and in place of the dead. With the lock held. */
  #clear(): void {
    for (const waiter of this.#waiters) if (!waiter.settle()) break; // they are served in order
    this.#sweepIfDue();
  }
}

/** A task that stands in a monitor's line. */
export class MonitorWaiter<Granted> extends Waiter<Granted> {
  readonly #room: MonitorRoom<Granted>;
  readonly #ticket: Ticket;
  #waits = true;
  /** How things stood when time was up. */
  #state = "";

  /** Made by the room. */
  constructor(room: MonitorRoom<Granted>, ticket: Ticket) {
    super();
    this.#room = room;
    this.#ticket = ticket;
  }

  /** How much it is to get. */
  get want(): number {
    return this.#ticket.want;
  }

  /** Waits for the stage to change. */
  listen(): void {
    const { at, stage } = this.#ticket;
    if (!this.#room.host.memory.waitAsync(at, stage, () => this.#woken())) this.look();
  }

  /** Looks whether the wait is over. */
  look(): void {
    if (!this.#hasAnswer) return;
    this.#end();
    this.#tell(this.#room.locked(() => this.#room.collect(this.#ticket)));
  }

  /** Takes the answer, unless its signal is about to refuse it; false if there is none. With the lock held. */
  settle(): boolean {
    if (!this.#hasAnswer || this.isAborted) return false;
    this.#end();
    this.#tell(this.#room.collect(this.#ticket));
    return true;
  }

  get #hasAnswer(): boolean {
    return this.#waits && this.#room.monitor.standing(this.#ticket) !== "waiting";
  }

  #tell(result: { readonly value: Granted } | undefined): void {
    if (result === undefined) this.refuse(this.#room.refusal());
    else this.grant(result.value);
  }

  /** Called by the timer. */
  override fire(): void {
    this.#state = this.#room.rules.state(); // before it is out of line, which changes that
    if (this.#isOut("timeout")) super.fire();
  }

  /** Called by the signal. */
  override handleEvent(): void {
    if (this.#isOut("abort")) super.handleEvent();
  }

  /** Called when its options turn out to be none. */
  override giveUp(reason: unknown): void {
    if (this.#isOut("abort")) super.giveUp(reason);
  }

  protected override leave(): void {} // it has left already: only so it is known whether it was not served in that very moment

  protected override timeoutError(timeoutMs: number): WaitTimeoutError {
    return new WaitTimeoutError(this.#room.host.what(), timeoutMs, this.#state);
  }

  /** Leaves the line; or takes the answer that has come meanwhile, which is not lost to a timer. */
  #isOut(cause: "timeout" | "abort"): boolean {
    if (!this.#waits) return false;
    if (!this.#room.withdraw(this.#ticket, cause)) {
      this.look();
      return false;
    }
    this.#end();
    this.#room.host.memory.notify(this.#ticket.at, Infinity); // ends the wait that is still pending there
    return true;
  }

  #end(): void {
    this.#waits = false;
    this.#room.forget(this);
  }

  #woken(): void {
    this.look();
    if (this.#waits) this.listen();
  }
}
