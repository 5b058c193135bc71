/**
 * Walking through those who wait, in the order of service.
 *
 * @module
 */

import type { HeapItem } from "./heap.ts";
import type { QueueEntry } from "./queue_entry.ts";
import type { QueueLine } from "./queue_line.ts";

/** How far a walk has come in one line: the key and the tie are those of `entry`. */
export class Cursor<W, Line extends QueueLine<W>> implements HeapItem {
  key: number;
  tie: number;
  place = -1;
  /** Which line. */
  readonly line: Line;
  /** Who is next in it; all ahead of it have been passed. */
  entry: QueueEntry<W>;
  /** What its owner would hold if all ahead had been granted, in units by kind's place; only for strategies that count it. */
  held: number[] | undefined = undefined;

  /** Starts with whoever is first in a line. */
  constructor(line: Line, entry: QueueEntry<W>) {
    this.key = line.key;
    this.tie = line.tie;
    this.line = line;
    this.entry = entry;
  }
}

/** Stops a walk through a queue that is no longer what it was: where it would go on means nothing. */
export function requireUnchanged(changesBefore: number, changesNow: number): void {
  if (changesBefore !== changesNow) {
    throw new TypeError(
      "Cannot go on through a queue that has changed: make all changes after the walk, or start a new one",
    );
  }
}
