/**
 * By priority, with aging.
 *
 * @module
 */

import { LineQueue } from "./line_queue.ts";
import type { Candidate, Ordering, WaitQueue } from "./ordering.ts";
import type { QueueEntry } from "./queue_entry.ts";
import { QueueLine } from "./queue_line.ts";
import type { Cursor } from "./traversal.ts";
import { requireOptions } from "../../coordination/require_options.ts";

/** How priorities count. */
export interface PriorityOptions {
  /** How much waiting makes up for one level of priority, in milliseconds; finite, at least 0. Default 10,000. */
  readonly agingMs?: number;
}

/**
 * One line for each level: within a level whoever comes later ranks lower, so that only the firsts of the levels compete.
 *
 * The ranks are told by a clock of the queue's own, which goes forward as the pool's clock does and stands still while that one
 * goes back. So the order of a level is the order of arrival, and a clock that is set back lets nobody pass.
 */
export class PriorityQueue<W extends Candidate<W>> extends LineQueue<W, number, QueueLine<W, number>> {
  readonly #agingMs: number;
  #readingMs = 0;
  #clockMs = 0;

  /** Makes an empty queue. */
  constructor(agingMs: number) {
    super();
    this.#agingMs = agingMs;
  }

  protected override nameOf(waiter: W): number {
    return waiter.level;
  }

  protected override makeLine(name: number): QueueLine<W, number> {
    return new QueueLine(name);
  }

  protected override beginWaiting(): void {}

  protected override noteArrival(entry: QueueEntry<W>): void {
    const { arrivedMs, level } = entry.waiter;
    const forwardMs = arrivedMs - this.#readingMs;
    if (this.size === 0) this.#clockMs = 0; // nobody to compare with: stay where doubles are finest
    else if (forwardMs > 0 && forwardMs < Infinity) this.#clockMs += forwardMs;
    this.#readingMs = arrivedMs;
    entry.rank = this.#clockMs - level * this.#agingMs;
  }

  protected override keyOf(_line: QueueLine<W, number>, first: QueueEntry<W>): number {
    return first.rank;
  }

  protected override keyBehind(_cursor: Cursor<W, QueueLine<W, number>>, next: QueueEntry<W>): number {
    return next.rank;
  }
}

/**
 * The higher priority first, where waiting makes up for priority: one level is worth `agingMs` of waiting. Equals are served in
 * the order of arrival; with `agingMs` 0, all are.
 *
 * **Bound.** A later arrival is served before a waiter only if it is d levels higher and comes less than d × `agingMs` later, as
 * the pool's clock goes forward; time during which that clock stands still or goes back does not count. After that, nothing that
 * arrives can pass. This is why `agingMs` must be finite: strict priority lets the lowest level starve as long as there is
 * enough work above it. For what is strict in practice, take an hour.
 *
 * **Cost.** O(1) to join and to leave, and O(log of the levels in use) whenever the first of a level changes; any finite number
 * may be a level.
 *
 * @throws {RangeError} If `agingMs` is out of range.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { priority } from "./priority.ts";
 *
 * assertEquals(priority({ agingMs: 60_000 }).name, "priority");
 * assertThrows(() => priority({ agingMs: Infinity }), RangeError, "would let low priorities starve");
 * ```
 */
export function priority(options: PriorityOptions = {}): Ordering {
  const { agingMs = 10_000 } = requireOptions("order by priority", options);
  if (!(agingMs >= 0 && agingMs < Infinity)) {
    throw new RangeError(
      `Cannot order by priority with agingMs ${agingMs}: expected a finite number, at least 0` +
        (agingMs === Infinity
          ? "; without aging a steady stream of high priorities would let low priorities starve, so pass a long time instead"
          : "; use 0 to ignore priorities"),
    );
  }
  return {
    name: "priority",
    open<W extends Candidate<W>>(): WaitQueue<W> {
      return new PriorityQueue<W>(agingMs);
    },
  };
}
