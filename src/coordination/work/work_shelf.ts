/**
 * Where a queue's items stand, without anybody who waits.
 *
 * @module
 */

import { joinByRank } from "../ranked_line.ts";
import { WaitLine } from "../wait_line.ts";
import { DueHeap } from "./due_heap.ts";
import { WorkEntry, type WorkOffer, type WorkTicket } from "./work_item.ts";

/** What has happened to items: `added` is `finished` and what the queue holds. */
export interface WorkQueueCounts {
  /** How many were added, without duplicates. */
  readonly added: number;
  /** How many were left out because of their key. */
  readonly duplicates: number;
  /** How many were acknowledged. */
  readonly finished: number;
  /** How often one was given back by its holder. */
  readonly givenBack: number;
  /** How often one came back because its holder did not acknowledge it in time. */
  readonly expired: number;
}

/** Ready items in a line, delayed and taken ones in a heap. */
export class WorkShelf<Data> {
  /** How many items there are: ready, delayed and taken. */
  size = 0;
  /** How many items are taken. */
  taken = 0;
  readonly #ready = new WaitLine<WorkEntry<Data>>();
  readonly #due = new DueHeap<WorkEntry<Data>>();
  readonly #byKey = new Map<string, WorkEntry<Data>>();
  #lastId = 0;
  #duplicates = 0;
  #finished = 0;
  #givenBack = 0;
  #expired = 0;

  /** Makes an empty one; times are in milliseconds of `clock`. */
  constructor(readonly capacity: number, readonly visibilityMs: number, readonly clock: () => number) {}

  /** How many items can be taken now. */
  get ready(): number {
    return this.#ready.size;
  }

  /** How many items will be ready later. */
  get delayed(): number {
    return this.#due.size - this.taken;
  }

  /** When something next falls due; `Infinity` if nothing does. */
  get nextDueAtMs(): number {
    return this.#due.first?.dueAtMs ?? Infinity;
  }

  /** What has happened so far. */
  get counts(): WorkQueueCounts {
    return {
      added: this.#lastId,
      duplicates: this.#duplicates,
      finished: this.#finished,
      givenBack: this.#givenBack,
      expired: this.#expired,
    };
  }

  /** The items that are taken, the longest held first; O(n log n). */
  takenEntries(): WorkEntry<Data>[] {
    return [...this.#due.values()].filter(({ state }) => state === "taken")
      .sort((one, other) => one.takenAtMs - other.takenAtMs || one.order - other.order);
  }

  /** Adds an item, unless one of its key is there; `undefined` if there is no room. */
  accept(offer: WorkOffer<Data>): WorkTicket | undefined {
    const { key, delayMs } = offer;
    const same = key === undefined ? undefined : this.#byKey.get(key);
    if (same !== undefined) {
      this.#duplicates++;
      return { id: same.order, isDuplicate: true };
    }
    if (this.size >= this.capacity) return undefined;
    const entry = new WorkEntry(++this.#lastId, offer);
    this.size++;
    if (key !== undefined) this.#byKey.set(key, entry);
    this.#admit(entry, delayMs);
    return { id: entry.order, isDuplicate: false };
  }

  /** Makes ready whatever has fallen due, in the order in which it has. */
  collectDue(): void {
    let entry = this.#due.first;
    if (entry === undefined) return;
    const now = this.clock();
    for (; entry !== undefined && entry.dueAtMs <= now; entry = this.#due.first) {
      this.#due.remove(entry);
      if (entry.state === "taken") {
        this.taken--;
        this.#expired++;
      }
      this.#makeReady(entry);
    }
  }

  /** Takes the first item that is ready. */
  take(owner: string | undefined): WorkEntry<Data> | undefined {
    const entry = this.#ready.first;
    if (entry === undefined) return undefined;
    this.#ready.remove(entry);
    this.taken++;
    entry.state = "taken";
    entry.deliveries++;
    entry.attempts++;
    entry.owner = owner;
    entry.takenAtMs = this.clock();
    entry.dueAtMs = entry.takenAtMs + this.visibilityMs;
    this.#due.add(entry);
    return entry;
  }

  /** Takes out for good what is taken, or has come back and is ready. */
  finish(entry: WorkEntry<Data>): void {
    if (entry.state === "taken") this.#untake(entry);
    else this.#ready.remove(entry);
    entry.state = "done";
    this.#finished++;
    this.size--;
    if (entry.key !== undefined) this.#byKey.delete(entry.key);
  }

  /** Puts back what is taken. */
  putBack(entry: WorkEntry<Data>, delayMs: number): void {
    this.#untake(entry);
    this.#givenBack++;
    this.#admit(entry, delayMs);
  }

  /** Lets what is taken fall due so long from now. */
  hold(entry: WorkEntry<Data>, heldMs: number): void {
    this.#due.remove(entry);
    entry.dueAtMs = this.clock() + heldMs;
    this.#due.add(entry);
  }

  #untake(entry: WorkEntry<Data>): void {
    this.#due.remove(entry);
    this.taken--;
  }

  #admit(entry: WorkEntry<Data>, delayMs: number): void {
    if (delayMs === 0) return this.#makeReady(entry);
    entry.state = "delayed";
    entry.dueAtMs = this.clock() + delayMs;
    this.#due.add(entry);
  }

  #makeReady(entry: WorkEntry<Data>): void {
    entry.state = "ready";
    entry.overtaken = 0;
    joinByRank(this.#ready, entry);
  }
}
