/**
 * The objects that nobody has.
 *
 * @module
 */

import { backgroundTimers, type Timer, type TimerTask } from "../../reliability/timer_wheel.ts";
import type { Entry } from "./entry.ts";
import type { PoolSettings } from "./options.ts";

/** Who owns the idle objects. */
export interface IdleHost<T> {
  /** What the pool is made of. */
  readonly settings: PoolSettings<T>;
  /** The time, in milliseconds; never goes back. */
  nowMs(): number;
  /** How many objects there are above the least that are kept. */
  surplus(): number;
  /** Takes objects whose time is over. */
  expired(entries: readonly Entry<T>[]): void;
}

/**
 * A stack: what was used last is used next. So the pool works with as few objects as the load needs, on connections and caches
 * that are warm, and those that are not needed sink to the bottom, where their idle time runs out; taken in turn, a trickle of
 * requests would keep all of them alive.
 *
 * However many objects there are, their limits have one timer, on a wheel that lets the process end. It is set for the first
 * deadline that is known, and not moved when an object is taken: it then finds nothing to do, and is set for the next.
 */
export class IdleObjects<T> implements TimerTask {
  /** The bottom is idle longest, the top is taken next. */
  stack: Entry<T>[] = [];
  readonly #host: IdleHost<T>;
  #timer: Timer | undefined = undefined;
  #timerMs = Infinity;

  /** None yet. */
  constructor(host: IdleHost<T>) {
    this.#host = host;
  }

  /** Lays an object on top, and sets the timer if it may be the first to go. */
  push(entry: Entry<T>): void {
    this.stack.push(entry);
    this.#setTimer(Math.min(entry.expiresAtMs, this.#idleDeadlineMs()));
  }

  /** Takes all. */
  clear(): readonly Entry<T>[] {
    const all = this.stack;
    this.stack = [];
    if (this.#timer !== undefined) backgroundTimers.cancel(this.#timer);
    this.#timerMs = Infinity;
    return all;
  }

  /** Lets go what is too old, and from the bottom what was idle too long and is not needed. */
  fire(): void {
    this.#timerMs = Infinity;
    const host = this.#host, now = host.nowMs(), { idleTimeoutMs } = host.settings;
    const kept: Entry<T>[] = [], gone: Entry<T>[] = [];
    let surplus = host.surplus();
    for (const entry of this.stack) {
      const old = entry.expiresAtMs <= now;
      if (old || (surplus > 0 && entry.idleSinceMs + idleTimeoutMs <= now)) {
        gone.push(entry);
        surplus--;
      } else kept.push(entry);
    }
    this.stack = kept;
    if (gone.length > 0) host.expired(gone);
    let deadlineMs = this.#idleDeadlineMs();
    for (const entry of this.stack) deadlineMs = Math.min(deadlineMs, entry.expiresAtMs);
    this.#setTimer(deadlineMs);
  }

  /** When the bottom one is idle for too long; never, if it is needed. */
  #idleDeadlineMs(): number {
    const bottom = this.stack[0], { idleTimeoutMs } = this.#host.settings;
    if (bottom === undefined || idleTimeoutMs === Infinity || this.#host.surplus() <= 0) return Infinity;
    return bottom.idleSinceMs + idleTimeoutMs;
  }

  #setTimer(deadlineMs: number): void {
    if (deadlineMs >= this.#timerMs) return;
    if (this.#timer !== undefined) backgroundTimers.cancel(this.#timer);
    this.#timerMs = deadlineMs;
    this.#timer = backgroundTimers.scheduleInBackground(Math.max(deadlineMs - this.#host.nowMs(), 0), this);
  }
}
