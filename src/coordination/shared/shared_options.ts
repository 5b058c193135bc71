/**
 * Options of shared primitives, checked where they come in.
 *
 * @module
 */

import { HOW_TO_WAIT, requireWaitOptions, type WaitOptions } from "../waiter.ts";
import { requireOptions } from "../require_options.ts";

/**
 * Checks what a caller asked for that will go on while it waits.
 *
 * @throws {RangeError} If `timeoutMs` is out of range.
 * @throws {TypeError} If the options are no object, the signal is none, or there is a `priority` or an `owner`.
 * @throws The signal's reason, if it is aborted.
 */
export function requireWait(options: WaitOptions | undefined): void {
  if (options === undefined) return;
  requireWaitOptions(options);
  refuseLocalOptions(options);
  options.signal?.throwIfAborted();
}

/**
 * Checks what a caller asked for that will sleep.
 *
 * @throws {RangeError} If `timeoutMs` is out of range.
 * @throws {TypeError} If the options are no object, or there is a `signal`, a `priority` or an `owner`.
 */
export function requireBlockingWait(options: Pick<WaitOptions, "timeoutMs"> | undefined): void {
  if (options === undefined) return;
  requireWaitOptions(options);
  refuseLocalOptions(options);
  refuse(options, "signal", "nothing could abort it while the thread sleeps; pass timeoutMs, or wait without blocking");
}

/** @throws {TypeError} If there is a `priority` or an `owner`, which only the primitives of one thread know. */
export function refuseLocalOptions(options: object): void {
  requireOptions("wait", options, HOW_TO_WAIT);
  refuse(options, "priority", "threads wait in order of arrival; leave it out, or use a primitive of one thread");
  refuse(options, "owner", "who waits is the thread, as nameThread() calls it; leave it out");
}

function refuse(options: object, option: string, why: string): void {
  if (Reflect.get(options, option) === undefined) return;
  throw new TypeError(`Cannot wait for a shared primitive with ${option}: ${why}`);
}
