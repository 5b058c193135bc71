/**
 * A task of a pool: waiting, running, or over.
 *
 * @module
 */

import type { ContestedWait } from "../deadlocks/contested.ts";
import { tellEnd } from "../deadlocks/watch.ts";
import type { RankedNode } from "../ranked_line.ts";
import type { WaitLine } from "../wait_line.ts";
import { Waiter, WaitTimeoutError } from "../waiter.ts";
import type { SubmittedTask, UnfinishedTask } from "./agent_pool_options.ts";
import type { TaskIdentity } from "./task_runner.ts";

/** What is said of a task. */
export interface TaskDetails<Input> {
  readonly input: Input;
  readonly transfer: readonly Transferable[];
  readonly level: number;
  readonly owner: string | undefined;
  /** Whether whoever asked waits for its answer, and not only for room. */
  readonly isAwaited: boolean;
}

/** Told when somebody no longer waits for a task, and why. */
export type TaskGivenUp<Input, Output> = (
  task: PoolTask<Input, Output>,
  cause: "timeout" | "abort",
  reason: unknown,
) => void;

/** Somebody who waits for what a task answers: in line, then while it runs. */
export class PoolTask<Input, Output> extends Waiter<Output>
  implements RankedNode<PoolTask<Input, Output>>, ContestedWait {
  readonly share = 1;
  previous: PoolTask<Input, Output> | undefined = undefined;
  next: PoolTask<Input, Output> | undefined = undefined;
  overtaken = 0;
  /** Where it stands, if it waits. */
  line: WaitLine<PoolTask<Input, Output>> | undefined = undefined;
  /** Whether it has had room in the queue, or a worker. */
  isAccepted = false;
  /** Whether it was not begun at once. */
  hasWaited = false;
  /** How often it was begun. */
  attempts = 0;
  /** Whether somebody still waits for it. */
  isWanted = true;
  /** Ends it while it runs. */
  abort: AbortController | undefined = undefined;
  /** Who it is while it runs. */
  identity: TaskIdentity | undefined = undefined;
  /** When it came, then when it was begun; as `Accounts.stamp` tells. */
  sinceMs = 0;
  /** When it came, by the clock of this process; NaN while nobody wants to know. */
  enteredMs = NaN;
  readonly level: number;
  #accepted: (() => void) | undefined = undefined;

  /** `gaveUp` is called once, if somebody gives up. */
  constructor(readonly details: TaskDetails<Input>, readonly gaveUp: TaskGivenUp<Input, Output>) {
    super();
    this.level = details.level;
  }

  /** Who asked, if that was told. */
  get owner(): string | undefined {
    return this.details.owner;
  }

  /** False: nobody need wait for what was begun. */
  override get isAwaited(): boolean {
    return false;
  }

  /** The pool has it now. */
  accept(): void {
    if (this.isAccepted) return;
    this.isAccepted = true;
    if (!this.details.isAwaited) tellEnd(this);
    this.#accepted?.();
  }

  /** Waits until the pool has it. */
  submitted(): Promise<SubmittedTask<Output>> {
    if (this.isAccepted) return Promise.resolve({ result: this.promise });
    return new Promise((resolve, reject) => {
      // A failure before there is room is told to whoever submits, one after that by the result: each once.
      this.#accepted = () => resolve({ result: this.promise.then((output) => output) });
      this.promise.catch(reject);
    });
  }

  /** What is told of it if it is not done. */
  unfinished(state: UnfinishedTask<Input>["state"]): UnfinishedTask<Input> {
    const { owner, attempts, details: { input } } = this;
    return { input, owner, state, attempts };
  }

  /** Passes on its answer, if somebody waits for it. */
  finish(output: Output): void {
    if (!this.isWanted) return;
    this.#end();
    this.grant(output);
  }

  /** Passes on why there is no answer, if somebody waits for one. */
  fail(error: unknown): void {
    if (!this.isWanted) return;
    this.#end();
    this.refuse(error);
  }

  /** Ends the wait for it, as its signal is aborted. */
  dismiss(): void {
    this.fail(this.abortReason);
  }

  protected override leave(cause: "timeout" | "abort", reason: unknown): void {
    this.#end();
    this.gaveUp(this, cause, reason);
  }

  protected override timeoutError(timeoutMs: number): WaitTimeoutError {
    const state = this.abort !== undefined
      ? "it still runs"
      : this.isAccepted
      ? "it waits for a worker"
      : "it waits for room in the queue";
    return new WaitTimeoutError("the result of a task", timeoutMs, state);
  }

  #end(): void {
    this.isWanted = false;
    tellEnd(this);
  }
}
