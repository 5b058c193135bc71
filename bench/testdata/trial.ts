/**
 * Runs benchmarks once, as tests do.
 *
 * @module
 */

import type { BenchmarkDefinition, Parameters, Suite } from "../../src/measure/definition.ts";
import { benchmarkId, combinations } from "../../src/measure/parameters.ts";

/** One benchmark with one combination of its parameters. */
export interface Trial {
  /** What the document would call it. */
  readonly id: string;
  /** The benchmark. */
  readonly definition: BenchmarkDefinition;
  /** The combination. */
  readonly params: Parameters;
}

/** Everything that a suite would measure. */
export function trialsOf(suite: Suite): Trial[] {
  return suite.benchmarks.flatMap((definition) =>
    combinations(definition.options.params ?? {}).map((params) => ({
      id: benchmarkId(suite.name, definition.name, params),
      definition,
      params,
    }))
  );
}

/**
 * The same with four threads at most: as many meet as more would, and each costs as much as a small program. CI runs the task
 * `bench`, with all of them, and fails where a benchmark does.
 */
export function withFewThreads({ params, ...trial }: Trial): Trial {
  const { threads } = params;
  return { ...trial, params: typeof threads === "number" ? { ...params, threads: Math.min(threads, 4) } : params };
}

/**
 * Sets a benchmark up, calls it so many times with every hook, and takes it down.
 *
 * @param sabotage Changes what `setup` has made, or makes another in its place, before the first call; may be asynchronous.
 * @returns What each call gave.
 */
export async function attempt(
  { definition, params }: Trial,
  times: number,
  sabotage: (state: unknown) => unknown = (state) => state,
): Promise<unknown[]> {
  const { fn, options } = definition;
  const state = await sabotage(await options.setup?.(params));
  try {
    const results: unknown[] = [];
    for (let i = 0; i < times; i++) {
      await options.beforeRound?.(state, params);
      await options.beforeIteration?.(state, params);
      results.push(await fn(state, params));
      await options.afterIteration?.(state, params);
      await options.afterRound?.(state, params);
    }
    return results;
  } finally {
    await options.teardown?.(state, params);
  }
}
