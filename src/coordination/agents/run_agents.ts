/**
 * A group said in words.
 *
 * @module
 */

import {
  type FanOut,
  type PipelineOptions,
  runFanOut,
  runParallel,
  runPipeline,
  runQuorum,
  runSequential,
  runStaged,
} from "./groups.ts";
import type { Runnable } from "./runnable.ts";
import type { GroupOptions, GroupResult } from "./stages.ts";

type Way<Result> = (runnables: readonly Runnable<Result>[], options: GroupOptions) => Promise<GroupResult<Result>>;

/**
 * A group and how it shall run. Each method answers another group and leaves this one as it is, so that one can be
 * kept and run again.
 *
 * It begins with {@linkcode AgentGroup.run} and is not thenable: a thenable would begin anew whenever it is awaited,
 * and by chance wherever an
 * `async` function returns it.
 */
export class AgentGroup<Result> {
  readonly #runnables: readonly Runnable<Result>[];
  readonly #way: Way<Result>;
  readonly #options: GroupOptions;

  /** Made by {@linkcode runAgents}. */
  constructor(runnables: readonly Runnable<Result>[], way: Way<Result>, options: GroupOptions) {
    this.#runnables = runnables;
    this.#way = way;
    this.#options = options;
  }

  /** All at once; this is so unless something else is said. */
  parallel(): AgentGroup<Result> {
    return this.#by(runParallel);
  }

  /** One after another: `withConcurrency` makes no sense, and fails the run with a `TypeError`. */
  sequential(): AgentGroup<Result> {
    return this.#by((runnables, options) => runSequential(runnables, oneByOne("a sequence", options)));
  }

  /** In stages of so many each, in order; whatever is left makes the last stage. */
  staged(...sizes: readonly number[]): AgentGroup<Result> {
    return this.#by((runnables, options) => runStaged(stagesOf(runnables, sizes), options));
  }

  /**
   * One after another, each with what the one before has put out. The first failure ends it, for the next has nothing to go on
   * with: `onFailure("continue")` makes no sense, as little as `withConcurrency`, and fails the run with a `TypeError`.
   */
  pipeline(connect?: PipelineOptions["connect"]): AgentGroup<Result> {
    return this.#by((runnables, options) => {
      const { onFailure, ...others } = oneByOne("a pipeline", options);
      if (onFailure === "continue") {
        throw new TypeError(
          'Cannot run a pipeline with onFailure "continue": each run goes on with what the one before has put out; ' +
            "leave it out, or run them with sequential()",
        );
      }
      return runPipeline(runnables, { ...others, ...(connect !== undefined && { connect }) });
    });
  }

  /** All at once, each with what `source` has put out, and then `join` with what they have put out: see `runFanOut`. */
  fanOut(ends: Omit<FanOut<Result>, "workers">): AgentGroup<Result> {
    return this.#by((workers, options) => runFanOut({ ...ends, workers }, options));
  }

  /** Until one has completed. */
  first(): AgentGroup<Result> {
    return this.quorum(1);
  }

  /** Until so many have completed. */
  quorum(wanted: number): AgentGroup<Result> {
    return this.#by((runnables, options) => runQuorum(runnables, wanted, options));
  }

  /** Ends the group after so many milliseconds; finite, above 0. */
  withTimeout(timeoutMs: number): AgentGroup<Result> {
    return this.#with({ timeoutMs });
  }

  /** Lets at most so many run at once; an integer, at least 1. */
  withConcurrency(concurrency: number): AgentGroup<Result> {
    return this.#with({ concurrency });
  }

  /** Gives each run these variables, besides those given before. */
  withVariables(variables: object): AgentGroup<Result> {
    return this.#with({ variables: { ...this.#options.variables, ...variables } });
  }

  /** What a failure does to the others. */
  onFailure(onFailure: "continue" | "cancel"): AgentGroup<Result> {
    return this.#with({ onFailure });
  }

  /** Ends the group when it is aborted. */
  signal(signal: AbortSignal): AgentGroup<Result> {
    return this.#with({ signal });
  }

  /**
   * Runs the group. However that ends, the promise is fulfilled with a result that tells.
   *
   * @throws {RangeError} If a number is out of range.
   * @throws {TypeError} If something was said that makes no sense for the way in which it runs.
   */
  run(): Promise<GroupResult<Result>> {
    try {
      return this.#way(this.#runnables, this.#options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #by(way: Way<Result>): AgentGroup<Result> {
    return new AgentGroup(this.#runnables, way, this.#options);
  }

  #with(options: GroupOptions): AgentGroup<Result> {
    return new AgentGroup(this.#runnables, this.#way, { ...this.#options, ...options });
  }
}

/**
 * Says how agents, or other things that can be run, shall run together. Name the type of their results where these differ:
 * `runAgents<unknown>([text, number])`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Agent } from "../../agent/mod.ts";
 * import { runAgents } from "./run_agents.ts";
 *
 * const greet = (name: string) => new Agent(name).state("greet", (ctx) => ctx.output("greeting", `hello from ${name}`));
 * const group = await runAgents([greet("a"), greet("b")]).withTimeout(5_000).withConcurrency(1).onFailure("continue").run();
 * assertEquals(group.outcomes.map(({ result }) => result?.outputs.greeting), ["hello from a", "hello from b"]);
 * ```
 */
export function runAgents<Result>(runnables: readonly Runnable<Result>[]): AgentGroup<Result> {
  return new AgentGroup(runnables, runParallel, {});
}

/** The options of a group in which one runs at a time. */
function oneByOne(what: string, { concurrency, ...options }: GroupOptions): Omit<GroupOptions, "concurrency"> {
  if (concurrency === undefined || concurrency === 1) return options;
  throw new TypeError(`Cannot run ${what} with concurrency ${concurrency}: one runs at a time; leave it out`);
}

function stagesOf<Item>(items: readonly Item[], sizes: readonly number[]): Item[][] {
  const stages: Item[][] = [];
  let from = 0;
  for (const size of [...sizes, items.length]) {
    if (!(Number.isSafeInteger(size) && (size >= 1 || size === items.length))) {
      throw new RangeError(`Cannot make a stage of ${size}: expected an integer, at least 1`);
    }
    if (from < items.length) stages.push(items.slice(from, from + size));
    from += size;
  }
  return stages;
}
