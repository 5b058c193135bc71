/**
 * Ways to run several things together.
 *
 * @module
 */

import { outputOf, type Runnable } from "./runnable.ts";
import type { RunOutcome } from "./outcome.ts";
import { type GroupOptions, type GroupResult, RUNNABLES, runStages, some } from "./stages.ts";
import { requireOptions } from "../require_options.ts";
import { requireList } from "../require_list.ts";

/**
 * Runs all of them at once, or `concurrency` at once, begun in the order given.
 *
 * @throws {RangeError} If an option is out of range.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { runParallel } from "./groups.ts";
 * import { runnable } from "./runnable.ts";
 *
 * const group = await runParallel([
 *   runnable("one", () => 1),
 *   runnable("bad", () => Promise.reject(new Error("planted"))),
 * ], { onFailure: "continue" });
 * assertEquals(group.status, "failed");
 * assertEquals(group.outcomes.map(({ name, status }) => `${name} ${status}`), ["one completed", "bad failed"]);
 * ```
 */
export function runParallel<Result>(
  runnables: readonly Runnable<Result>[],
  options?: GroupOptions,
): Promise<GroupResult<Result>> {
  return runStages([{ runnables }], options);
}

/**
 * Runs one after another.
 *
 * @throws {RangeError} If an option is out of range.
 */
export async function runSequential<Result>(
  runnables: readonly Runnable<Result>[],
  options: Omit<GroupOptions, "concurrency"> = {},
): Promise<GroupResult<Result>> {
  return await runStages([{ runnables }], { ...requireOptions("run a group", options), concurrency: 1 });
}

/**
 * Runs stage after stage; what is in one stage runs at once. With `onFailure: "continue"` a stage runs even though
 * one before has failed.
 *
 * @throws {RangeError} If an option is out of range.
 */
export async function runStaged<Result>(
  stages: readonly (readonly Runnable<Result>[])[],
  options?: GroupOptions,
): Promise<GroupResult<Result>> {
  const lists = requireList("run stages", stages, "lists of agents, or of others that run");
  return await runStages(lists.map((runnables) => ({ runnables })), options);
}

/** How a pipeline runs. */
export interface PipelineOptions extends Omit<GroupOptions, "concurrency" | "onFailure"> {
  /**
   * Makes the variables of the next run of what the one before has put out; a promise of them is waited for, until the
   * group ends. Default: the outputs themselves, which must be an object.
   */
  readonly connect?: (output: unknown, next: string) => object | PromiseLike<object>;
}

/**
 * Runs one after another, each with what the one before has put out: an agent's outputs, or whatever else a run
 * answers. The first
 * failure ends it.
 *
 * @throws {RangeError} If an option is out of range.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { runPipeline } from "./groups.ts";
 * import { runnable } from "./runnable.ts";
 *
 * const add = runnable("add", ({ n }: { n: number }) => ({ n: n + 1 }));
 * const double = runnable("double", ({ n }: { n: number }) => ({ n: n * 2 }));
 * const group = await runPipeline([add, double, add], { variables: { n: 1 } });
 * assertEquals(group.outcomes.at(-1)?.result, { n: 5 });
 * ```
 */
export async function runPipeline<Result>(
  runnables: readonly Runnable<Result>[],
  given: PipelineOptions = {},
): Promise<GroupResult<Result>> {
  const { connect = asVariables, ...options } = requireOptions("run a pipeline", given);
  return await runStages(
    requireList("run a pipeline of", runnables, RUNNABLES).map((runnable) => ({
      runnables: [runnable],
      variables: ([before]: readonly RunOutcome<Result>[]) => connect(outputOf(before?.result), runnable.name),
    })),
    options,
  );
}

/** What is run by {@linkcode runFanOut}. */
export interface FanOut<Result> {
  /** Runs first; each worker is given what it puts out. By default each is given the group's variables only. */
  readonly source?: Runnable<Result>;
  /** Run at once. */
  readonly workers: readonly Runnable<Result>[];
  /** Runs last, with `results`: what the workers have put out, in their order, without those that failed. */
  readonly join?: Runnable<Result>;
}

/**
 * Runs a source, then all workers with what it has put out, then a join with all that these have put out.
 *
 * With `onFailure: "continue"` the join runs even though workers have failed; a source that failed ends it in any case.
 *
 * @throws {RangeError} If an option is out of range.
 */
export async function runFanOut<Result>(
  parts: FanOut<Result>,
  options?: GroupOptions,
): Promise<GroupResult<Result>> {
  const { source, workers, join } = requireOptions("run a fan-out", parts, "pass at least { workers }");
  return await runStages([
    ...(source === undefined ? [] : [{ runnables: [source] }]),
    {
      runnables: workers,
      variables: ([from]: readonly RunOutcome<Result>[]) => {
        if (from?.status !== "completed") throw from?.error;
        return asVariables(outputOf(from.result), "a worker");
      },
    },
    ...(join === undefined ? [] : [{
      runnables: [join],
      variables: (ended: readonly RunOutcome<Result>[]) => ({
        results: ended.filter(({ status }) => status === "completed").map(({ result }) => outputOf(result)),
      }),
    }]),
  ], options);
}

/**
 * Runs all at once until one has completed; the others are cancelled, or never begun. It fails when all have failed.
 *
 * @throws {RangeError} If an option is out of range, or there is nothing to run.
 */
export function runFirst<Result>(
  runnables: readonly Runnable<Result>[],
  options?: Omit<GroupOptions, "onFailure">,
): Promise<GroupResult<Result>> {
  return runQuorum(runnables, 1, options);
}

/**
 * Runs all at once until `wanted` of them have completed; the others are cancelled, or never begun. It fails as soon
 * as too few are left.
 *
 * @param wanted How many have to complete; an integer from 1 to as many as there are.
 * @throws {RangeError} If `wanted` or an option is out of range.
 */
export async function runQuorum<Result>(
  runnables: readonly Runnable<Result>[],
  wanted: number,
  options?: Omit<GroupOptions, "onFailure">,
): Promise<GroupResult<Result>> {
  requireList("run", runnables, RUNNABLES);
  if (!(Number.isSafeInteger(wanted) && wanted >= 1 && wanted <= runnables.length)) {
    throw new RangeError(
      `Cannot wait for ${wanted} of ${runnables.length} runs: expected an integer from 1 to as many`,
    );
  }
  return await runStages([{ runnables }], options, some(wanted));
}

function asVariables(output: unknown, next: string): object {
  if (typeof output === "object" && output !== null) return output;
  throw new TypeError(
    `Cannot run "${next}" with what the run before has put out: expected an object of variables, found ${
      output === null ? "null" : typeof output
    }; pass connect, or put out an object`,
  );
}
