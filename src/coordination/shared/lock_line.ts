/**
 * Waiting for a shared lock without blocking the thread.
 *
 * @module
 */

import { type Timer, timers, type TimerTask } from "../../reliability/timer_wheel.ts";
import { type LineNode, WaitLine } from "../wait_line.ts";
import { Waiter, WaitTimeoutError } from "../waiter.ts";
import type { SharedWords } from "./atomic_memory.ts";
import { LockAttempt, type LockWord } from "./lock_word.ts";

/** How often those who wait look whether somebody has died, in milliseconds. */
export const LOOK_MS = 250;

/** What a lock's waiters of one thread have in common. */
export interface LockLineOptions<Guard> {
  readonly memory: SharedWords;
  readonly lock: LockWord;
  /** Makes what the waiter gets. */
  readonly guard: (ownerDied: boolean) => Guard;
  /** Says how things stand, when time is up. */
  readonly describe: (ahead: number) => { readonly what: string; readonly state: string };
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

  /** Puts somebody at the end of the line. */
  join(): LockWaiter<Guard> {
    const waiter = new LockWaiter(this);
    this.line.insertAfter(this.line.last, waiter);
    if (this.#attempt === undefined) {
      this.#timer = timers.schedule(LOOK_MS, this);
      this.#attempt = new LockAttempt(this.options.lock);
      this.#step(false);
    }
    return waiter;
  }

  /** Takes somebody out of the line. */
  leave(waiter: LockWaiter<Guard>): void {
    this.line.remove(waiter);
    if (this.line.size > 0 || this.#attempt === undefined) return;
    const attempt = this.#attempt;
    this.#end();
    if (attempt.withdraw()) this.options.lock.release();
  }

  /** Called by the timer. */
  fire(): void {
    this.#timer = timers.schedule(LOOK_MS, this);
    this.#step(true);
  }

  #step(timedOut: boolean): void {
    for (let attempt = this.#attempt; attempt !== undefined; attempt = this.#attempt) {
      if (attempt.next(timedOut)) {
        const first = this.line.first;
        if (first === undefined) return; // not so: an attempt is made for somebody
        this.line.remove(first);
        if (this.line.size > 0) this.#attempt = new LockAttempt(this.options.lock);
        else this.#end();
        first.grant(this.options.guard(attempt.ownerDied));
      } else if (this.#listen(attempt.parkAt, attempt.parkValue)) {
        return;
      }
      timedOut = false;
    }
  }

  /** False if the word has changed already. */
  #listen(at: number, expected: number): boolean {
    if (this.#pendingAt.has(at)) return true; // whoever changes the word wakes that wait
    const { async, value } = Atomics.waitAsync(this.options.memory.words, at, expected);
    if (!async) return false;
    this.#pendingAt.add(at);
    value.then(() => {
      this.#pendingAt.delete(at);
      if (this.#attempt !== undefined) this.#step(false);
      else this.options.lock.passOn();
    });
    return true;
  }

  #end(): void {
    this.#attempt = undefined;
    if (this.#timer !== undefined) timers.cancel(this.#timer);
    this.#timer = undefined;
  }
}

/** A task that waits for a shared lock. */
export class LockWaiter<Guard> extends Waiter<Guard> implements LineNode<LockWaiter<Guard>> {
  previous: LockWaiter<Guard> | undefined = undefined;
  next: LockWaiter<Guard> | undefined = undefined;
  readonly #line: LockLine<Guard>;

  /** Made by the line. */
  constructor(line: LockLine<Guard>) {
    super();
    this.#line = line;
  }

  protected override leave(): void {
    this.#line.leave(this);
  }

  protected override timeoutError(timeoutMs: number): WaitTimeoutError {
    let ahead = 0;
    for (let at = this.previous; at !== undefined; at = at.previous) ahead++;
    const { what, state } = this.#line.options.describe(ahead);
    return new WaitTimeoutError(what, timeoutMs, state);
  }
}
