/**
 * Who is told how long others waited.
 *
 * @module
 */

import { tellListener } from "../reliability/tell_listener.ts";

/** Told of a wait that has ended with what was waited for, in milliseconds. */
export type WaitListener = (waitMs: number) => void;

/** Those who want to know of a pool's waits. */
export class WaitListeners {
  readonly #listeners = new Set<WaitListener>();

  /** Whether there is anybody: nobody reads a clock otherwise. */
  get isHeard(): boolean {
    return this.#listeners.size > 0;
  }

  /** Adds one, until the answer is disposed of. */
  add(listener: WaitListener): Disposable {
    const own: WaitListener = (waitMs) => listener(waitMs); // the same function may listen twice
    this.#listeners.add(own);
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) };
  }

  /** Tells all; one that throws harms nobody. */
  tell(waitMs: number): void {
    for (const listener of this.#listeners) tellListener(listener, waitMs);
  }
}
