/**
 * Calls of a user's factory, which may throw, reject, hang, or answer when nobody waits any more.
 *
 * @module
 */

import { type Timer, timers, type TimerTask } from "../../reliability/timer_wheel.ts";
import { isThenable } from "../../thenable.ts";

/** What becomes of a call: one of the first three happens, once; the fourth may follow the third. */
export interface FactoryOutcome<Result> {
  /** It gave a result in time. */
  succeeded(result: Result): void;
  /** It threw or rejected in time. */
  failed(error: unknown): void;
  /** It has not answered in time. */
  timedOut(): void;
  /** It has answered after all, with a result or, given `undefined`, with an error. */
  answeredLate?(answer: { readonly result: Result } | undefined): void;
}

/** Calls `call`, and tells `outcome` at once if it answers at once. Whatever it rejects with is taken care of. */
export function callFactory<Result>(
  call: () => Result | PromiseLike<Result>,
  timeoutMs: number,
  outcome: FactoryOutcome<Result>,
): void {
  let returned: Result | PromiseLike<Result>;
  try {
    returned = call();
  } catch (error) {
    return outcome.failed(error);
  }
  if (isThenable(returned)) new PendingCall(outcome, timeoutMs).await(returned);
  else outcome.succeeded(returned);
}

class PendingCall<Result> implements TimerTask {
  readonly #outcome: FactoryOutcome<Result>;
  readonly #timer: Timer | undefined;
  #open = true;

  constructor(outcome: FactoryOutcome<Result>, timeoutMs: number) {
    this.#outcome = outcome;
    this.#timer = timeoutMs === Infinity ? undefined : timers.schedule(timeoutMs, this);
  }

  await(returned: PromiseLike<Result>): void {
    // Promise.resolve: a thenable may call back twice, or throw.
    Promise.resolve(returned).then((result) => {
      if (this.#close()) this.#outcome.succeeded(result);
      else this.#outcome.answeredLate?.({ result });
    }, (error) => {
      if (this.#close()) this.#outcome.failed(error);
      else this.#outcome.answeredLate?.(undefined);
    });
  }

  fire(): void {
    if (this.#close()) this.#outcome.timedOut();
  }

  #close(): boolean {
    if (!this.#open) return false;
    this.#open = false;
    if (this.#timer !== undefined) timers.cancel(this.#timer);
    return true;
  }
}
