/**
 * What locks can be made with, and what everybody who holds one is given.
 *
 * @module
 */

import { type PrimitiveOptions, requireOption } from "./primitive.ts";
import { requireOptions } from "./require_options.ts";
import { requireFunction } from "./require_function.ts";

/** What every lock can be made with. */
export interface LockOptions extends PrimitiveOptions {
  /**
   * What happens when an `owner` asks for what it already holds: `"refuse"`, the default, is a {@linkcode ReentryError};
   * `"allow"` grants it again, ahead of everybody who waits (they wait for that owner), and each guard must be released.
   * Who asks while its first request still waits is served in its turn. Without an `owner` nobody can tell: a task that
   * asks twice waits for itself.
   */
  readonly reentry?: "refuse" | "allow";
  /**
   * Whether somebody who comes may take what is free although others wait. False by default: a release hands over in the same
   * turn to whoever is first in line. With `true`, what is released stays free until the microtasks that are already queued have
   * run, so that a task which releases and asks again goes on without a wait, and of a semaphore or a read-write lock whatever
   * is too little for the first in line may be taken. That is more throughput for less fairness, and bounded: whoever is
   * first in line is passed at most 100 times (requests of a higher priority that went ahead included), then it is handed over as
   * without barging.
   */
  readonly barging?: boolean;
}

/** What somebody says who does not wait. */
export interface TryOptions {
  /** Who asks, as in {@linkcode TurnOptions.owner}. */
  readonly owner?: string;
}

/** What somebody has who holds a lock, until it is released. */
export interface LockGuard extends Disposable {
  /** Who holds it, if that was told. */
  readonly owner: string | undefined;
  /** For how long it has been held, in milliseconds; undefined without `timing: "on"`, and once it is released. */
  readonly ageMs: number | undefined;
  /** Lets the next one in; a second call changes nothing, even if others have held it since. */
  release(): void;
}

/**
 * Checks what a lock is made with, beside what `Accounts` checks.
 *
 * @throws {TypeError} If an option is not what it must be.
 */
export function requireLockOptions(options: LockOptions): void {
  const { reentry, barging } = requireOptions("make a lock", options);
  requireOption("reentry", reentry, reentry === "refuse" || reentry === "allow", '"refuse" or "allow"');
  requireOption("barging", barging, typeof barging === "boolean", "true or false");
}

/** Calls `fn` with what was acquired, and releases it when `fn` has returned, thrown or settled. */
export async function useGuard<Guard extends { release(): void }, Result>(
  acquired: Promise<Guard>,
  fn: (guard: Guard) => Result | PromiseLike<Result>,
): Promise<Result> {
  const guard = await acquired;
  try {
    requireFunction("call", fn);
    return await fn(guard);
  } finally {
    guard.release();
  }
}
