/**
 * Limits to a wait for work that goes on.
 *
 * @module
 */

import { requireWaitOptions, Waiter, type WaitOptions, WaitTimeoutError } from "../coordination/waiter.ts";

/**
 * Waits for work to end, but no longer than the options say; the work goes on.
 *
 * @param what What is waited for, for the error.
 * @throws {WaitTimeoutError} If it took longer.
 * @throws {RangeError} If `timeoutMs` is out of range.
 * @throws {TypeError} If `signal` is none.
 * @throws The signal's reason, once it is aborted.
 * @throws What the work throws.
 */
export async function waitWithin(work: Promise<unknown>, what: string, options: WaitOptions): Promise<void> {
  requireWaitOptions(options);
  options.signal?.throwIfAborted();
  const wait = new WorkWait(what);
  wait.watch(options);
  work.then(() => wait.grant(undefined), (error) => wait.refuse(error));
  await wait.promise;
}

class WorkWait extends Waiter<undefined> {
  readonly #what: string;

  constructor(what: string) {
    super();
    this.#what = what;
  }

  protected override leave(): void {}

  protected override timeoutError(timeoutMs: number): WaitTimeoutError {
    return new WaitTimeoutError(this.#what, timeoutMs, "they go on", {
      action: "see the end of",
      remedy: "look at what hangs",
    });
  }
}
