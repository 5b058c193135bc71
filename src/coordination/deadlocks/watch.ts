/**
 * Where primitives tell of owners who wait, if anybody wants to know.
 *
 * @module
 */

import type { Contested, Waiting } from "./contested.ts";

/** Is told of waits and holdings that have an owner. */
export interface WaitWatch {
  /** A wait with an owner has begun: it stands in line. */
  begins(waiting: Waiting & { readonly owner: string }, target: Contested): void;
  /** A wait has ended, however that was. */
  ends(waiting: Waiting & { readonly owner: string }): void;
  /** An owner has got something, waited for or not. */
  holds(owner: string): void;
}

/** The one who is told; `current` is undefined, and then nothing costs anything, while nobody looks for deadlocks. */
export const waitWatch: { current: WaitWatch | undefined } = { current: undefined };
