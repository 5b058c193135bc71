/**
 * An object as its pool knows it.
 *
 * @module
 */

/** An object and what its limits need to know; times are of the pool's clock, in milliseconds. */
export class Entry<T> {
  /** When it was last given back or found to work; only kept if something depends on it. */
  idleSinceMs = 0;
  /** How often it was lent; only counted if there is a limit. */
  uses = 0;

  /** A new object, which is to end at `expiresAtMs`, or at Infinity never. */
  constructor(readonly value: T, readonly expiresAtMs: number) {}
}
