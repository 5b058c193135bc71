/**
 * Items that failed for good, for somebody to look at.
 *
 * @module
 */

import type { PoisonItem } from "./work_job.ts";
import type { WorkQueue } from "./work_queue.ts";

/** Poison items by their number, the oldest first. Every method is O(1), but for `items` and `retryAll`. */
export class PoisonList<Data> {
  /** How many were forgotten because the list was full. */
  forgotten = 0;
  readonly #items = new Map<number, PoisonItem<Data>>();
  readonly #queue: WorkQueue<Data>;
  readonly #capacity: number;

  /** Made by a processor. */
  constructor(queue: WorkQueue<Data>, capacity: number) {
    if (!(Number.isSafeInteger(capacity) && capacity >= 1)) {
      throw new RangeError(`Cannot keep ${capacity} poison items: expected an integer, at least 1`);
    }
    this.#queue = queue;
    this.#capacity = capacity;
  }

  /** How many there are. */
  get size(): number {
    return this.#items.size;
  }

  /** All of them, the oldest first. */
  items(): PoisonItem<Data>[] {
    return [...this.#items.values()];
  }

  /** Puts one aside; the oldest is forgotten if there are too many. */
  add(item: PoisonItem<Data>): void {
    if (this.#items.size === this.#capacity) {
      for (const oldest of this.#items.keys()) {
        this.#items.delete(oldest);
        break;
      }
      this.forgotten++;
    }
    this.#items.set(item.id, item);
  }

  /** Forgets one; answers what it was. */
  discard(id: number): PoisonItem<Data> | undefined {
    const item = this.#items.get(id);
    this.#items.delete(id);
    return item;
  }

  /**
   * Puts one back into the queue, as a new item with a number of its own and all its attempts.
   *
   * @returns Whether it is in the queue; if not, it is still here: there was no room, or another of its key is in the
   * queue, or there is no such item.
   * @throws {WorkQueueClosedError} If the queue is closed.
   */
  retry(id: number): boolean {
    const item = this.#items.get(id);
    if (item === undefined) return false;
    const { data, key, priority } = item;
    const ticket = this.#queue.tryAdd(data, { priority, ...(key !== undefined && { key }) });
    if (ticket === undefined || ticket.isDuplicate) return false;
    this.#items.delete(id);
    return true;
  }

  /** Puts back as many as there is room for; answers how many. */
  retryAll(): number {
    return this.items().filter(({ id }) => this.retry(id)).length;
  }
}
