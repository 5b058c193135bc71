/**
 * A call that ends when it is told to, whether or not what it calls listens.
 *
 * @module
 */

import { type Timer, timers, type TimerTask } from "../reliability/timer_wheel.ts";
import { type AbortListener, ignoreAbort, listenToAbort } from "./abort_listeners.ts";

/** What may end a call from outside. */
export interface CancelSources {
  /** Ends it when aborted, with the signal's reason. */
  readonly signal: AbortSignal | undefined;
  /** Ends it after so many milliseconds. */
  readonly timeoutMs: number | undefined;
  /** What it ends with when time is up. */
  readonly timeoutError: () => unknown;
}

/**
 * One call with a signal of its own. Once it is cancelled its promise rejects at once; what it called is told through
 * the signal, is not
 * waited for, and whatever it still answers is ignored. No listener or timer outlives the call.
 */
export class Cancellable implements AbortListener, TimerTask {
  readonly #controller = new AbortController();
  readonly #sources: CancelSources;
  #reject: ((reason: unknown) => void) | undefined = undefined;
  #timer: Timer | undefined = undefined;

  /** Nothing happens until {@linkcode run}. */
  constructor(sources: CancelSources) {
    this.#sources = sources;
  }

  /** Aborted when the call is cancelled. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Calls `fn`, once; not at all if it has been cancelled. */
  run<Result>(fn: (signal: AbortSignal) => Result | PromiseLike<Result>): Promise<Result> {
    const { signal: parent, timeoutMs } = this.#sources;
    if (parent?.aborted) this.cancel(parent.reason);
    if (this.signal.aborted) return Promise.reject(this.signal.reason);
    return new Promise<Result>((resolve, reject) => {
      this.#reject = reject;
      if (parent !== undefined) listenToAbort(parent, this);
      if (timeoutMs !== undefined) this.#timer = timers.schedule(timeoutMs, this);
      const end = (settle: () => void) => {
        this.#letGo();
        settle();
      };
      try {
        Promise.resolve(fn(this.signal)).then(
          (result) => end(() => resolve(result)),
          (error) => end(() => reject(error)),
        );
      } catch (error) {
        end(() => reject(error));
      }
    });
  }

  /** Ends the call; changes nothing if it has ended. */
  cancel(reason: unknown): void {
    if (this.signal.aborted) return;
    const reject = this.#reject;
    this.#letGo();
    this.#controller.abort(reason);
    reject?.(reason);
  }

  /** Called by the parent signal. */
  handleEvent(): void {
    this.cancel(this.#sources.signal?.reason);
  }

  /** Called by the timer. */
  fire(): void {
    this.cancel(this.#sources.timeoutError());
  }

  #letGo(): void {
    const { signal: parent } = this.#sources;
    this.#reject = undefined;
    if (parent !== undefined) ignoreAbort(parent, this);
    if (this.#timer !== undefined) timers.cancel(this.#timer);
    this.#timer = undefined;
  }
}
