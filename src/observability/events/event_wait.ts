/**
 * Somebody who waits for one event.
 *
 * @module
 */

import { PuffinError } from "../../errors.ts";
import { Waiter, WaitTimeoutError } from "../../coordination/waiter.ts";

/** Thrown by a bus that was disposed of: to who wants to listen, and to who waits. */
export class EventBusClosedError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "event_bus_closed";

  /** Words the message. */
  constructor(pattern: string) {
    super(`Cannot listen to "${pattern}": the bus is closed; listen before it is disposed of`);
  }
}

/** A wait that ends with an event, a limit, or the bus. */
export class EventWait extends Waiter<unknown> {
  readonly #name: string;
  readonly #left: () => void;

  /** Waits as soon as it is watched; `left` is called when it gives up. */
  constructor(name: string, left: () => void) {
    super();
    this.#name = name;
    this.#left = left;
  }

  protected override leave(): void {
    this.#left();
  }

  protected override timeoutError(timeoutMs: number): WaitTimeoutError {
    return new WaitTimeoutError(`event "${this.#name}"`, timeoutMs, "it did not happen", {
      action: "receive",
      remedy: "look at who emits it",
    });
  }
}
