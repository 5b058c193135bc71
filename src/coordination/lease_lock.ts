/**
 * A lock that ends by itself.
 *
 * @module
 */

import { LeaseTurns, requireTtlMs } from "./lease_turns.ts";
import { type LockGuard, type LockOptions, type TryOptions, useGuard } from "./lock_options.ts";
import type { PrimitiveSnapshot } from "./primitive.ts";
import type { TurnOptions } from "./turn_options.ts";
import { requireOptions } from "./require_options.ts";

/** What a lease lock is made with. */
export interface LeaseLockOptions extends LockOptions {
  /** How long a lease lives unless it is renewed, in milliseconds; finite, above 0. */
  readonly ttlMs: number;
  /** Tells milliseconds, for `timing` and for the time to live; should never be set back. Default `performance.now`. */
  readonly clock?: () => number;
}

/** How long a lease is to live. */
export interface LeaseTime {
  /** In milliseconds, from the grant on; finite, above 0. Default the lock's. */
  readonly ttlMs?: number;
}

/** A lock that is held until it is released or its time to live ends, whichever comes first. */
export interface LeaseGuard extends LockGuard {
  /** Above that of every lease before: what the lock protects can so refuse those who come late. An integer, from 1. */
  readonly fencingToken: number;
  /** What is left of the time to live, in milliseconds; 0 once it has ended or the guard is released. */
  readonly expiresInMs: number;
  /** Aborted with a {@linkcode LeaseExpiredError} when the time to live ends; never by a release. */
  readonly signal: AbortSignal;
  /**
   * Starts the time to live anew, from now on.
   *
   * @param ttlMs Milliseconds; finite, above 0. Default what the lease was granted for.
   * @returns Whether it is still held; false after the end or a release, and then nothing has changed.
   * @throws {RangeError} If `ttlMs` is out of range.
   */
  renew(ttlMs?: number): boolean;
}

/** How a lease lock stands. */
export interface LeaseLockSnapshot extends PrimitiveSnapshot {
  /** The token of the latest lease; 0 before the first. */
  readonly fencingToken: number;
  /** What is left of the lease that runs, in milliseconds; undefined if there is none. */
  readonly expiresInMs: number | undefined;
}

/**
 * A mutex whose holder loses it when its time to live ends, so that a holder that hangs stops nobody for ever.
 *
 * Losing it cannot stop the holder: it learns through its guard's `signal`, and may be late. So each lease has a fencing token
 * which grows from lease to lease; what is protected remembers the largest it has seen and refuses smaller ones (see the example).
 * A lease that has ended changes nothing: it cannot be renewed, and to release it has no effect. It ends on the timer wheel, up to
 * about a millisecond late, or as soon as somebody uses the lock or the guard after its time. Leases keep a process alive only if
 * somebody waited for the lock when they were granted or renewed, or has come to wait since.
 *
 * With `reentry: "allow"` the owner's guards share one lease and its token; asking again makes it live at least as long as asked.
 *
 * @example What is protected checks the tokens
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { LeaseLock } from "./lease_lock.ts";
 *
 * class FencedFile {
 *   #seen = 0;
 *   text = "";
 *
 *   write(text: string, fencingToken: number): void {
 *     if (fencingToken < this.#seen) throw new Error(`Token ${fencingToken} is late: ${this.#seen} has written`);
 *     this.#seen = fencingToken;
 *     this.text = text;
 *   }
 * }
 *
 * let nowMs = 0;
 * const lock = new LeaseLock({ ttlMs: 1_000, clock: () => nowMs });
 * const file = new FencedFile();
 * const slow = await lock.acquire();
 * nowMs = 1_500; // it hangs, and does not renew
 * using quick = await lock.acquire();
 * file.write("quick", quick.fencingToken);
 * assertEquals([slow.renew(), slow.signal.aborted], [false, true]);
 * assertThrows(() => file.write("slow", slow.fencingToken), Error, "Token 1 is late");
 * assertEquals(file.text, "quick");
 * ```
 */
export class LeaseLock {
  readonly #turns: LeaseTurns;
  readonly #ttlMs: number;

  /**
   * Makes a free one.
   *
   * @throws {RangeError} If `ttlMs` is out of range.
   * @throws {TypeError} If an option is not what it must be.
   */
  constructor(options: LeaseLockOptions) {
    requireTtlMs(requireOptions("make a lease lock", options).ttlMs);
    this.#ttlMs = options.ttlMs;
    this.#turns = new LeaseTurns(options);
  }

  /** Whether a lease runs. */
  get locked(): boolean {
    this.#turns.term?.look();
    return this.#turns.term !== undefined;
  }

  /** How many wait for it. */
  get waiters(): number {
    return this.#turns.line.size;
  }

  /**
   * Takes the lock if it is free and nobody waits; `undefined` means "not now".
   *
   * @throws {ReentryError} If the owner holds it and may not re-enter.
   * @throws {RangeError} If `ttlMs` is out of range.
   * @throws {TypeError} If `owner` is none.
   */
  tryAcquire(options?: TryOptions & LeaseTime): LeaseGuard | undefined {
    const ttlMs = this.#read(options);
    return this.#turns.tryFor(ttlMs, options);
  }

  /**
   * Takes the lock, after everybody of the same priority who asked before; the time to live starts with the grant.
   *
   * @throws {WaitTimeoutError} If it could not be had within `timeoutMs`.
   * @throws {ReentryError} If the owner holds it and may not re-enter.
   * @throws {RangeError} If `ttlMs` or `timeoutMs` is out of range.
   * @throws {TypeError} If `priority` or `owner` is none.
   * @throws The signal's reason, once the signal is aborted; an aborted signal never takes the lock.
   */
  acquire(options?: TurnOptions & LeaseTime): Promise<LeaseGuard> {
    const turns = this.#turns;
    let ttlMs: number;
    try {
      ttlMs = this.#read(options);
    } catch (error) {
      return Promise.reject(error);
    }
    const acquired = turns.request(ttlMs, options);
    if (turns.isAwaited) turns.term?.await();
    return acquired;
  }

  /**
   * Calls `fn` under a lease, and releases it when `fn` has returned, thrown or settled.
   *
   * If the time to live ends while `fn` runs, others may hold the lock although `fn` goes on: `fn` should look at the `signal`
   * of the guard it is given, and pass its fencing token on.
   *
   * @param fn The critical section; may be asynchronous.
   * @param options How to wait for the lock, and how long the lease lives.
   * @returns What `fn` returns.
   * @throws What {@linkcode acquire} or `fn` throws.
   */
  withLock<Result>(
    fn: (guard: LeaseGuard) => Result | PromiseLike<Result>,
    options?: TurnOptions & LeaseTime,
  ): Promise<Result> {
    return useGuard(this.acquire(options), fn);
  }

  /** How it stands: the holder, with `holds` as the number of its guards, and those who wait. Costs a step for each. */
  snapshot(): LeaseLockSnapshot {
    const turns = this.#turns;
    turns.term?.look();
    return { ...turns.snapshot(), fencingToken: turns.fencingToken, expiresInMs: turns.term?.leftMs };
  }

  /** The time to live that is asked for; a lease whose time is past makes room for those in line first. */
  #read(options: LeaseTime | undefined): number {
    const ttlMs = options?.ttlMs ?? this.#ttlMs;
    requireTtlMs(ttlMs);
    this.#turns.term?.look();
    return ttlMs;
  }
}
