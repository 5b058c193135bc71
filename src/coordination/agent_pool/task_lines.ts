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
  readonly #dismissed: (task: PoolTask<Input, Output>) => void;
  readonly #queue = new WaitLine<PoolTask<Input, Output>>();
  readonly #outside = new WaitLine<PoolTask<Input, Output>>();

  /**
   * `maxQueue` tasks wait for a worker at most, and besides them those that are begun anew. `dismissed` is told of those that were
   * taken out because their signal is aborted, when it was their turn before it had told them.
   */
  constructor(maxQueue: number, dismissed: (task: PoolTask<Input, Output>) => void) {
    this.#maxQueue = maxQueue;
    this.#dismissed = dismissed;
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
    if (this.#queue.first?.isAborted) {
      this.#firstOf(this.#queue);
      this.#letIn();
    }
    return this.#queue.first ?? this.#firstOf(this.#outside);
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
    for (let task = this.#firstOf(this.#outside); task !== undefined; task = this.#firstOf(this.#outside)) {
      if (this.#queue.size >= this.#maxQueue) return;
      this.#outside.remove(task);
      joinByRank(task.line = this.#queue, task);
      task.accept();
    }
  }

  /** The first whose signal is not aborted. */
  #firstOf(line: WaitLine<PoolTask<Input, Output>>): PoolTask<Input, Output> | undefined {
    for (let { first } = line; first !== undefined; first = line.first) {
      if (!first.isAborted) return first;
      line.remove(first);
      first.line = undefined;
      this.#dismissed(first);
    }
    return undefined;
  }
}
