/**
 * The one shape that all policies have.
 *
 * @module
 */

/** What surrounds a call of `execute`. */
export interface ExecuteOptions {
  /** Calls it off: what is under way is told through its own signal, and nothing new begins. */
  readonly signal?: AbortSignal | undefined;
}

/** What the function is told that a policy calls. */
export interface PolicyContext {
  /** Aborted when the function should stop. Made when first read, so a function that never looks at it pays nothing for it. */
  readonly signal: AbortSignal;
  /** Which try this is, from 1; of the policy nearest to the function that tries more than once. */
  readonly attempt: number;
}

/** What a policy calls: it may return a value, a promise, or throw. */
export type PolicyFunction<Result> = (context: PolicyContext) => Result | PromiseLike<Result>;

/**
 * Calls a function in its own way: again, not at all, with a limit, or with something else in its stead.
 *
 * `execute` never throws: all that goes wrong is a rejection. With a signal that is aborted already it rejects with the
 * signal's reason and calls nothing. A policy keeps no state between calls unless its docstring says so; one that does is meant
 * to be shared by everybody who calls the same thing.
 *
 * @typeParam Alternative What it may answer instead of the function's result; `never` for most.
 */
export interface Policy<Alternative = never> {
  /** Calls `fn`; see the policy for how. */
  execute<Result>(fn: PolicyFunction<Result>, options?: ExecuteOptions): Promise<Result | Alternative>;
}

/** What a policy may answer instead of a function's result. */
export type AlternativeOf<Some> = Some extends Policy<infer Alternative> ? Alternative : never;
