/**
 * What a pool's workers are, here or in threads.
 *
 * @module
 */

import { uniqueOwner } from "../deadlocks/unique_owner.ts";

/** A task of a pool, as it sees itself. */
export interface RunningTask {
  /**
   * Its own name, made by `uniqueOwner` when first read: for what it asks for and waits for, so that `detectDeadlocks()` sees tasks that
   * wait for each other, or for a pool all of whose workers they have.
   */
  readonly owner: string;
}

/** A task's name, which is made only if it asks. */
export class TaskIdentity implements RunningTask {
  /** The name, once it was asked for. */
  known: string | undefined = undefined;
  readonly #kind: string;

  /** `kind` is what people call such tasks. */
  constructor(kind: string) {
    this.#kind = kind;
  }

  get owner(): string {
    return this.known ??= uniqueOwner(this.#kind);
  }
}

/** How one task runs. */
export interface TaskCall {
  /** Who it is. */
  readonly task: RunningTask;
  /** Aborted when the task should stop. */
  readonly signal: AbortSignal;
  /** What moves to the Worker instead of being copied. */
  readonly transfer: readonly Transferable[];
}

/** What runs a task in this isolate. */
export type LocalTask<Input, Output> = (
  input: Input,
  signal: AbortSignal,
  task: RunningTask,
) => Output | PromiseLike<Output>;

/** One worker of a pool: runs one task at a time. */
export interface TaskRunner<Input, Output> {
  /** Why it is of no use any more; undefined while it is. */
  readonly fault: string | undefined;
  /** Runs a task. Rejects with a {@linkcode RunnerBrokenError} if the worker is of no use any more. */
  run(input: Input, call: TaskCall): Promise<Output>;
  /** Ends it at once. */
  close(): void;
}

/** What a runner rejects with when it has broken: the pool makes another. */
export class RunnerBrokenError extends Error {
  override readonly name = "RunnerBrokenError";

  /** Says why, and whether it had got as far as to take tasks. */
  constructor(why: string, readonly hasStarted: boolean) {
    super(why);
  }
}

/** Runs tasks in this isolate. */
export class LocalRunner<Input, Output> implements TaskRunner<Input, Output> {
  readonly fault = undefined;
  readonly #fn: LocalTask<Input, Output>;

  /** Takes the function that runs tasks. */
  constructor(fn: LocalTask<Input, Output>) {
    this.#fn = fn;
  }

  /** Calls the function. */
  async run(input: Input, { signal, task }: TaskCall): Promise<Output> {
    return await this.#fn(input, signal, task);
  }

  /** Nothing is kept. */
  close(): void {}
}
