/**
 * All who wait, in the order of their arrival.
 *
 * @module
 */

import type { QueueEntry } from "./queue_entry.ts";

/** A doubly linked list on an entry's own links `older` and `newer`; every method is O(1). */
export class ArrivalLine<W> {
  /** Who has waited longest. */
  oldest: QueueEntry<W> | undefined = undefined;
  #newest: QueueEntry<W> | undefined = undefined;

  /** Takes in one who came later than all others. */
  append(entry: QueueEntry<W>): void {
    const older = entry.older = this.#newest;
    if (older === undefined) this.oldest = entry;
    else older.newer = entry;
    this.#newest = entry;
  }

  /** Takes out one who stands in this line. */
  remove(entry: QueueEntry<W>): void {
    const { older, newer } = entry;
    if (older === undefined) this.oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    entry.older = undefined;
    entry.newer = undefined;
  }
}
