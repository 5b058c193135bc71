/**
 * What an object pool refuses, and what its factory does wrong.
 *
 * @module
 */

import { PuffinError } from "../../errors.ts";

/** Something that a pool asks of its factory. */
export type FactoryOperation = "create" | "validate" | "destroy";

/** Thrown when a pool no longer lends: it was drained or closed. */
export class PoolClosedError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "pool_closed";
  /** What the pool is called. */
  readonly pool: string;

  /** Words the message. */
  constructor(pool: string) {
    super(`Cannot acquire ${pool}: its pool is closed; acquire before drain() or close(), or make another pool`);
    this.pool = pool;
  }
}

/** Thrown when no object could be made for somebody who waits; `cause` is why the last attempt failed. */
export class ObjectCreationError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "object_creation_failed";
  /** What the pool is called. */
  readonly pool: string;
  /** How often it was tried, at least 1. */
  readonly attempts: number;

  /** Words the message. */
  constructor(pool: string, attempts: number, cause: unknown) {
    super(
      `Cannot acquire ${pool}: create failed ${attempts === 1 ? "once" : `${attempts} times in a row`}, at last with ` +
        `${String(cause)}; mend what create needs, or allow more retries`,
      { cause },
    );
    this.pool = pool;
    this.attempts = attempts;
  }
}

/** What is reported of a factory that did not answer in time. */
export class FactoryTimeoutError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "factory_timeout";
  /** What the pool is called. */
  readonly pool: string;
  /** What was asked of the factory. */
  readonly operation: FactoryOperation;
  /** How long it had, in milliseconds. */
  readonly timeoutMs: number;

  /** Words the message. */
  constructor(pool: string, operation: FactoryOperation, timeoutMs: number) {
    super(
      `Cannot ${operation} ${pool} within ${timeoutMs} ms: the factory has not answered; ` +
        `raise ${operation}TimeoutMs, or mend ${operation}`,
    );
    this.pool = pool;
    this.operation = operation;
    this.timeoutMs = timeoutMs;
  }
}

/** What is reported of an object that was broken from the start. */
export class BrokenObjectError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "broken_object";
  /** What the pool is called. */
  readonly pool: string;

  /** Words the message. */
  constructor(pool: string) {
    super(`Cannot lend ${pool}: validate refused what create had just made; mend the one or the other`);
    this.pool = pool;
  }
}
