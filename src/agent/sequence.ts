/**
 * The fast path: states that follow one another, driven in a loop. It ends where the graph branches or a state needs more than
 * a call, and hands over to the graph run, which can do everything. The two are held against each other by a property test.
 *
 * Against an await chain of three empty async functions: three such states cost 1.7 times as much untimed and 3.1 times with the
 * four clock readings that time each of them; three empty synchronous states 0.9 and 2.3 times.
 *
 * @module
 */

import { at } from "./adjacency.ts";
import { Announcer } from "./announcer.ts";
import { addDeadLetter } from "./dead_letters.ts";
import { GraphRun } from "./graph_run.ts";
import { BRANCH, LAST } from "./plan.ts";
import { resultOf, type RunResult } from "./result.ts";
import { reduceWrites, type Run } from "./run.ts";
import { StateFailedError } from "./run_error.ts";
import { type Destination, destination, destinations } from "./routing.ts";
import { isObserved, type RunContext } from "./settings.ts";
import type { AnyVariables } from "./state.ts";
import { Step } from "./step.ts";
import { isThenable } from "../thenable.ts";

type Result = RunResult<AnyVariables, AnyVariables>;
/** A result, or the promise of a graph run. */
type Outcome = Result | Promise<Result>;
/** The state that follows, {@linkcode LAST}, or routes for the graph run. */
type Following = number | readonly Destination[];

/** After this many steps the graph run takes over: it does not keep a record of each. */
const LONGEST_SEQUENCE = 1_000;

const NO_ROUTES: readonly Destination[] = [];

/**
 * Runs from the plan's only entry. The run must have neither signal nor timeout, nor an owner who ends with it; if it is observed, its
 * states must be timed.
 */
export function runSequence(run: Run, context: RunContext): Promise<Result> {
  const { plan, timing } = run.settings;
  if (isObserved(context)) run.announcer = new Announcer(run, context);
  if (timing !== "off") {
    run.marks = plan.blankMarks.slice();
    const now = run.marks[0] = performance.now();
    if (run.announcer !== undefined) run.announcer.runStart(now);
  }
  const outcome = advance(run, context, at(plan.entryStates, 0));
  return run.current === undefined ? Promise.resolve(outcome as Outcome) : runAsync(run, context, outcome);
}

/** Goes on each time a state's promise has settled. The fewer variables live across the `await`, the cheaper it is. */
async function runAsync(run: Run, context: RunContext, promise: unknown): Promise<Result> {
  for (let pending = promise;;) {
    let following: Following;
    try {
      following = finishStep(run, run.current!, await pending);
    } catch (error) {
      return endFailed(run, run.current!, error);
    }
    pending = proceed(run, context, following);
    if (run.current === undefined) return pending as Outcome;
  }
}

/**
 * Runs states, from `first` on, until one returns a promise: then it is returned, to be awaited, and `run.current` is the step
 * that it belongs to. Otherwise `run.current` is `undefined`, and what is returned is the run's own outcome.
 */
function advance(run: Run, context: RunContext, first: number): unknown {
  const { definitions } = run.settings.plan, { announcer } = run;
  const timed = run.settings.timing === "states";
  for (let state = first;;) {
    const definition = definitions[state]!;
    if (!definition.plain || run.steps >= LONGEST_SEQUENCE || run.steps === run.settings.maxSteps) {
      return new GraphRun(run, context).continueWith(state);
    }
    const step = new Step(run, state, 1, undefined);
    run.steps++;
    let following: Following;
    try {
      const returned = announcer === undefined ? definition.fn(step) : announcer.sequenceCall(step, definition.fn);
      if (returned instanceof Promise || isThenable(returned)) {
        run.current = step;
        return returned;
      }
      following = finishStep(run, step, returned);
    } catch (error) {
      return endFailed(run, step, error);
    }
    if (typeof following !== "number" || following === LAST) return proceed(run, context, following);
    if (timed) mark(run);
    state = following;
  }
}

/** What comes after a step that has been committed: see {@linkcode advance}. */
function proceed(run: Run, context: RunContext, following: Following): unknown {
  if (run.settings.timing === "states") mark(run);
  run.current = undefined;
  if (typeof following !== "number") return new GraphRun(run, context).continueAfter(following);
  return following === LAST ? end(run) : advance(run, context, following);
}

/** Notes when a step has completed. */
function mark(run: Run): void {
  const now = run.marks![run.steps] = performance.now();
  if (run.announcer !== undefined) run.announcer.sequenceEnd("completed", now, undefined);
}

/** Commits a step and says what follows. */
function finishStep(run: Run, step: Step, returned: unknown): Following {
  const { plan } = run.settings;
  const next = at(plan.next, step.index);
  let following: Following = next;
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
  if (timing === "run") run.marks![1] = performance.now();
  return finish(run);
}

function endFailed(run: Run, step: Step, error: unknown): Result {
  step.ended = true;
  run.current = undefined;
  if (run.marks !== undefined) run.marks[run.settings.timing === "states" ? run.steps : 1] = performance.now();
  const { announcer } = run;
  if (announcer !== undefined) announcer.sequenceEnd("failed", run.endedAt!, error);
  const letter = addDeadLetter(run, step, error);
  if (announcer !== undefined) announcer.deadLetter(letter);
  run.over = true;
  run.status = "failed";
  run.error = new StateFailedError(run.settings.agent, step.state, step.attempt, error);
  return finish(run);
}

function finish(run: Run): Result {
  const { announcer } = run, result = resultOf(run);
  if (announcer === undefined) return result;
  run.announcer = undefined;
  announcer.runEnd(result, run.endedAt!);
  return result;
}
