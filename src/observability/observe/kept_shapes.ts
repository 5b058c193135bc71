/**
 * Keeps V8 from forgetting what an observed run looks like.
 *
 * V8 holds a class's hidden class, and the code compiled for it, only as long as an instance lives. Between two runs there may be none:
 * then each full garbage collection would make the next runs many times as slow. One instance of each class, kept for good,
 * prevents that; see also the agent's own.
 *
 * @module
 */

import { TracerProvider } from "../tracing/tracer_provider.ts";
import { ObservedPlan } from "./observed_plan.ts";
import { RunRecorder } from "./run_recorder.ts";
import { RunTracer } from "./run_tracer.ts";

let kept: readonly unknown[] | undefined = undefined;

/** Makes the instances to keep, if they are not there yet. */
export function keepShapes(): void {
  kept ??= makeInstances();
}

function makeInstances(): unknown[] {
  const tracer = new TracerProvider().getTracer(""), run = { agent: "", runId: "" }, of = { attempt: 1, isFirst: true };
  const plan = new ObservedPlan({
    name: "",
    plan: { states: ["a", "b"], dependenciesOf: (state) => state === "b" ? ["a"] : [] },
  }, undefined);
  const spans = new RunTracer(tracer, run, plan, 0);
  spans.started(plan.state("a"), { ...of, step: 1, state: "a", resources: undefined }, 0);
  spans.ended(plan.state("a"), {
    ...{ step: 1, state: "a", status: "completed", attempts: 1 },
    ...{ durationMs: 0, waitedMs: undefined, error: undefined },
  }, 0);
  spans.started(plan.state("b"), { ...of, step: 2, state: "b", resources: undefined }, 0); // with a link
  const sinks = { metrics: undefined, tracer, events: undefined, alerts: undefined, plan: () => plan };
  return [spans, new RunRecorder(sinks, run)];
}
