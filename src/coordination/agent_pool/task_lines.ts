/**
 * Tasks that wait: so many for a worker, the others for room.
 *
 * @module
 */

import { joinByRank } from "../ranked_line.ts";
import { WaitLine } from "../wait_line.ts";
import type { PoolTask } from "./pool_task.ts";

/** A bounded queue and the line before it, both by urgency; nobody who waits for room overtakes what is in the queue. */
export class TaskLines<Input, Output> {
  readonly #maxQueue: number;
  readonly #queue = new WaitLine<PoolTask<Input, Output>>();
  readonly #outside = new WaitLine<PoolTask<Input, Output>>();

  /** `maxQueue` tasks wait for a worker at most, and besides them those that are begun anew. */
  constructor(maxQueue: number) {
    this.#maxQueue = maxQueue;
  }

  /** How many wait. */
  get size(): number {
    return this.#queue.size + this.#outside.size;
  }

  /** How many are in the queue. */
  get queued(): number {
    return this.#queue.size;
  }

  /** How many wait for room in it. */
  get outside(): number {
    return this.#outside.size;
  }

  /** Whose turn it is; with a queue of no places one that waits for room. */
  get first(): PoolTask<Input, Output> | undefined {
    return this.#queue.first ?? this.#outside.first;
  }

  /** Puts a task in line. */
  join(task: PoolTask<Input, Output>): void {
    joinByRank(task.line = this.#outside, task);
    this.#letIn();
  }

  /** Puts one first that has had its turn before. */
  rejoin(task: PoolTask<Input, Output>): void {
    (task.line = this.#queue).insertAfter(undefined, task);
  }

  /** Takes out a task that stands in line. */
  leave(task: PoolTask<Input, Output>): void {
    task.line?.remove(task);
    task.line = undefined;
    this.#letIn();
  }

  /** Those in the queue, or those that wait for room, in the order in which they will be served. */
  *tasks(where: "queued" | "outside"): Generator<PoolTask<Input, Output>, void, void> {
    let task = (where === "queued" ? this.#queue : this.#outside).first;
    for (; task !== undefined; task = task.next) yield task;
  }

  #letIn(): void {
    for (let task = this.#outside.first; task !== undefined; task = this.#outside.first) {
      if (this.#queue.size >= this.#maxQueue) return;
      this.#outside.remove(task);
      joinByRank(task.line = this.#queue, task);
      task.accept();
    }
  }
}
