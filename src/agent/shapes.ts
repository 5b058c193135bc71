/**
 * Keeps V8 from forgetting what a run looks like.
 *
 * V8 holds a class's hidden class, and the code compiled for it, only as long as an instance lives. Between two runs there is
 * none: so each full garbage collection would make the next thousands of runs three times as slow, until their code is compiled
 * again. One instance of each class, kept for good, prevents that.
 *
 * @module
 */

import { Announcer } from "./announcer.ts";
import { GraphRun } from "./graph_run.ts";
import { GraphStep } from "./graph_step.ts";
import { CompiledPlan } from "./plan.ts";
import { Progress } from "./progress.ts";
import { resultOf } from "./result.ts";
import { Run } from "./run.ts";
import { NO_CONTEXT, type Settings } from "./settings.ts";
import { StateDefinition } from "./state.ts";
import { Step } from "./step.ts";

let kept: readonly unknown[] | undefined = undefined;

/** Makes the instances to keep, if they are not there yet. */
export function keepShapes(): void {
  kept ??= makeInstances();
}

function makeInstances(): unknown[] {
  const plan = new CompiledPlan("", [new StateDefinition("", () => {})], "parallel");
  const settings: Settings = {
    agent: "",
    plan,
    reducers: undefined,
    timing: "states",
    maxSteps: 1,
    maxConcurrency: Infinity,
    random: Math.random,
  };
  const run = new Run(settings, undefined);
  const graph = new GraphRun(run, NO_CONTEXT);
  const graphStep = new GraphStep(graph, new Progress(0), 0, 1, undefined), announcer = new Announcer(run, NO_CONTEXT);
  announcer.waited(graphStep, 0);
  graph.hold(graphStep);
  return [new Step(run, 0, 1, undefined), graphStep, announcer, resultOf(run)];
}
