/**
 * What a thread is told that takes a lock again and again, and what it tells.
 *
 * @module
 */

/** The words behind the lock's own: whether to stop, and what is counted by turns. */
export const STOP_AT = 32;
export const COUNT_AT = 48;

/** What a thread does until it is stopped. */
export interface SpinOrder {
  readonly buffer: SharedArrayBuffer;
  readonly name: number;
  /** How often it looks before it parks. */
  readonly looks: number;
  /** Pauses before a look at most: they begin with one, and double from look to look. */
  readonly mostPauses: number;
  /** How long it holds the lock, and how long it stays away. */
  readonly heldNs: number;
  readonly thinkNs: number;
}

/** What it did. */
export interface SpinReport {
  readonly turns: number;
  readonly longestMs: number;
}
