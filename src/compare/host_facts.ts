/**
 * What a comparison tells of the host itself.
 *
 * @module
 */

import { mean } from "../measure/statistics/moments.ts";
import type { Control, Drift } from "./comparison.ts";
import type { Suite } from "./estimate.ts";
import type { HostLevels } from "./host_levels.ts";
import { logCosts } from "./log_costs.ts";
import { ratioInterval, ratioOf } from "./log_ratio.ts";
import { scaled, spreadOf, sumOfVariances, type Variance } from "./spread.ts";

/** The references as they were measured, nothing taken off, with what their processes alone tell of them. */
export function controlsOf({ references }: Suite, level: number): Control[] {
  return references.map((match) => {
    const costs = logCosts(match);
    const [baseline, current] = [spreadOf(costs.baseline), spreadOf(costs.current)];
    const effect = current.mean - baseline.mean;
    const variance = sumOfVariances(
      [baseline, current].map(({ forkVariance, weight }) => scaled(forkVariance, weight)),
    );
    const known = baseline.forkVariance.degreesOfFreedom > 0 && current.forkVariance.degreesOfFreedom > 0;
    return {
      id: match.identity.id,
      ratio: ratioOf(effect),
      interval: known ? ratioInterval({ effect, ...errorOf(variance) }, level) : null,
    };
  });
}

/** The host's factor and drift. */
export function driftFact({ runs, levels, drift, benchmarks }: Suite, level: number): Drift {
  const perRun = 1 / runs.baseline + 1 / runs.current;
  const shared = { sd: Math.sqrt(drift.perRun.value * perRun), degreesOfFreedom: drift.perRun.degreesOfFreedom };
  if (levels.size > 0) {
    return { factor: hostFactor([...levels.values()], drift, { perRun, level }), ...shared, from: "references" };
  }
  const effects = benchmarks.flatMap(({ effect }) => effect ?? []);
  if (runs.baseline + runs.current === 2 || effects.length === 0) {
    return { factor: null, ...shared, from: "experience" };
  }
  const variance = mean(effects.map(({ runSd }) => runSd ** 2)) * perRun;
  const degreesOfFreedom = mean(effects.map((effect) => effect.degreesOfFreedom));
  return { factor: null, sd: Math.sqrt(variance), degreesOfFreedom, from: "runs" };
}

/** By how much the host changed: the mean over the suites, each by its own references. */
function hostFactor(
  levels: readonly HostLevels[],
  drift: Suite["drift"],
  { perRun, level }: { readonly perRun: number; readonly level: number },
): Drift["factor"] {
  const effect = mean(levels.map(({ runs }) => mean(runs.current) - mean(runs.baseline)));
  const parts = levels.flatMap(({ forks }) => [forks.baseline, forks.current]).map((side) => {
    const { forkVariance, weight } = spreadOf(
      side.map((forks, run) => ({ run, processes: [...forks].map(([fork, log]) => ({ fork, log })) })),
    );
    return scaled(forkVariance, weight / levels.length ** 2);
  });
  const variance = sumOfVariances([scaled(drift.perRun, drift.levelShare * perRun), ...parts]);
  return { ratio: ratioOf(effect), interval: ratioInterval({ effect, ...errorOf(variance) }, level) };
}

function errorOf({ value, degreesOfFreedom }: Variance) {
  return { standardError: Math.sqrt(value), degreesOfFreedom: Math.max(1, degreesOfFreedom) };
}
