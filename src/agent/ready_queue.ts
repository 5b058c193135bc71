/**
 * The steps that may run, in the order in which they will.
 *
 * @module
 */

import type { GraphStep } from "./graph_step.ts";

/** First come, first served; linked through the steps themselves, so that a queue of any length allocates nothing. */
class Lane {
  head: GraphStep | undefined = undefined;
  tail: GraphStep | undefined = undefined;

  push(step: GraphStep): void {
    if (this.tail === undefined) this.head = step;
    else this.tail.queuedBehind = step;
    this.tail = step;
  }

  take(): GraphStep | undefined {
    const step = this.head;
    if (step === undefined) return undefined;
    this.head = step.queuedBehind;
    if (this.head === undefined) this.tail = undefined;
    step.queuedBehind = undefined;
    return step;
  }
}

/** By priority, then in the order of arrival. Only the lanes that are used exist. */
export class ReadyQueue {
  readonly #normal = new Lane();
  /** Of low, high and critical, at their ranks. */
  #others: (Lane | undefined)[] | undefined = undefined;

  /** Puts a step at the end of its priority's line. */
  push(step: GraphStep, rank: number): void {
    if (rank === 1) return this.#normal.push(step);
    this.#others ??= [undefined, undefined, undefined, undefined];
    (this.#others[rank] ??= new Lane()).push(step);
  }

  /** Takes the next step out, or returns `undefined`. */
  take(): GraphStep | undefined {
    const others = this.#others;
    if (others === undefined) return this.#normal.take();
    return others[3]?.take() ?? others[2]?.take() ?? this.#normal.take() ?? others[0]?.take();
  }
}
