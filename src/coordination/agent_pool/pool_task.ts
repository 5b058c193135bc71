/**
 * A task of a pool: waiting, running, or over.
 *
 * @module
 */

import type { RankedNode } from "../ranked_line.ts";
import { Waiter, WaitTimeoutError } from "../waiter.ts";

/** What is said of a task. */
export interface TaskDetails<Input> {
  readonly input: Input;
  readonly transfer: readonly Transferable[];
  readonly level: number;
  readonly owner: string | undefined;
}

/** Told when somebody no longer waits for a task. */
export type TaskLeft<Input, Output> = (task: PoolTask<Input, Output>, cause: "timeout" | "abort") => void;

/** Somebody who waits for what a task answers: first in line, then while it runs. */
export class PoolTask<Input, Output> extends Waiter<Output> implements RankedNode<PoolTask<Input, Output>> {
  previous: PoolTask<Input, Output> | undefined = undefined;
  next: PoolTask<Input, Output> | undefined = undefined;
  overtaken = 0;
  /** How often it was begun. */
  attempts = 0;
  /** Whether somebody still waits for it. */
  isWanted = true;
  /** Ends it while it runs. */
  abort: AbortController | undefined = undefined;
  sinceMs = 0;
  readonly level: number;

  /** `left` is called once, if somebody gives up. */
  constructor(readonly details: TaskDetails<Input>, readonly left: TaskLeft<Input, Output>) {
    super();
    this.level = details.level;
  }

  /** Who asked, if that was told. */
  get owner(): string | undefined {
    return this.details.owner;
  }

  /** Passes on its answer, if somebody waits for it. */
  finish(output: Output): void {
    if (!this.isWanted) return;
    this.isWanted = false;
    this.grant(output);
  }

  /** Passes on why there is no answer, if somebody waits for one. */
  fail(error: unknown): void {
    if (!this.isWanted) return;
    this.isWanted = false;
    this.refuse(error);
  }

  protected override leave(cause: "timeout" | "abort"): void {
    this.isWanted = false;
    this.left(this, cause);
  }

  protected override timeoutError(timeoutMs: number): WaitTimeoutError {
    const state = this.abort === undefined ? "it waits for a worker" : "it still runs";
    return new WaitTimeoutError("the result of a task", timeoutMs, state);
  }
}
