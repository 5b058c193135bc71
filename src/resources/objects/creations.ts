/**
 * Objects on their way: those that are being made, are checked for the first time, or wait to be tried again.
 *
 * @module
 */

import { backoffDelayMs } from "../../reliability/retry.ts";
import { type Timer, timers, type TimerTask } from "../../reliability/timer_wheel.ts";
import { BrokenObjectError, FactoryTimeoutError, type PoolClosedError } from "./errors.ts";
import { callFactory } from "./factory_call.ts";
import { reportFault } from "./faults.ts";
import type { PoolSettings } from "./options.ts";

/** Who needs the objects. */
export interface CreationHost<T> {
  /** What the pool is made of. */
  readonly settings: PoolSettings<T>;
  /** Takes an object that works, in the place of its creation, which is over. */
  created(object: T): void;
  /** Takes an object that is broken or came too late, and says when it is destroyed; it has no place of its own. */
  createdInVain(object: T, destroyed: () => void): void;
  /** Hears that an attempt failed, and says whether there is to be another. */
  wantsRetry(error: unknown, attempts: number): boolean;
  /** Hears that a creation is over without an object; its place is free. */
  gaveUp(error: unknown, attempts: number): void;
}

/**
 * The creations in flight. Each has a place from its first attempt until it is over, so that whoever counts them knows how many
 * objects may come.
 */
export class Creations<T> {
  /** Calls of `create` that took too long and have still not ended; they have no place any more. */
  abandoned = 0;
  /** Those that wait to be tried again. */
  readonly resting = new Set<Creation<T>>();
  readonly #running = new Set<Creation<T>>();
  readonly #host: CreationHost<T>;

  /** None yet. */
  constructor(host: CreationHost<T>) {
    this.#host = host;
  }

  /** How many places are taken. */
  get size(): number {
    return this.#running.size;
  }

  /** Begins one; it may be over when this returns. */
  start(): void {
    const creation = new Creation(this, this.#host);
    this.#running.add(creation);
    creation.attempt();
  }

  /**
   * Gives up so many of those that wait to be tried again, if there are: what would be tried last, and of two such what has been tried more
   * often. What is being made goes on, for it is of use to somebody.
   */
  trim(surplus: number): void {
    if (surplus <= 0) return;
    const lastFirst = [...this.resting].sort((a, b) => b.restsUntil - a.restsUntil || b.attempts - a.attempts);
    for (const creation of lastFirst.slice(0, surplus)) {
      creation.cancelRest();
      this.end(creation);
    }
  }

  /** Gives all of them up. */
  abort(reason: PoolClosedError): void {
    this.trim(Infinity);
    for (const creation of this.#running) creation.abort(reason);
  }

  /** Takes one out: its place is free. */
  end(creation: Creation<T>): void {
    this.#running.delete(creation);
  }
}

/** One object on its way, with as many attempts as it takes. */
class Creation<T> implements TimerTask {
  readonly #creations: Creations<T>;
  readonly #host: CreationHost<T>;
  /** How often it has been tried. */
  attempts = 0;
  #controller = new AbortController();
  #timer: Timer | undefined = undefined;

  constructor(creations: Creations<T>, host: CreationHost<T>) {
    this.#creations = creations;
    this.#host = host;
  }

  attempt(): void {
    const { create, createTimeoutMs, name } = this.#host.settings;
    const controller = this.#controller = new AbortController();
    this.attempts++;
    callFactory(() => create(controller.signal), createTimeoutMs, {
      succeeded: (object) => this.#check(object),
      failed: (error) => this.#failed("create", error),
      timedOut: () => {
        const error = new FactoryTimeoutError(name, "create", createTimeoutMs);
        this.#creations.abandoned++;
        controller.abort(error);
        this.#failed("create", error);
      },
      answeredLate: (answer) => {
        this.#creations.abandoned--;
        if (answer !== undefined) this.#host.createdInVain(answer.result, () => {});
      },
    });
  }

  /** Tries again: the wait is over. */
  fire(): void {
    this.#creations.resting.delete(this);
    this.attempt();
  }

  /** When it is tried again, if it waits for that; in milliseconds of the timers' clock. */
  get restsUntil(): number {
    return this.#timer?.tick ?? 0;
  }

  cancelRest(): void {
    this.#creations.resting.delete(this);
    if (this.#timer !== undefined) timers.cancel(this.#timer);
  }

  abort(reason: PoolClosedError): void {
    this.#controller.abort(reason);
  }

  #check(object: T): void {
    const { validate, validateTimeoutMs, name } = this.#host.settings;
    if (validate === undefined || this.#controller.signal.aborted) return this.#succeeded(object);
    callFactory(() => validate(object), validateTimeoutMs, {
      succeeded: (works) => {
        if (works) this.#succeeded(object);
        else this.#broken(object, new BrokenObjectError(name));
      },
      failed: (error) => this.#broken(object, error),
      timedOut: () => this.#broken(object, new FactoryTimeoutError(name, "validate", validateTimeoutMs)),
    });
  }

  #succeeded(object: T): void {
    this.#creations.end(this);
    this.#host.created(object);
  }

  /** Keeps its place until the object is destroyed: there are never more than the pool may have. */
  #broken(object: T, error: unknown): void {
    this.#host.createdInVain(object, () => this.#failed("validate", error));
  }

  #failed(operation: "create" | "validate", error: unknown): void {
    const host = this.#host, { retry, random } = host.settings;
    reportFault(host.settings, operation, error);
    if (host.wantsRetry(error, this.attempts)) {
      this.#creations.resting.add(this);
      this.#timer = timers.schedule(backoffDelayMs(retry, this.attempts, random), this);
    } else {
      this.#creations.end(this);
      host.gaveUp(error, this.attempts);
    }
  }
}
