/**
 * Waiting for a shared lock without blocking the thread.
 *
 * @module
 */

import type { Timer, TimerTask, TimerWheel } from "../../reliability/timer_wheel.ts";
import { countAhead } from "../ranked_line.ts";
import { type LineNode, WaitLine } from "../wait_line.ts";
import { Waiter, WaitTimeoutError } from "../waiter.ts";
import type { WaitOutcome } from "./atomic_memory.ts";
import { LockAttempt, type LockWord } from "./lock_word.ts";
import { NO_RECORD, type WaitBoard } from "./wait_board.ts";

/** How often those who wait look whether somebody has died, in milliseconds. */
export const LOOK_MS = 250;

/** What a lock's waiters of one thread have in common. */
export interface LockLineOptions<Guard> {
  readonly lock: LockWord;
  readonly timers: Pick<TimerWheel, "schedule" | "cancel">;
  /** Where it is written on who waits. */
  readonly board: Pick<WaitBoard, "enter" | "leave">;
  /** Makes what the waiter gets, whose record on the board is wiped afterwards. The lock is held. */
  readonly guard: (ownerDied: boolean, record: number) => Guard;
  /** Called when somebody has given up. */
  readonly gaveUp: (cause: "timeout" | "abort") => void;
  /** Says how things stand, when time is up. */
  readonly describe: (ahead: string) => { readonly what: string; readonly state: string };
}

/**
 * The tasks of one thread that wait for a lock which other threads share: they stand in line here, and the first one's attempt goes on
 * for all of them. So the thread has one wait pending on a word, however many wait, and one that gives up takes nothing with it.
 *
 * `Atomics.waitAsync` keeps no program alive, so a timer does while anybody waits; it also looks for the dead.
 */
export class LockLine<Guard> implements TimerTask {
  readonly line = new WaitLine<LockWaiter<Guard>>();
  readonly options: LockLineOptions<Guard>;
  #attempt: LockAttempt | undefined = undefined;
  #timer: Timer | undefined = undefined;
  /** The words on which a wait is pending. It cannot be called off, so it is used again if it can. */
  readonly #pendingAt = new Set<number>();

  /** Makes an empty line. */
  constructor(options: LockLineOptions<Guard>) {
    this.options = options;
  }

  /** Whether a wait is pending on one of the lock's words, be it of somebody who has given up. */
  get isPending(): boolean {
    return this.#pendingAt.size > 0;
  }

  /** Puts somebody at the end of the line. */
  join(): LockWaiter<Guard> {
    const waiter = new LockWaiter(this);
    this.line.insertAfter(this.line.last, waiter);
    if (this.#attempt === undefined) {
      this.#timer = this.options.timers.schedule(LOOK_MS, this);
      this.#attempt = new LockAttempt(this.options.lock);
      this.#step("not-equal");
    }
    if (this.line.last === waiter) waiter.record = this.options.board.enter(1);
    return waiter;
  }

  /** Takes somebody out of the line. */
  leave(waiter: LockWaiter<Guard>, cause: "timeout" | "abort"): void {
    this.line.remove(waiter);
    this.options.board.leave(waiter.record);
    this.options.gaveUp(cause);
    if (this.line.size > 0 || this.#attempt === undefined) return;
    const attempt = this.#attempt;
    this.#end();
    if (attempt.withdraw()) this.options.lock.release();
  }

  /** Called by the timer. */
  fire(): void {
    this.#timer = this.options.timers.schedule(LOOK_MS, this);
    this.#step("timed-out");
  }

  #step(outcome: WaitOutcome): void {
    for (let attempt = this.#attempt; attempt !== undefined; attempt = this.#attempt) {
      if (attempt.next(outcome)) {
        const first = this.line.first;
        if (first === undefined) return; // not so: an attempt is made for somebody
        this.line.remove(first);
        if (this.line.size > 0) this.#attempt = new LockAttempt(this.options.lock);
        else this.#end();
        const guard = this.options.guard(attempt.ownerDied, first.record);
        this.options.board.leave(first.record);
        first.grant(guard);
      } else if (this.#listen(attempt.parkAt, attempt.parkValue)) {
        return;
      }
      outcome = "not-equal";
    }
  }

  /** False if the word has changed already. */
  #listen(at: number, expected: number): boolean {
    if (this.#pendingAt.has(at)) return true; // whoever changes the word wakes that wait
    const isPending = this.options.lock.memory.waitAsync(at, expected, () => {
      this.#pendingAt.delete(at);
      if (this.#attempt !== undefined) this.#step("ok");
      else this.options.lock.passOn();
    });
    if (isPending) this.#pendingAt.add(at);
    return isPending;
  }

  #end(): void {
    this.#attempt = undefined;
    if (this.#timer !== undefined) this.options.timers.cancel(this.#timer);
    this.#timer = undefined;
  }
}

/** A task that waits for a shared lock. */
export class LockWaiter<Guard> extends Waiter<Guard> implements LineNode<LockWaiter<Guard>> {
  previous: LockWaiter<Guard> | undefined = undefined;
  next: LockWaiter<Guard> | undefined = undefined;
  /** Where it stands on the board. */
  record = NO_RECORD;
  readonly #line: LockLine<Guard>;

  /** Made by the line. */
  constructor(line: LockLine<Guard>) {
    super();
    this.#line = line;
  }

  protected override leave(cause: "timeout" | "abort"): void {
    this.#line.leave(this, cause);
  }

  protected override timeoutError(timeoutMs: number): WaitTimeoutError {
    const { what, state } = this.#line.options.describe(countAhead<LockWaiter<Guard>>(this));
    return new WaitTimeoutError(what, timeoutMs, state);
  }
}
