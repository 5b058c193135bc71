/**
 * An attempt in a run whose states may run side by side.
 *
 * @module
 */

import type { RetryHistory } from "../reliability/retry_plan.ts";
import type { TimerTask } from "../reliability/timer_wheel.ts";
import type { OpenStep } from "./announcer.ts";
import type { GraphRun } from "./graph_run.ts";
import type { Holding } from "./holding.ts";
import type { Progress } from "./progress.ts";
import { Step } from "./step.ts";

/** A step's context that also knows what to undo when its attempt ends, and which steps it follows from. */
export class GraphStep extends Step implements TimerTask {
  queuedBehind: GraphStep | undefined = undefined;
  /** What it has to give back, if anything. */
  holding: Holding | undefined = undefined;
  /** Whether its function was called. */
  begun = false;
  /** The first attempt of the same step: what other steps follow from. */
  origin: GraphStep = this;
  /** Of a first attempt: what observers are told of the step, from the first of it until its end. */
  open: OpenStep | undefined = undefined;
  /** How the attempts before this one were retried, if there were any. */
  retries: RetryHistory | undefined = undefined;
  /** The step that routed here; `undefined` if the plan did. */
  router: GraphStep | undefined = undefined;
  /** The step of the same state that was made before this one. */
  previous: GraphStep | undefined = undefined;
  /** When the step was made and when it was done, in turns of the run's own counter; 0 while it is not. */
  madeTurn = 0;
  doneTurn = 0;

  constructor(readonly graph: GraphRun, readonly progress: Progress, index: number, attempt: number, payload: unknown) {
    super(graph.run, index, attempt, payload);
  }

  /** The same attempt once more. */
  again(): GraphStep {
    return following(this, this.attempt);
  }

  /** The attempt after it. */
  next(): GraphStep {
    return following(this, this.attempt + 1);
  }

  override get signal(): AbortSignal {
    if (this.controller === undefined && !this.ended) this.graph.hold(this);
    return super.signal;
  }

  protected override makeController(): AbortController {
    const controller = super.makeController();
    const wanted = this.holding?.wanted; // asked for only after its lease was wanted back
    if (wanted !== undefined) controller.abort(wanted.reason);
    return controller;
  }

  /** Aborts its signal, if its function or its wait for resources has asked for one. */
  abort(reason: unknown): void {
    this.controller?.abort(reason);
  }

  /** The timer's: the attempt's time is up, or the wait before this retry is over. */
  fire(): void {
    this.graph.timeUp(this);
  }
}

function following(step: GraphStep, attempt: number): GraphStep {
  const next = new GraphStep(step.graph, step.progress, step.index, attempt, step.payload);
  next.origin = step.origin;
  next.retries = step.retries;
  return next;
}
