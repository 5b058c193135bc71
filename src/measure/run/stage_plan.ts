/**
 * The stages of a run, in order.
 *
 * @module
 */

import type { Settings } from "../document.ts";
import type { Plan } from "../plan.ts";
import { createRandom, deriveSeed } from "../random.ts";
import type { StageTask } from "./stage.ts";

/** Audits first, then the memory, then fork by fork the suites in random order. */
export function planStages(plan: Plan, { forks, seed }: Settings): StageTask[] {
  const suites = plan.suites.map(({ name }) => name);
  const stages: StageTask[] = suites.map((suite) => ({ task: "audit", suite, fork: 0 }));
  stages.push(...suites.map((suite): StageTask => ({ task: "memory", suite, fork: 0 })));
  for (let fork = 0; fork < forks; fork++) {
    const order = createRandom(deriveSeed(seed, "suites", fork)).shuffle(suites);
    stages.push(...order.map((suite): StageTask => ({ task: "time", suite, fork })));
  }
  return stages;
}
