/**
 * The last events, for who comes late.
 *
 * @module
 */

import type { AnyEmittedEvent } from "./emitted_event.ts";

/** Keeps the last `capacity` events; adding one is O(1). */
export class ReplayBuffer {
  readonly #slots: (AnyEmittedEvent | undefined)[] = [];
  #added = 0;

  /** Begins with none; the capacity has been checked. */
  constructor(readonly capacity: number) {}

  /** How many it keeps. */
  get size(): number {
    return Math.min(this.#added, this.capacity);
  }

  /** Adds one, for which the oldest may have to go. */
  add(event: AnyEmittedEvent): void {
    this.#slots[this.#added++ % this.capacity] = event;
  }

  /** Those that it keeps, oldest first. */
  *[Symbol.iterator](): Generator<AnyEmittedEvent, void> {
    const end = this.#added;
    for (let at = end - this.size; at < end; at++) {
      const event = this.#slots[at % this.capacity];
      if (event !== undefined) yield event;
    }
  }
}
