/**
 * Who of those who wait is served next: what a strategy is, and what it works on.
 *
 * @module
 */

import type { Demand } from "../placement/placement.ts";
import type { QueueEntry } from "./queue_entry.ts";

/** Somebody who waits, as an ordering sees it. All set at birth, in one shape; `Self` is the waiter's own type. */
export interface Candidate<Self = unknown> {
  /** For whom it waits, if told. Those who do not tell are one owner together. */
  readonly owner: string | undefined;
  /** How urgent it is: low 0, normal 1, high 2, critical 3, or any finite number. */
  readonly level: number;
  /** When it joined, in milliseconds of the pool's clock, which may go backwards. */
  readonly arrivedMs: number;
  /** Its number in the order of arrival, which decides ties. */
  readonly ticket: number;
  /** What it waits for. */
  readonly demand: Demand;
  /** The largest share of the pool's total capacity of a kind that it waits for, in (0, 1]. */
  readonly dominantShare: number;
  /** The queue's own notes on it, while it waits: at first `undefined`, and nobody but the queue reads or writes it. */
  entry: QueueEntry<Self> | undefined;
}

/** A strategy. One can serve many pools. */
export interface Ordering {
  /** What it is called, such as `"fair-share"`. */
  readonly name: string;
  /** Makes an empty queue for one pool. */
  open<W extends Candidate<W>>(context: OrderingContext): WaitQueue<W>;
}

/** What an ordering may know of its pool. */
export interface OrderingContext {
  /** The pool's total units by kind's place; written by the pool, changed by a resize. */
  readonly capacity: Float64Array;
}

/** Who waits, and who comes next. */
export interface WaitQueue<W extends Candidate<W>> {
  /** How many wait. */
  readonly size: number;
  /** Takes one in, who waits nowhere yet and whose ticket is larger than all before. O(log n) or better. */
  join(waiter: W): void;
  /** Takes one out, who is in: granted, aborted or timed out. O(log n) or better. */
  leave(waiter: W): void;
  /** Whoever is to be served next; undefined if nobody waits. O(log n) or better. */
  first(): W | undefined;
  /**
   * All, lazily, in the order in which they would be served if nobody else came: taking k of them costs O(k log k). It changes
   * nothing, and is not to be used after the next change of the queue.
   */
  inOrder(): Iterable<W>;
  /**
   * Something was granted to an owner, for strategies that keep accounts: to a waiter, right after it has left the queue, or to a
   * caller who never waited.
   */
  granted?(owner: string | undefined, demand: Demand, level: number): void;
  /** Something that was granted has been given back. */
  released?(owner: string | undefined, demand: Demand): void;
}
