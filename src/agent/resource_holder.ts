/**
 * Who asks for a state's resources.
 *
 * @module
 */

import type { ResourceHolder } from "./resource_source.ts";
import type { Run } from "./run.ts";
import type { RunContext } from "./settings.ts";

/** Who asks for the resources of a state, by its number, that have been taken back so often. */
export function holderOf(
  { run: { settings }, context: { owner, scope } }: { readonly run: Run; readonly context: RunContext },
  state: number,
  preemptions: number,
): ResourceHolder {
  const { agent, plan } = settings;
  const definition = plan.definitions[state]!;
  return {
    priority: definition.rank,
    owner: definition.owner ?? owner ?? `${agent}/${definition.name}`,
    scope: scope === undefined ? { agent, state: definition.name } : { ...scope, agent, state: definition.name },
    preemptible: definition.preemptible,
    preemptions,
  };
}
