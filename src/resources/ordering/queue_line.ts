/**
 * Those of a queue who wait for one owner, or at one level of priority.
 *
 * @module
 */

import { WaitLine } from "../../coordination/wait_line.ts";
import type { HeapItem } from "./heap.ts";
import type { QueueEntry } from "./queue_entry.ts";

/** A line in the order of arrival, ranked among other lines by whoever is first in it. */
export class QueueLine<W, Name = unknown> extends WaitLine<QueueEntry<W>> implements HeapItem {
  /** The rank of whoever is first: the smaller goes first. What it measures is up to the strategy. */
  key = 0;
  /** The ticket of whoever is first. */
  tie = 0;
  place = -1;
  /** Whose line it is: an owner, or a level. */
  readonly name: Name;

  /** Makes an empty line. */
  constructor(name: Name) {
    super();
    this.name = name;
  }
}
