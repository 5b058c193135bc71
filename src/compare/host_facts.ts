/**
 * What a comparison tells of the host itself.
 *
 * @module
 */

import { mean } from "../measure/statistics/moments.ts";
import type { Control, Drift } from "./comparison.ts";
import type { Suite } from "./estimate.ts";
import { logCosts } from "./log_costs.ts";
import { ratioInterval, ratioOf } from "./log_ratio.ts";
import { spreadOf, sumOfVariances, type Variance } from "./spread.ts";

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
  if (levels !== null) {
    const [before, after] = [levels.runs.baseline, levels.runs.current];
    const effect = mean(after) - mean(before);
    const spreads = [levels.forks.baseline, levels.forks.current].map((side) =>
      spreadOf(side.map((forks, run) => ({ run, processes: [...forks].map(([fork, log]) => ({ fork, log })) })))
    );
    const parts = spreads.map(({ forkVariance, weight }) => scaled(forkVariance, weight));
    const variance = sumOfVariances([scaled(drift.perRun, drift.levelShare * perRun), ...parts]);
    const interval = ratioInterval({ effect, ...errorOf(variance) }, level);
    return { factor: { ratio: ratioOf(effect), interval }, ...shared, from: "references" };
  }
  const effects = benchmarks.flatMap(({ effect }) => effect ?? []);
  if (runs.baseline + runs.current === 2 || effects.length === 0) {
    return { factor: null, ...shared, from: "experience" };
  }
  const variance = mean(effects.map(({ runSd }) => runSd ** 2)) * perRun;
  const degreesOfFreedom = mean(effects.map((effect) => effect.degreesOfFreedom));
  return { factor: null, sd: Math.sqrt(variance), degreesOfFreedom, from: "runs" };
}

function scaled({ value, degreesOfFreedom }: Variance, factor: number): Variance {
  return { value: value * factor, degreesOfFreedom };
}

function errorOf({ value, degreesOfFreedom }: Variance) {
  return { standardError: Math.sqrt(value), degreesOfFreedom: Math.max(1, degreesOfFreedom) };
}
