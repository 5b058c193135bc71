/**
 * The line of those who wait for an object.
 *
 * @module
 */

import { tellEnd } from "../../coordination/deadlocks/watch.ts";
import { WaitLine } from "../../coordination/wait_line.ts";
import { MOST_COUNTED } from "../../coordination/most_counted.ts";
import type { ObjectWaiter } from "./object_waiter.ts";

/**
 * Waiters sorted by rank, which is when they came less the head start of their priority: one plain line for each level, for
 * within a level whoever comes later ranks lower.
 *
 * Joining and leaving are O(1), however many wait; when the first leaves, finding the next costs the number of levels in use.
 */
export class ObjectLine<T> {
  /** Whoever is served first; undefined when nobody waits. */
  first: ObjectWaiter<T> | undefined = undefined;
  /** How many wait. */
  size = 0;
  readonly #levels = new Map<number, WaitLine<ObjectWaiter<T>>>();

  /** Takes in a waiter that has come later than all others. */
  join(waiter: ObjectWaiter<T>): void {
    let line = this.#levels.get(waiter.level);
    if (line === undefined) this.#levels.set(waiter.level, line = new WaitLine());
    line.insertAfter(line.last, waiter);
    this.size++;
    if (this.first === undefined || waiter.isBefore(this.first)) this.first = waiter;
  }

  /** Lets a waiter go, which stands in this line. */
  remove(waiter: ObjectWaiter<T>): void {
    const line = this.#levels.get(waiter.level);
    if (line === undefined) return;
    line.remove(waiter);
    tellEnd(waiter);
    this.size--;
    if (line.first === undefined) this.#levels.delete(waiter.level);
    if (this.first === waiter) this.first = this.#findFirst();
  }

  /** How many are served before a waiter, for people; it looks at {@linkcode MOST_COUNTED} of them at most. */
  describeBefore(waiter: ObjectWaiter<T>): string {
    let count = 0;
    for (const line of this.#levels.values()) {
      for (let at = line.first; at?.isBefore(waiter); at = at.next) {
        if (++count === MOST_COUNTED) return `at least ${count}`;
      }
    }
    return String(count);
  }

  /** All, in the order in which they are served. */
  inOrder(): ObjectWaiter<T>[] {
    const waiters: ObjectWaiter<T>[] = [];
    for (const { first } of this.#levels.values()) {
      for (let at = first; at !== undefined; at = at.next) waiters.push(at);
    }
    return waiters.sort((one, other) => one.isBefore(other) ? -1 : 1);
  }

  /** When the one came who has waited longest; undefined when nobody waits. Costs the number of levels in use. */
  oldestArrivalMs(): number | undefined {
    let oldest: number | undefined;
    for (const { first } of this.#levels.values()) {
      if (first !== undefined && (oldest === undefined || first.arrivedMs < oldest)) oldest = first.arrivedMs;
    }
    return oldest;
  }

  #findFirst(): ObjectWaiter<T> | undefined {
    let best: ObjectWaiter<T> | undefined;
    for (const { first } of this.#levels.values()) {
      if (first !== undefined && (best === undefined || first.isBefore(best))) best = first;
    }
    return best;
  }
}
