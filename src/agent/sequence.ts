/**
 * The fast path: states that follow one another, driven in a loop. It ends where the graph branches or a state needs more than
 * a call, and hands over to the graph run, which can do everything. The two are held against each other by a property test.
 *
 * Three empty async states cost about 1.5 times what an await chain of the three functions does, plus the clock's readings.
 *
 * @module
 */

import { at } from "./adjacency.ts";
import { addDeadLetter } from "./dead_letters.ts";
import { GraphRun } from "./graph_run.ts";
import { BRANCH, LAST } from "./plan.ts";
import { resultOf, type RunResult } from "./result.ts";
import { reduceWrites, type Run } from "./run.ts";
import { StateFailedError } from "./run_error.ts";
import { type Destination, destination, destinations, isThenable } from "./routing.ts";
import type { RunContext } from "./settings.ts";
import type { AnyVariables } from "./state.ts";
import { Step } from "./step.ts";

type Result = RunResult<AnyVariables, AnyVariables>;

/** After this many steps the graph run takes over: it does not keep a record of each. */
const LONGEST_SEQUENCE = 1_000;

const NO_ROUTES: readonly Destination[] = [];

/** Runs from the plan's only entry. The run must have neither signal, timeout nor observer. */
export function runSequence(run: Run, context: RunContext): Promise<Result> {
  const { plan, timing } = run.settings;
  const timed = timing === "states";
  if (timed) run.marks = [run.startedAt = performance.now()];
  else if (timing === "run") run.startedAt = performance.now();
  const { definitions } = plan;
  let state = at(plan.entryStates, 0);
  for (;;) {
    const definition = definitions[state]!;
    if (!definition.plain || run.steps === LONGEST_SEQUENCE || run.steps === run.settings.maxSteps) {
      return new GraphRun(run, context).continueWith([{ state, payload: undefined }]);
    }
    const step = new Step(run, state, 1, undefined);
    run.steps++;
    let following: number | readonly Destination[];
    try {
      const returned = definition.fn(step);
      if (isThenable(returned)) return runAsync(run, context, step, returned);
      following = finishStep(run, step, returned);
    } catch (error) {
      return Promise.resolve(endFailed(run, step, error));
    }
    if (timed) run.marks![run.steps] = performance.now();
    if (typeof following !== "number") return new GraphRun(run, context).continueAfter(following);
    if (following === LAST) return Promise.resolve(end(run));
    state = following;
  }
}

/** The same loop from the first promise on. */
async function runAsync(
  run: Run,
  context: RunContext,
  first: Step,
  promise: PromiseLike<unknown>,
): Promise<Result> {
  const { plan, timing, maxSteps } = run.settings;
  const { definitions } = plan;
  const timed = timing === "states";
  let step = first, pending: unknown = promise;
  for (;;) {
    let following: number | readonly Destination[];
    try {
      following = finishStep(run, step, await pending);
    } catch (error) {
      return endFailed(run, step, error);
    }
    for (;;) {
      if (timed) run.marks![run.steps] = performance.now();
      if (typeof following !== "number") return new GraphRun(run, context).continueAfter(following);
      if (following === LAST) return end(run);
      const definition = definitions[following]!;
      if (!definition.plain || run.steps === LONGEST_SEQUENCE || run.steps === maxSteps) {
        return new GraphRun(run, context).continueWith([{ state: following, payload: undefined }]);
      }
      step = new Step(run, following, 1, undefined);
      run.steps++;
      try {
        pending = definition.fn(step);
        if (isThenable(pending)) break;
        following = finishStep(run, step, pending);
      } catch (error) {
        return endFailed(run, step, error);
      }
    }
  }
}

/** Commits a step; returns the state that follows, {@linkcode LAST}, or where to go if that is for the graph run. */
function finishStep(run: Run, step: Step, returned: unknown): number | readonly Destination[] {
  const { plan } = run.settings;
  const next = at(plan.next, step.index);
  let following: number | readonly Destination[] = next;
  if (typeof returned === "string" && next === LAST) {
    following = destination(plan, plan.definitions[step.index]!, returned);
    run.trail ??= run.sequence();
    run.trail.push(following);
  } else {
    if (returned !== undefined) {
      const routes = destinations(plan, step, returned);
      if (routes.length > 0) following = routes;
    }
    if (following === BRANCH) following = NO_ROUTES;
    else if (following === next && next !== LAST) run.trail?.push(next);
  }
  if (step.writes !== undefined) reduceWrites(run, step);
  run.commit(step);
  step.ended = true;
  return following;
}

function end(run: Run): Result {
  run.over = true;
  const { timing } = run.settings;
  if (timing === "states") run.endedAt = run.marks![run.steps]!;
  else if (timing === "run") run.endedAt = performance.now();
  return resultOf(run);
}

function endFailed(run: Run, step: Step, error: unknown): Result {
  step.ended = true;
  run.over = true;
  run.status = "failed";
  addDeadLetter(run, step, error);
  run.error = new StateFailedError(run.settings.agent, step.state, step.attempt, error);
  if (run.settings.timing !== "off") run.endedAt = performance.now();
  if (run.marks !== undefined) run.marks[run.steps] = run.endedAt;
  return resultOf(run);
}
