/**
 * What an object pool is made of.
 *
 * @module
 */

import { type BackoffOptions, type RetryPolicy, retryPolicy } from "../../reliability/retry.ts";
import type { FactoryOperation } from "./errors.ts";
import { requireOptions } from "../../coordination/require_options.ts";

/** Something that went wrong behind the pool's back, where no caller could be told. */
export interface PoolFault {
  /** What the pool is called. */
  readonly pool: string;
  /** What was asked of the factory. */
  readonly operation: FactoryOperation;
  /** What it threw or rejected with, or an error that says that it did not answer, or made a broken object. */
  readonly error: unknown;
}

/** How objects are made, checked and ended, how many there may be, and how long they live. */
export interface ObjectPoolOptions<T> {
  /**
   * Makes an object, at once or as a promise. `signal` is aborted when nobody wants it any more: after `createTimeoutMs`, or when
   * the pool is closed; an object that comes all the same is destroyed.
   */
  readonly create: (signal: AbortSignal) => T | PromiseLike<T>;
  /**
   * Whether an object still works; called before it is lent, and for a new one too. One that does not, or a check that throws,
   * rejects or does not answer, has the object destroyed and another taken or made. By default every object works.
   */
  readonly validate?: (object: T) => boolean | PromiseLike<boolean>;
  /** Ends an object; may be asynchronous. By default an object is just forgotten. */
  readonly destroy?: (object: T) => unknown;
  /** Idle objects are not let go below this many, and from `warmUp()` on there are at least as many; an integer in [0, max]. Default 0. */
  readonly min?: number;
  /** There are never more than this many, those counted that are being made or destroyed; an integer of at least 1. */
  readonly max: number;
  /** What the objects are called in errors. Default `"an object"`. */
  readonly name?: string;
  /** An object that nobody wanted for so long is destroyed, in milliseconds; above 0. By default never. */
  readonly idleTimeoutMs?: number;
  /**
   * An object this old is destroyed, as soon as it is idle, in milliseconds; above 0. Each lives up to 2.5 % shorter, at random,
   * so that objects that were made together are not replaced together. By default never.
   */
  readonly maxLifetimeMs?: number;
  /** An object that was used or checked less than so long ago is lent without `validate`, in milliseconds; at least 0. Default 0. */
  readonly validateAfterIdleMs?: number;
  /** An object that was lent so often is destroyed; an integer of at least 1. By default never. */
  readonly maxUses?: number;
  /** How long `create` may take, in milliseconds; above 0, `Infinity` for ever. Default 30,000. */
  readonly createTimeoutMs?: number;
  /** How long `validate` may take, in milliseconds; above 0, `Infinity` for ever. Default 5,000. */
  readonly validateTimeoutMs?: number;
  /** How long `destroy` may take, in milliseconds; above 0, `Infinity` for ever. After that its place is free. Default 5,000. */
  readonly destroyTimeoutMs?: number;
  /** How often a creation that failed is tried again before somebody who waits is told. Default `{ maxRetries: 0 }`. */
  readonly retry?: BackoffOptions;
  /** How much waiting makes up for one level of priority, in milliseconds; finite, at least 0. Default 10,000. */
  readonly agingMs?: number;
  /** Told of every failure of the factory; what it throws is ignored. */
  readonly onError?: (fault: PoolFault) => unknown;
  /** Tells the time in milliseconds; should never go back. Default `performance.now`. */
  readonly clock?: () => number;
  /** Gives numbers in [0, 1), for the spread of lifetimes and retries; others count as 0. Default `Math.random`. */
  readonly random?: () => number;
}

/** The options with their defaults applied. */
export interface PoolSettings<T> {
  readonly create: (signal: AbortSignal) => T | PromiseLike<T>;
  readonly validate: ((object: T) => boolean | PromiseLike<boolean>) | undefined;
  readonly destroy: ((object: T) => unknown) | undefined;
  readonly min: number;
  readonly max: number;
  readonly name: string;
  /** Infinity for never, as for the lifetime and the uses. */
  readonly idleTimeoutMs: number;
  readonly maxLifetimeMs: number;
  readonly validateAfterIdleMs: number;
  readonly maxUses: number;
  readonly createTimeoutMs: number;
  readonly validateTimeoutMs: number;
  readonly destroyTimeoutMs: number;
  readonly retry: RetryPolicy;
  readonly agingMs: number;
  readonly onError: ((fault: PoolFault) => unknown) | undefined;
  readonly clock: () => number;
  readonly random: () => number;
}

/**
 * Checks the options and applies the defaults.
 *
 * @throws {TypeError} If there is no `create`.
 * @throws {RangeError} If a number is out of range.
 */
export function poolSettings<T>(options: ObjectPoolOptions<T>): PoolSettings<T> {
  requireOptions("make an object pool", options);
  if (typeof options.create !== "function") {
    throw new TypeError(
      `Cannot make an object pool with create ${String(options.create)}: expected a function that makes an object`,
    );
  }
  const { max, min = 0 } = options;
  check("max", max, Number.isSafeInteger(max) && max >= 1, "an integer of at least 1");
  check("min", min, Number.isSafeInteger(min) && min >= 0 && min <= max, `an integer from 0 to max, which is ${max}`);
  const { maxUses = Infinity, agingMs = 10_000, validateAfterIdleMs = 0 } = options;
  check(
    "maxUses",
    maxUses,
    maxUses === Infinity || (Number.isSafeInteger(maxUses) && maxUses >= 1),
    "an integer of at least 1",
  );
  check("agingMs", agingMs, agingMs >= 0 && agingMs < Infinity, "a finite number of at least 0");
  check(
    "validateAfterIdleMs",
    validateAfterIdleMs,
    validateAfterIdleMs >= 0 && validateAfterIdleMs < Infinity,
    "a finite number of at least 0",
  );
  return {
    create: options.create,
    validate: options.validate,
    destroy: options.destroy,
    min,
    max,
    name: options.name ?? "an object",
    idleTimeoutMs: duration("idleTimeoutMs", options.idleTimeoutMs, Infinity),
    maxLifetimeMs: duration("maxLifetimeMs", options.maxLifetimeMs, Infinity),
    validateAfterIdleMs,
    maxUses,
    createTimeoutMs: duration("createTimeoutMs", options.createTimeoutMs, 30_000),
    validateTimeoutMs: duration("validateTimeoutMs", options.validateTimeoutMs, 5_000),
    destroyTimeoutMs: duration("destroyTimeoutMs", options.destroyTimeoutMs, 5_000),
    retry: retryPolicy(options.retry ?? { maxRetries: 0 }),
    agingMs,
    onError: options.onError,
    clock: options.clock ?? (() => performance.now()),
    random: bounded(options.random ?? Math.random),
  };
}

/** The pool asks for random numbers when nobody is there to be told that one is wrong. */
function bounded(random: () => number): () => number {
  return () => {
    const luck = random();
    return luck >= 0 && luck < 1 ? luck : 0;
  };
}

function duration(name: string, value: number | undefined, byDefault: number): number {
  if (value === undefined) return byDefault;
  check(name, value, value > 0, "a number of milliseconds above 0");
  return value;
}

function check(name: string, value: number, valid: boolean, wanted: string): void {
  // "5" compares like 5, but does not add up like it.
  if (valid && typeof value === "number") return;
  throw new RangeError(
    `Cannot make an object pool with ${name} ${
      typeof value === "string" ? `"${value}"` : String(value)
    }: expected ${wanted}; ` +
      `${name === "max" ? "say how many objects there may be" : "leave it out for the default"}`,
  );
}
