/**
 * How groups of runs go: stage after stage, and within a stage as many at once as may.
 *
 * @module
 */

import { ignoreAbort, listenToAbort } from "../abort_listeners.ts";
import { Cancellable } from "../cancellable.ts";
import {
  prepareRun,
  requireRunTimeout,
  RunDeadlineError,
  type RunOutcome,
  RunsCancelledError,
  skipped,
  statusOf,
} from "./outcome.ts";
import type { Runnable } from "./runnable.ts";
import { foundValue } from "../found_value.ts";
import { requireOptions } from "../require_options.ts";
import { requireList } from "../require_list.ts";

/** How a group runs; every field is optional. */
export interface GroupOptions {
  /** Cancels the group. */
  readonly signal?: AbortSignal;
  /** How long the whole group may take, in milliseconds; finite, above 0. */
  readonly timeoutMs?: number;
  /** How many run at once; an integer, at least 1. By default as many as there are. */
  readonly concurrency?: number;
  /**
   * What a failure does to the others: `"cancel"` ends those that run and skips those that have not begun;
   * `"continue"` lets them be.
   * Default `"cancel"`. Where a group asks for some of its runs only, a failure ends it once too few are left.
   */
  readonly onFailure?: "cancel" | "continue";
  /** What each run is given, besides what it gets from other runs. */
  readonly variables?: object;
}

/** How a group ended. */
export interface GroupResult<Result = unknown> {
  /** `completed` if everything did, or as much as was asked for; `cancelled` and `timed_out` if the group itself was ended. */
  readonly status: "completed" | "failed" | "cancelled" | "timed_out";
  /** What became of each, in the order given. */
  readonly outcomes: readonly RunOutcome<Result>[];
  /** What became of those that began, in the order in which they ended. */
  readonly finished: readonly RunOutcome<Result>[];
  /** Why the group did not complete: the error of the first that failed, or what ended the group. */
  readonly error: unknown;
}

/** What runs at once. */
export interface Stage<Result> {
  readonly runnables: readonly Runnable<Result>[];
  /**
   * What the runs are given, from how the stage before has ended; the first stage is not asked. May throw: then the group
   * has failed.
   */
  readonly variables?: (before: readonly RunOutcome<Result>[]) => object | PromiseLike<object>;
}

/** Whether a stage is over, from how many have completed and failed of all. */
export type StageRule = (completed: number, failed: number, all: number) => "completed" | "failed" | undefined;

/** All must complete: the first failure ends the stage. */
const ALL: StageRule = (completed, failed, all) => failed > 0 ? "failed" : completed === all ? "completed" : undefined;

/** All must complete, but a failure ends the stage only when all have ended. */
const ALL_IN_THE_END: StageRule = (completed, failed, all) => {
  return completed + failed < all ? undefined : failed > 0 ? "failed" : "completed";
};

/** So many must complete: it is over as soon as they have, or no longer can. */
export function some(wanted: number): StageRule {
  return (completed, failed, all) => completed >= wanted ? "completed" : all - failed < wanted ? "failed" : undefined;
}

/**
 * Runs stages, one after another, until one has failed under `"cancel"`, or all are over. However they end, the
 * promise is fulfilled with
 * a result that tells.
 *
 * @throws {RangeError} If an option is out of range.
 * @throws {TypeError} If `onFailure` is none.
 */
export async function runStages<Result>(
  stages: readonly Stage<Result>[],
  options: GroupOptions = {},
  rule?: StageRule,
): Promise<GroupResult<Result>> {
  requireGroupOptions(options);
  const group = new Group(stages, options, rule ?? (options.onFailure === "continue" ? ALL_IN_THE_END : ALL));
  const { signal, timeoutMs } = options;
  const timeoutError = () => new RunDeadlineError("the group", timeoutMs ?? 0);
  const call = new Cancellable({ signal, timeoutMs, timeoutError });
  try {
    await call.run((ending) => group.run(ending));
  } catch {
    await group.ended; // at once: no run is waited for that has been told to end
  }
  return group.result(call.signal);
}

/** What a group is of, for errors. */
export const RUNNABLES = "agents, or of others that run";

class Group<Result> {
  ended: Promise<void> | undefined = undefined;
  readonly #stages: readonly Stage<Result>[];
  readonly #options: GroupOptions;
  readonly #rule: StageRule;
  readonly #outcomes: RunOutcome<Result>[][];
  readonly #finished: RunOutcome<Result>[] = [];
  #hasFailed = false;
  #error: unknown = undefined;

  constructor(stages: readonly Stage<Result>[], options: GroupOptions, rule: StageRule) {
    this.#stages = stages;
    this.#options = options;
    this.#rule = rule;
    this.#outcomes = stages.map(({ runnables }) =>
      requireList("run", runnables, RUNNABLES).map(({ name }) => skipped(name))
    );
  }

  run(signal: AbortSignal): Promise<void> {
    return this.ended = this.#runStages(signal);
  }

  /** `ending` was aborted if the group itself was ended. */
  result(ending: AbortSignal): GroupResult<Result> {
    const status = ending.aborted ? statusOf(ending.reason) : this.#hasFailed ? "failed" : "completed";
    const error = ending.aborted ? ending.reason : this.#error;
    return { status, outcomes: this.#outcomes.flat(), finished: this.#finished, error };
  }

  async #runStages(signal: AbortSignal): Promise<void> {
    let before: readonly RunOutcome<Result>[] = [];
    for (const [index, stage] of this.#stages.entries()) {
      const outcomes = this.#outcomes[index]!;
      try {
        const given = index === 0 ? undefined : await this.#variables(stage, before, signal);
        const variables = { ...this.#options.variables, ...given };
        if (signal.aborted) return;
        if (!await this.#runStage(stage, { outcomes, variables, signal })) this.#hasFailed = true;
      } catch (error) {
        this.#hasFailed = true;
        this.#error ??= error;
        return;
      }
      if (signal.aborted || this.#hasFailed && this.#options.onFailure !== "continue") return;
      before = outcomes;
    }
  }

  /** Makes variables as a stage says; they are not waited for once the group has ended. */
  async #variables(
    { variables }: Stage<Result>,
    before: readonly RunOutcome<Result>[],
    signal: AbortSignal,
  ): Promise<object | undefined> {
    if (variables === undefined) return undefined;
    const call = new Cancellable({ signal, timeoutMs: undefined, timeoutError: () => undefined });
    return await call.run(() => variables(before));
  }

  /** Runs one stage; answers whether it has completed. */
  async #runStage({ runnables }: Stage<Result>, { outcomes, variables, signal }: StageRun<Result>): Promise<boolean> {
    const all = runnables.length;
    let next = 0, completed = 0, failed = 0, firstError: unknown = undefined;
    let verdict = this.#rule(completed, failed, all);
    const ending = new AbortController();
    const listener = { handleEvent: () => ending.abort(signal.reason) };
    listenToAbort(signal, listener); // not aborted: that was looked at just before
    const lane = async () => {
      for (let index = next++; index < all && verdict === undefined && !ending.signal.aborted; index = next++) {
        const outcome = await prepareRun(runnables[index]!, { variables, signal: ending.signal }).begin();
        outcomes[index] = outcome;
        this.#finished.push(outcome);
        if (outcome.status === "completed") completed++;
        else if (++failed === 1) firstError = outcome.error;
        verdict = this.#rule(completed, failed, all);
        if (verdict !== undefined) ending.abort(new RunsCancelledError("the run", "its group has ended without it"));
      }
    };
    await Promise.all(Array.from({ length: Math.min(all, this.#options.concurrency ?? all) }, lane));
    ignoreAbort(signal, listener);
    if (verdict === "failed") this.#error ??= firstError;
    return verdict === "completed";
  }
}

interface StageRun<Result> {
  readonly outcomes: RunOutcome<Result>[];
  readonly variables: object;
  readonly signal: AbortSignal;
}

function requireGroupOptions(options: GroupOptions): void {
  const { timeoutMs, concurrency, onFailure } = requireOptions("run a group", options);
  requireRunTimeout(timeoutMs);
  if (concurrency !== undefined && !(Number.isSafeInteger(concurrency) && concurrency >= 1)) {
    throw new RangeError(`Cannot run a group with concurrency ${concurrency}: expected an integer, at least 1`);
  }
  if (onFailure !== undefined && onFailure !== "cancel" && onFailure !== "continue") {
    throw new TypeError(`Cannot run a group with onFailure ${foundValue(onFailure)}: expected "cancel" or "continue"`);
  }
}
