/**
 * Those who wait for a pool: for an object, or for the pool to be filled or emptied.
 *
 * @module
 */

import type { ContestedWait } from "../../coordination/deadlocks/contested.ts";
import type { LineNode } from "../../coordination/wait_line.ts";
import { Waiter, WaitTimeoutError } from "../../coordination/waiter.ts";
import type { Loan } from "./loan.ts";
import type { ObjectKeeper } from "./object_keeper.ts";

/** Stands in line for an object. */
export class ObjectWaiter<T> extends Waiter<Loan<T>> implements LineNode<ObjectWaiter<T>>, ContestedWait {
  readonly share = 1;
  previous: ObjectWaiter<T> | undefined = undefined;
  next: ObjectWaiter<T> | undefined = undefined;
  /** Who asks, if told. */
  readonly owner: string | undefined;
  /** How urgent it is; see `priority.ts`. */
  readonly level: number;
  /** When it came, in milliseconds of the pool's clock. */
  readonly arrivedMs: number;
  /** When it came, less the head start of its level: the smaller goes first. */
  readonly rankMs: number;
  /** Its number in the order of arrival, which decides between equal ranks. */
  readonly ticket: number;
  readonly #keeper: ObjectKeeper<T>;
  /** How often creation had failed when it came. */
  readonly #failuresBefore: number;

  /** Makes a waiter; the keeper puts it in line. */
  constructor(keeper: ObjectKeeper<T>, level: number, owner: string | undefined) {
    super();
    this.#keeper = keeper;
    this.owner = owner;
    this.level = level;
    this.arrivedMs = keeper.nowMs();
    this.rankMs = this.arrivedMs - level * keeper.settings.agingMs;
    this.ticket = keeper.nextTicket();
    this.#failuresBefore = keeper.figures.creationFailures;
  }

  /** Whether it goes before another. */
  isBefore(other: ObjectWaiter<T>): boolean {
    return this.rankMs < other.rankMs || (this.rankMs === other.rankMs && this.ticket < other.ticket);
  }

  protected override leave(): void {
    this.#keeper.leave(this);
  }

  protected override timeoutError(timeoutMs: number): WaitTimeoutError {
    const keeper = this.#keeper, { name } = keeper.settings;
    keeper.figures.timeouts++;
    const error = new WaitTimeoutError(
      this.owner === undefined ? name : `${name} for "${this.owner}"`,
      timeoutMs,
      `${keeper.describe()}, and ${keeper.line.describeBefore(this)} wait ahead`,
    );
    if (keeper.figures.creationFailures > this.#failuresBefore) error.cause = keeper.lastCreationError;
    return error;
  }
}

/** Waits until a pool is filled or emptied. */
export class StateWaiter<T> extends Waiter<void> {
  readonly #keeper: ObjectKeeper<T>;
  readonly #watchers: Set<StateWaiter<T>>;
  readonly #what: string;

  /** One of `watchers`, who wait for `what`. */
  constructor(keeper: ObjectKeeper<T>, watchers: Set<StateWaiter<T>>, what: string) {
    super();
    this.#keeper = keeper;
    this.#watchers = watchers;
    this.#what = what;
    watchers.add(this);
  }

  protected override leave(): void {
    this.#watchers.delete(this);
    this.#keeper.serve();
  }

  protected override timeoutError(timeoutMs: number): WaitTimeoutError {
    return new WaitTimeoutError(this.#what, timeoutMs, this.#keeper.describe());
  }
}
