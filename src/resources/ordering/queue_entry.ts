/**
 * Where a waiter stands in a queue.
 *
 * @module
 */

import type { Candidate } from "./ordering.ts";

/** A queue's notes on one waiter: its links in two lines, so that it can leave both at once at any length. */
export class QueueEntry<W> {
  /** Who waits. */
  readonly waiter: W;
  /** Its number in the order of arrival. */
  readonly ticket: number;
  /** What decides its place, where that is set once and for all when it joins: the smaller goes first. */
  rank = 0;
  /** The one ahead in the line of its owner or level. */
  previous: QueueEntry<W> | undefined = undefined;
  /** The one behind in the line of its owner or level. */
  next: QueueEntry<W> | undefined = undefined;
  /** Who came right before it, of all who wait. */
  older: QueueEntry<W> | undefined = undefined;
  /** Who came right after it, of all who wait. */
  newer: QueueEntry<W> | undefined = undefined;

  /** Makes the notes on a waiter that stands in no line yet. */
  constructor(waiter: W, ticket: number) {
    this.waiter = waiter;
    this.ticket = ticket;
  }
}

/**
 * New notes on a waiter that is about to join a queue, which are the waiter's once it has joined.
 *
 * @throws {TypeError} If it waits already.
 */
export function newEntry<W extends Candidate<W>>(waiter: W): QueueEntry<W> {
  if (waiter.entry !== undefined) {
    throw new TypeError(`Cannot join with ticket ${waiter.ticket}: this waiter stands in a queue; let it leave first`);
  }
  return new QueueEntry(waiter, waiter.ticket);
}

/**
 * The notes on a waiter that is in a queue.
 *
 * @throws {TypeError} If it is in none.
 */
export function entryOf<W extends Candidate<W>>(waiter: W): QueueEntry<W> {
  if (waiter.entry === undefined) {
    throw new TypeError(
      `Cannot leave with ticket ${waiter.ticket}: this waiter stands in no queue; let it leave only once`,
    );
  }
  return waiter.entry;
}
