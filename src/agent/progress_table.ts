/**
 * How far every state of a run has come, and which states that lets start.
 *
 * @module
 */

import { at } from "./adjacency.ts";
import type { GraphRun } from "./graph_run.ts";
import type { GraphStep } from "./graph_step.ts";
import { type EndStatus, Progress } from "./progress.ts";
import type { CompiledPlan } from "./plan.ts";
import type { Run } from "./run.ts";
import { SEQUENCE_FIRED, sequenceProgress } from "./sequence_progress.ts";

/** The progress of a run's states, by number; begins with what its sequence has done. */
export class ProgressTable {
  readonly states: (Progress | undefined)[];
  /** Counts steps being made and done and states being started, so that it can be told which came first. */
  #turn = SEQUENCE_FIRED;

  readonly #plan: CompiledPlan;

  constructor(run: Run) {
    this.#plan = run.settings.plan;
    this.states = run.progress = sequenceProgress(run);
  }

  /** The progress of a state, made when first asked for. */
  of(state: number): Progress {
    return this.states[state] ??= new Progress(at(this.#plan.indegree, state));
  }

  /** Notes a step that is to run; `kept` if it must be known later which steps it follows from. */
  made(step: GraphStep, router: GraphStep | undefined, kept: boolean): void {
    const { progress } = step;
    step.madeTurn = ++this.#turn;
    if (kept) {
      step.router = router;
      step.previous = progress.latest;
    }
    progress.latest = step;
    progress.active++;
  }

  /** Notes that an attempt begins; returns whether its step begins with it. `now` is NaN if states are not timed. */
  begun(step: GraphStep, now: number): boolean {
    const { origin, progress } = step;
    progress.attempts++;
    const first = step === origin || !origin.begun;
    step.begun = origin.begun = true;
    if (!first) return false;
    progress.open++;
    progress.steps++;
    if (Number.isNaN(now)) return true;
    if (progress.steps > 1) progress.spentMs -= now;
    else {
      progress.startedAt = now;
      progress.spentMs = -now;
    }
    return true;
  }

  /** Notes that a step stood in line for so long; of one that has begun, that is no part of how long it took. */
  waited(step: GraphStep, waitedMs: number): void {
    const { origin, progress } = step;
    progress.ofResources().waitedMs += waitedMs;
    if (origin.begun) progress.spentMs -= waitedMs;
  }

  /** Notes that an attempt was cut short, and does not count. */
  interrupted({ progress }: GraphStep): void {
    progress.attempts--;
    progress.ofResources().preemptions++;
  }

  /** Notes that a step has ended. */
  ended(step: GraphStep, status: EndStatus, error: unknown, now: number): void {
    const { origin, progress } = step;
    origin.doneTurn = ++this.#turn;
    progress.status = status;
    progress.error = error;
    if (!origin.begun) return;
    progress.open--;
    progress.spentMs += now;
  }

  /** Notes that the plan, not a route, has started a state of the sequence's end: what it depends on is used up. */
  fired(state: number): void {
    this.of(state).firedTurn = SEQUENCE_FIRED;
  }

  /** Counts a state that has completed off what its dependents wait for, and starts each that waits no more. */
  completed(state: number, progress: Progress, graph: GraphRun): void {
    const { children, indegree } = this.#plan;
    const doneBefore = progress.doneTurn;
    progress.doneTurn = ++this.#turn;
    for (let edge = at(children.start, state), end = at(children.start, state + 1); edge < end; edge++) {
      const child = at(children.target, edge);
      const dependent = this.of(child);
      // In a loop a state may complete twice before another does once: that counts once.
      if (doneBefore > dependent.firedTurn || --dependent.pending > 0) continue;
      dependent.pending = at(indegree, child);
      dependent.firedTurn = ++this.#turn;
      graph.startDependent(child);
    }
  }

  /** Forgets the steps, when nobody will ask any more who follows whom: a result that is kept should not keep them. */
  forgetSteps(): void {
    const { states } = this;
    for (let state = 0; state < states.length; state++) {
      const progress = states[state];
      if (progress !== undefined) progress.latest = undefined;
    }
  }
}
