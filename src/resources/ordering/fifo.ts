/**
 * First come, first served.
 *
 * @module
 */

import { ArrivalLine } from "./arrival_line.ts";
import type { Candidate, Ordering, WaitQueue } from "./ordering.ts";
import { entryOf, newEntry } from "./queue_entry.ts";
import { requireUnchanged } from "./traversal.ts";

/** Waiters in the order of their arrival; every method is O(1). */
class FifoQueue<W extends Candidate<W>> implements WaitQueue<W> {
  size = 0;
  readonly #line = new ArrivalLine<W>();
  #changes = 0;

  join(waiter: W): void {
    this.#line.append(waiter.entry = newEntry(waiter));
    this.size++;
    this.#changes++;
  }

  leave(waiter: W): void {
    this.#line.remove(entryOf(waiter));
    waiter.entry = undefined;
    this.size--;
    this.#changes++;
  }

  first(): W | undefined {
    return this.#line.oldest?.waiter;
  }

  *inOrder(): Generator<W, void, void> {
    const changes = this.#changes;
    for (let entry = this.#line.oldest; entry !== undefined; entry = entry.newer) {
      yield entry.waiter;
      requireUnchanged(changes, this.#changes);
    }
  }
}

/**
 * First come, first served, whatever the priority and whoever asks.
 *
 * **Bound.** Nobody who comes later is ever served before a waiter.
 *
 * **Cost.** Every step is O(1).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { fifo } from "./fifo.ts";
 *
 * assertEquals(fifo().name, "fifo"); // new ResourcePool({ capacity, ordering: fifo() })
 * ```
 */
export function fifo(): Ordering {
  return {
    name: "fifo",
    open<W extends Candidate<W>>(): WaitQueue<W> {
      return new FifoQueue<W>();
    },
  };
}
