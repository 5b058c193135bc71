/**
 * Waiting in a monitor's line, with the thread or as a promise.
 *
 * @module
 */

import { type Timer, timers, type TimerTask } from "../../reliability/timer_wheel.ts";
import { requireWaitOptions, Waiter, type WaitOptions, WaitTimeoutError } from "../waiter.ts";
import type { SharedWords } from "./atomic_memory.ts";
import { mayBlock } from "./blocking.ts";
import { SharedWaitersFullError } from "./errors.ts";
import { LOOK_MS } from "./lock_line.ts";
import type { Membership } from "./membership.ts";
import { NAME_SHIFT } from "./lock_word.ts";
import type { Monitor, SharedHolder } from "./monitor.ts";
import type { ThreadDirectory } from "./thread_directory.ts";

/** What a primitive says about its waits. */
export interface MonitorWaits<Granted> {
  readonly memory: SharedWords;
  readonly monitor: Monitor;
  readonly member: Membership;
  readonly maxWaiters: number;
  /** What is waited for, in errors. */
  readonly what: () => string;
  /** How things stand, when time is up. Without the lock. */
  readonly state: () => string;
  /** Makes what is granted. With the lock held. */
  readonly granted: (want: number) => Granted;
  /** What to throw when the request is refused. */
  readonly refused: () => Error;
  /** Called when somebody has left the line before its turn, or was found dead in it. With the lock held. */
  readonly deserted?: () => void;
}

/** A task that waits for a shared primitive. */
export interface SharedWaiterSnapshot {
  /** What its thread is called: see `nameThread`. */
  readonly owner: string;
  /** What it waits for, as in {@linkcode SharedHolder.holds}. */
  readonly wants: number | "read" | "write";
}

/** Says which threads hold how much. With the lock held. */
export function holdersOf(
  monitor: Monitor,
  directory: ThreadDirectory,
  holds: (held: number) => SharedHolder["holds"],
): SharedHolder[] {
  const holders: SharedHolder[] = [];
  monitor.forEachHolder((name, held) => {
    holders.push({ owner: directory.label(name >> NAME_SHIFT), holds: holds(held) });
  });
  return holders;
}

/** Says who waits for how much. With the lock held. */
export function waitersOf(
  monitor: Monitor,
  directory: ThreadDirectory,
  wants: (want: number) => SharedWaiterSnapshot["wants"],
): SharedWaiterSnapshot[] {
  const waiters: SharedWaiterSnapshot[] = [];
  monitor.forEachWaiter((name, want) => {
    waiters.push({ owner: directory.label(name >> NAME_SHIFT), wants: wants(want) });
  });
  return waiters;
}

/** How much is wanted; or what finds that out, with the lock held. */
type Want = number | (() => number);

/** The waits of one thread for one primitive. */
export class MonitorRoom<Granted> implements TimerTask {
  readonly waits: MonitorWaits<Granted>;
  readonly #waiters = new Set<MonitorWaiter<Granted>>();
  #timer: Timer | undefined = undefined;
  #lookedMs = -Infinity;

  /** Nobody waits yet. */
  constructor(waits: MonitorWaits<Granted>) {
    this.waits = waits;
  }

  /** Takes it now, or `undefined`; then it looks, at most four times a second, whether a dead thread has it. */
  tryTake(want: number): Granted | undefined {
    const { monitor } = this.waits;
    monitor.enter();
    if (!monitor.tryTake(want)) {
      const nowMs = performance.now();
      if (nowMs < this.#lookedMs + LOOK_MS || (this.#lookedMs = nowMs, this.#sweep(), !monitor.tryTake(want))) {
        monitor.leave();
        return undefined;
      }
    }
    const granted = this.waits.granted(want);
    monitor.leave();
    return granted;
  }

  /** Takes it when its turn has come; the thread goes on. Rejects whatever is wrong. */
  take(want: Want, options: WaitOptions | undefined): Promise<Granted> {
    try {
      if (options !== undefined) {
        requireWaitOptions(options);
        options.signal?.throwIfAborted();
      }
      const taken = this.#takeOrJoin(want, () => {});
      if (!(taken instanceof Ticket)) return Promise.resolve(taken);
      const waiter = new MonitorWaiter(this, taken);
      this.#waiters.add(waiter);
      this.#timer ??= timers.schedule(LOOK_MS, this);
      waiter.listen();
      waiter.watch(options);
      return waiter.promise;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Takes it when its turn has come; the thread sleeps. */
  takeBlocking(want: Want, options: Pick<WaitOptions, "timeoutMs"> | undefined, check: () => void): Granted {
    const { memory, monitor, what, state, granted, refused } = this.waits;
    if (options !== undefined) requireWaitOptions(options);
    const timeoutMs = options?.timeoutMs ?? Infinity, startMs = timeoutMs < Infinity ? performance.now() : 0;
    const taken = this.#takeOrJoin(want, () => {
      mayBlock(what());
      check();
    });
    if (!(taken instanceof Ticket)) return taken;
    const { number, want: wanted } = taken, at = monitor.stageAt(number), waiting = monitor.waitingStage(number);
    for (;;) {
      const standing = monitor.standing(number);
      if (standing !== "waiting") {
        monitor.enter();
        monitor.collect(number);
        const result = standing === "granted" ? { value: granted(wanted) } : undefined;
        monitor.leave();
        if (result === undefined) throw refused();
        return result.value;
      }
      const leftMs = timeoutMs < Infinity ? startMs + timeoutMs - performance.now() : Infinity;
      if (leftMs <= 0) {
        const error = new WaitTimeoutError(what(), timeoutMs, state());
        if (this.withdraw(number)) throw error;
        continue;
      }
      if (memory.wait(at, waiting, Math.min(leftMs, LOOK_MS)) === "timed-out") this.sweep();
    }
  }

  /** Takes a request out of line; false if it was served meanwhile. */
  withdraw(ticket: number): boolean {
    const { monitor, deserted } = this.waits;
    monitor.enter();
    const waits = monitor.standing(ticket) === "waiting";
    if (waits) {
      monitor.withdraw(ticket);
      deserted?.();
    }
    monitor.leave();
    return waits;
  }

  /** Looks for the dead. */
  sweep(): void {
    const { monitor } = this.waits;
    monitor.enter();
    this.#sweep();
    monitor.leave();
  }

  /** Ends the watch over a waiter. */
  forget(waiter: MonitorWaiter<Granted>): void {
    this.#waiters.delete(waiter);
    if (this.#waiters.size > 0 || this.#timer === undefined) return;
    timers.cancel(this.#timer);
    this.#timer = undefined;
  }

  /** Called by the timer, which also keeps the program alive: `Atomics.waitAsync` does not. */
  fire(): void {
    this.#timer = timers.schedule(LOOK_MS, this);
    this.sweep();
    for (const waiter of this.#waiters) waiter.look(); // a notification is lost if its sender dies before it was sent
  }

  #sweep(): void {
    const { monitor, member, deserted } = this.waits;
    member.beKnown();
    if (monitor.sweep() > 0) deserted?.();
  }

  #takeOrJoin(wish: Want, beforeWait: () => void): Granted | Ticket {
    const { monitor, maxWaiters, what, granted } = this.waits;
    monitor.enter();
    try {
      const want = typeof wish === "number" ? wish : wish();
      if (monitor.tryTake(want)) return granted(want);
      beforeWait();
      const ticket = monitor.join(want);
      if (ticket === undefined) throw new SharedWaitersFullError(what(), maxWaiters);
      return new Ticket(ticket, want);
    } finally {
      monitor.leave();
    }
  }
}

/** A place in line, and what for. */
class Ticket {
  constructor(readonly number: number, readonly want: number) {}
}

/** A task that stands in a monitor's line. */
export class MonitorWaiter<Granted> extends Waiter<Granted> {
  readonly #room: MonitorRoom<Granted>;
  readonly #ticket: number;
  readonly #want: number;
  #waits = true;

  /** Made by the room. */
  constructor(room: MonitorRoom<Granted>, ticket: Ticket) {
    super();
    this.#room = room;
    this.#ticket = ticket.number;
    this.#want = ticket.want;
  }

  /** Waits for the stage to change. */
  listen(): void {
    const { monitor, memory } = this.#room.waits;
    const { async, value } = Atomics.waitAsync(
      memory.words,
      monitor.stageAt(this.#ticket),
      monitor.waitingStage(this.#ticket),
    );
    if (async) value.then(() => this.#woken());
    else queueMicrotask(() => this.look());
  }

  /** Looks whether the wait is over. */
  look(): void {
    const { monitor, granted, refused } = this.#room.waits;
    if (!this.#waits) return;
    const standing = monitor.standing(this.#ticket);
    if (standing === "waiting") return;
    this.#end();
    monitor.enter();
    monitor.collect(this.#ticket);
    const result = standing === "granted" ? { value: granted(this.#want) } : undefined;
    monitor.leave();
    if (result === undefined) this.refuse(refused());
    else this.grant(result.value);
  }

  /** Called by the timer; what was granted just before is not lost to it. */
  override fire(): void {
    this.look();
    if (this.#waits) super.fire();
  }

  /** Called by the signal; what was granted just before is not lost to it. */
  override handleEvent(): void {
    this.look();
    if (this.#waits) super.handleEvent();
  }

  protected override leave(): void {
    const { monitor, memory, deserted } = this.#room.waits;
    this.#end();
    monitor.enter();
    const waits = monitor.standing(this.#ticket) === "waiting"; // or it was served since it was looked at: that goes to the next
    monitor.withdraw(this.#ticket);
    if (waits) deserted?.();
    monitor.leave();
    memory.notify(monitor.stageAt(this.#ticket), Infinity); // ends the wait that is still pending there
  }

  protected override timeoutError(timeoutMs: number): WaitTimeoutError {
    const { what, state } = this.#room.waits;
    return new WaitTimeoutError(what(), timeoutMs, state());
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
