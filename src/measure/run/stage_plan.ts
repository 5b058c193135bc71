/**
 * The stages of a run, in order.
 *
 * @module
 */

import type { Settings } from "../document.ts";
import type { Plan } from "../plan.ts";
import type { ForkTask } from "../protocol.ts";
import { createRandom, deriveSeed } from "../random.ts";
import { referenceSettings } from "../reference/reference_settings.ts";
import type { StageTask } from "./stage.ts";

/**
 * Audits first, then the memory, then fork by fork the suites in random order, with the references at a random place among them.
 * Of the references, time is all that is wanted: nobody looks at what they allocate. Nor are they slowed down.
 */
export function planStages(
  { suites, references }: Plan,
  { settings, slowdown }: { readonly settings: Settings; readonly slowdown: number },
): StageTask[] {
  const ofReferences = { settings: referenceSettings(settings), slowdown: 1 };
  const stage = (task: ForkTask, suite: string, fork: number): StageTask => ({
    task,
    suite,
    fork,
    ...(suite === references?.name ? ofReferences : { settings, slowdown }),
  });
  const names = suites.map(({ name }) => name);
  const all = references === null ? names : [...names, references.name];
  const stages = all.map((name) => stage("audit", name, 0));
  stages.push(...names.map((name) => stage("memory", name, 0)));
  for (let fork = 0; fork < settings.forks; fork++) {
    const order = createRandom(deriveSeed(settings.seed, "suites", fork)).shuffle(all);
    stages.push(...order.map((name) => stage("time", name, fork)));
  }
  return stages;
}
