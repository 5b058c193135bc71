/**
 * What can be run together with others: an `Agent` fits, and so does anything of this shape.
 *
 * @module
 */

import { foundValue } from "../found_value.ts";

/** What is told of one state of a run. */
export interface RunnableStateEvent {
  /** The state. */
  readonly state: string;
  /** How it ended; undefined while it goes on. */
  readonly status?: string;
  /** What it threw, if it failed. */
  readonly error?: unknown;
}

/** Watches the states of a run. */
export interface RunnableObserver {
  /** A state begins. */
  onStateStart?(event: RunnableStateEvent): void;
  /** A state has ended. */
  onStateEnd?(event: RunnableStateEvent): void;
}

/** What a run is given. */
export interface RunnableOptions {
  /** The variables at the start. */
  readonly variables?: object;
  /** Aborted when the run should stop. */
  readonly signal?: AbortSignal;
  /** Watches its states, if it has any. */
  readonly observer?: RunnableObserver;
}

/** How one run goes that somebody looks after. */
export interface TimedRunOptions extends RunnableOptions {
  /** Ends the run after so many milliseconds, with a `RunDeadlineError`; finite, above 0. By default never. */
  readonly timeoutMs?: number;
}

/**
 * What can be run, any number of times at once. It fails by rejecting, or, as an agent does, with a result whose
 * `status` is `"failed"`,
 * `"cancelled"` or `"timed_out"` and whose `error` says why.
 */
export interface Runnable<Result = unknown> {
  /** What people call it. */
  readonly name: string;
  /** Runs it. */
  run(options: RunnableOptions): Promise<Result>;
}

/**
 * Makes something to run of a function.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { runnable } from "./runnable.ts";
 *
 * const double = runnable("double", ({ n }: { n: number }) => ({ n: n * 2 }));
 * assertEquals(await double.run({ variables: { n: 4 } }), { n: 8 });
 * ```
 */
export function runnable<Variables extends object, Result>(
  name: string,
  fn: (variables: Variables, options: RunnableOptions) => Result | PromiseLike<Result>,
): Runnable<Result> {
  return {
    name,
    // What it is given is up to whoever runs it, as with an agent without a schema.
    run: async (options) => await fn((options.variables ?? {}) as Variables, options),
  };
}

/** What a run hands on to the next: an agent's outputs, or whatever else the result is. */
export function outputOf(result: unknown): unknown {
  if (typeof result !== "object" || result === null || !("outputs" in result)) return result;
  return result.outputs;
}

/**
 * Checks that something can be run.
 *
 * @param what What cannot be done if it cannot: `"register"`.
 * @throws {TypeError} If it has no method `run`.
 */
export function requireRunnable<Result>(what: string, runnable: Runnable<Result>): Runnable<Result> {
  if (typeof runnable?.run === "function") return runnable;
  throw new TypeError(`Cannot ${what} ${foundValue(runnable)}: expected an agent, or another that runs; pass one`);
}
