/**
 * What a pool's workers are, here or in threads.
 *
 * @module
 */

/** How one task runs. */
export interface TaskCall {
  /** Aborted when the task should stop. */
  readonly signal: AbortSignal;
  /** What moves to the Worker instead of being copied. */
  readonly transfer: readonly Transferable[];
}

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
  readonly #fn: (input: Input, signal: AbortSignal) => Output | PromiseLike<Output>;

  /** Takes the function that runs tasks. */
  constructor(fn: (input: Input, signal: AbortSignal) => Output | PromiseLike<Output>) {
    this.#fn = fn;
  }

  /** Calls the function. */
  async run(input: Input, { signal }: TaskCall): Promise<Output> {
    return await this.#fn(input, signal);
  }

  /** Nothing is kept. */
  close(): void {}
}
