/**
 * Somebody who waits for a turn, and may give up.
 *
 * @module
 */

import { PuffinError } from "../errors.ts";
import type { TimerTask } from "../reliability/timer_wheel.ts";
import type { AbortListener } from "./abort_listeners.ts";
import { WaitLimits } from "./wait_limits.ts";
import { foundValue } from "./found_value.ts";
import { requireOptions } from "./require_options.ts";

/** How long somebody is ready to wait. */
export interface WaitOptions {
  /** Gives up after this many milliseconds, with a {@linkcode WaitTimeoutError}; finite, at least 0. By default never. */
  readonly timeoutMs?: number | undefined;
  /** Gives up as soon as it is aborted, with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** How a primitive that is not held says what could not be done in time. */
export interface TimeoutWording {
  /** What was to be done with it. Default `"acquire"`. */
  readonly action?: string;
  /** What helps, other than to wait longer. Default `"hold it for a shorter time"`. */
  readonly remedy?: string;
}

/** Thrown when a turn did not come in time. */
export class WaitTimeoutError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "wait_timeout";
  /** How long the caller was ready to wait, in milliseconds. */
  readonly timeoutMs: number;

  /** Words the message: `what` was waited for, and `state` tells how things stood when time was up. */
  constructor(what: string, timeoutMs: number, state: string, wording: TimeoutWording = {}) {
    const { action = "acquire", remedy = "hold it for a shorter time" } = wording;
    super(`Cannot ${action} ${what} within ${timeoutMs} ms: ${state}; raise timeoutMs, or ${remedy}`);
    this.timeoutMs = timeoutMs;
  }
}

/** What to do instead of waiting with what are no options. */
export const HOW_TO_WAIT = "pass them by name, as { timeoutMs: 1000 }, or leave them out to wait as long as it takes";

/**
 * Checks what a caller asked for, whether or not it will have to wait.
 *
 * @throws {RangeError} If `timeoutMs` is not a finite number, at least 0.
 * @throws {TypeError} If they are no object, or `signal` is not an `AbortSignal`, or an event target that works like one; `null` is none either.
 */
export function requireWaitOptions(options: WaitOptions): void {
  requireOptions("wait", options, HOW_TO_WAIT);
  requireWaitLimits(options.timeoutMs, options.signal);
}

/**
 * As {@linkcode requireWaitOptions}, of options that were read.
 *
 * @throws {RangeError} If `timeoutMs` is not a finite number, at least 0.
 * @throws {TypeError} If `signal` is none.
 */
export function requireWaitLimits(timeoutMs: number | undefined, signal: AbortSignal | undefined): void {
  if (timeoutMs !== undefined && !(typeof timeoutMs === "number" && timeoutMs >= 0 && timeoutMs < Infinity)) {
    throw new RangeError(
      `Cannot wait with timeoutMs ${
        foundValue(timeoutMs)
      }: expected a finite number, at least 0; leave it out to wait as long as it takes`,
    );
  }
  if (signal !== undefined && !(signal instanceof EventTarget && "aborted" in signal)) {
    throw new TypeError(
      `Cannot wait with signal ${foundValue(signal)}: expected an AbortSignal; leave it out to wait without one`,
    );
  }
}

/**
 * The same options as a plain record, each read once and then checked: what is read again answers as before, whoever made it.
 *
 * @throws What {@linkcode requireWaitOptions} throws, or reading them.
 */
export function ownWaitOptions(options: WaitOptions): WaitOptions {
  requireOptions("wait", options, HOW_TO_WAIT);
  const { timeoutMs, signal } = options;
  requireWaitLimits(timeoutMs, signal);
  return { timeoutMs, signal };
}

/**
 * Checks that a signal lets its caller begin.
 *
 * @throws The signal's reason, if it is aborted; or what it throws when it is asked.
 */
export function requireNotAborted(signal: AbortSignal | undefined): void {
  if (signal !== undefined && signal.aborted) throw signal.reason;
}

/**
 * A promise, an abort listener and a timer in one object: the listener and the timer exist only while it waits.
 *
 * Settles once: by `grant`, by its signal, or by its timer, whichever comes first; then it holds on to nothing.
 */
export abstract class Waiter<Granted> implements AbortListener, TimerTask {
  /** Resolves with what is granted; rejects when the waiter gives up. */
  readonly promise: Promise<Granted>;
  #resolve!: (granted: Granted) => void;
  #reject!: (reason: unknown) => void;
  #settled = false;
  #limits: WaitLimits | undefined = undefined;

  /** Makes the promise; nothing else happens until {@linkcode watch}. */
  constructor() {
    this.promise = new Promise((resolve, reject) => { // a quarter cheaper than Promise.withResolvers
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Leaves the line; called once, when the waiter gives up: `reason` is what it rejects with. */
  protected abstract leave(cause: "timeout" | "abort", reason: unknown): void;

  /** What to reject with when time is up; called while the waiter is still in line. */
  protected abstract timeoutError(timeoutMs: number): WaitTimeoutError;

  /** Whether it has a time limit, so that the wait ends in any case; for whoever looks for deadlocks. */
  get isLimited(): boolean {
    return this.#limits?.timeoutMs !== undefined;
  }

  /** Whether whoever waits does nothing else meanwhile; for whoever looks for deadlocks. */
  get isAwaited(): boolean {
    return true;
  }

  /** Starts to listen for what may end the wait; called when the waiter stands in line. Does nothing if its turn has come. */
  watch(options: WaitOptions | undefined): void {
    if (options === undefined || this.#settled) return;
    try {
      this.#limits = new WaitLimits(options);
      this.#limits.start(this);
    } catch (error) {
      this.giveUp(error); // a signal that cannot be listened to: nobody may stay in line for it
    }
  }

  /** Whether its signal is aborted and has not told it yet: it may be granted nothing any more, and leaves presently. */
  get isAborted(): boolean {
    return this.#limits !== undefined && this.#limits.isAborted;
  }

  /** Ends the wait of somebody who {@linkcode isAborted}; the caller has taken it out of the line. */
  refuseAborted(): void {
    this.refuse(this.abortReason);
  }

  /** What its signal is aborted with. */
  protected get abortReason(): unknown {
    return this.#limits?.signal?.reason;
  }

  /** Ends the wait with what was waited for; the caller has taken the waiter out of the line. */
  grant(granted: Granted): void {
    this.#settle();
    this.#resolve(granted);
  }

  /** Ends the wait with an error; the caller has taken the waiter out of the line. */
  refuse(reason: unknown): void {
    this.#settle();
    this.#reject(reason);
  }

  /** Gives up with an error, as if a signal had been aborted with it; whoever waits no more is left alone. */
  giveUp(reason: unknown): void {
    if (!this.#settled) this.#giveUp("abort", reason);
  }

  /** Called by the signal. */
  handleEvent(): void {
    this.#giveUp("abort", this.#limits?.signal?.reason);
  }

  /** Called by the timer. */
  fire(): void {
    this.#giveUp("timeout", this.timeoutError(this.#limits?.timeoutMs ?? 0));
  }

  #giveUp(cause: "timeout" | "abort", reason: unknown): void {
    this.#settle();
    this.leave(cause, reason);
    this.#reject(reason);
  }

  #settle(): void {
    this.#settled = true;
    this.#limits?.end(this);
    this.#limits = undefined;
  }
}
