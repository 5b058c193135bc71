/**
 * Round robin: every owner in turn.
 *
 * @module
 */

import { LineQueue } from "./line_queue.ts";
import type { Candidate, Ordering, WaitQueue } from "./ordering.ts";
import { QueueLine } from "./queue_line.ts";
import type { Cursor } from "./traversal.ts";

/**
 * Owners by the number of their turn: whoever begins to wait, or has been granted something, goes behind all others, which is to
 * say that it gets the next number.
 */
export class RoundRobinQueue<W extends Candidate<W>>
  extends LineQueue<W, string | undefined, QueueLine<W, string | undefined>> {
  #turns = 0;

  /** Sends an owner behind all others. */
  granted(owner: string | undefined): void {
    const line = this.lines.get(owner);
    if (line === undefined) return;
    line.key = this.#turns++;
    this.heap.update(line);
  }

  protected override nameOf(waiter: W): string | undefined {
    return waiter.owner;
  }

  protected override makeLine(name: string | undefined): QueueLine<W, string | undefined> {
    return new QueueLine(name);
  }

  protected override beginWaiting(line: QueueLine<W, string | undefined>): void {
    line.key = this.#turns++;
  }

  /** One round later: behind all who have a turn in this one, in the same order. */
  protected override keyBehind(cursor: Cursor<W, QueueLine<W, string | undefined>>): number {
    return cursor.key + this.#turns;
  }
}

/**
 * Every owner in turn, one request each, however large it is; those who do not tell their owner are one owner together. Within an
 * owner, the order is that of arrival. An owner that begins to wait goes behind all others. A grant is a turn, whether or not it
 * had to wait; whoever gives up does not cost its owner the turn.
 *
 * **Bound.** Whoever is first of its owner is passed at most once by each of the other owners that waited when it became the
 * first, and by no owner that has come since. So a request with p of its owner before it is served after at most p + 1 rounds, of
 * one request for each owner that waits when the round begins.
 *
 * **Cost.** O(log of the owners who wait) for each step; owners that do not wait are not remembered.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { roundRobin } from "./round_robin.ts";
 *
 * assertEquals(roundRobin().name, "round-robin"); // new ResourcePool({ capacity, ordering: roundRobin() })
 * ```
 */
export function roundRobin(): Ordering {
  return {
    name: "round-robin",
    open<W extends Candidate<W>>(): WaitQueue<W> {
      return new RoundRobinQueue<W>();
    },
  };
}
