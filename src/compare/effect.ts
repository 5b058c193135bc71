/**
 * How much a benchmark changed, and how well that is known.
 *
 * @module
 */

import type { Sides } from "./circumstances.ts";
import type { LogRatio } from "./equivalence.ts";
import type { HostDrift } from "./host_drift.ts";
import { moderated, scaled, type SideSpread, sumOfVariances, type Variance } from "./spread.ts";

/** The change of one benchmark on the log scale. */
export interface Effect extends LogRatio {
  /** Standard deviation between the processes of a run. */
  readonly forkSd: number;
  /** Standard deviation between runs, without the processes' share: what the standard error holds of it. */
  readonly runSd: number;
}

/**
 * The effect with its standard error, in which each source of variation counts at its own level: processes within their run, runs
 * within their side. More rounds or samples never make it smaller.
 *
 * Its variance is that of the runs' drift plus that of the processes on each side (Welch). Where a side has several runs, their
 * own spread, which holds both, is weighed in by its degrees of freedom.
 *
 * @param sides The two sides, the host's level taken off.
 * @returns null if a side has one process only: nobody knows how far that is off.
 */
export function effectOf(sides: Sides<SideSpread>, drift: HostDrift): Effect | null {
  const { baseline, current } = sides;
  if (baseline.processes < 2 || current.processes < 2) return null;
  const perRun = 1 / baseline.runs + 1 / current.runs;
  const forks = forkVariances(sides);
  const between = betweenRuns(sides);
  const own = { value: between.value * perRun, degreesOfFreedom: between.degreesOfFreedom };
  const forkPart = forks === null ? 0 : baseline.weight * forks.baseline.value + current.weight * forks.current.value;
  const variance = forks === null ? own : moderated(
    sumOfVariances([
      scaled(drift.perRun, perRun * (1 + drift.levelShare)),
      scaled(forks.baseline, baseline.weight),
      scaled(forks.current, current.weight),
    ]),
    own,
  );
  return {
    effect: current.mean - baseline.mean,
    standardError: Math.sqrt(variance.value),
    degreesOfFreedom: Math.max(1, variance.degreesOfFreedom),
    forkSd: forks === null ? 0 : Math.sqrt((forks.baseline.value + forks.current.value) / 2),
    runSd: Math.sqrt(Math.max(0, variance.value - forkPart) / perRun),
  };
}

/** Each side's variance between processes; a side whose runs have one each borrows the other's. Null if neither tells. */
function forkVariances({ baseline, current }: Sides<SideSpread>): Sides<Variance> | null {
  const [old, now] = [baseline.forkVariance, current.forkVariance];
  if (old.degreesOfFreedom === 0 && now.degreesOfFreedom === 0) return null;
  return {
    baseline: old.degreesOfFreedom === 0 ? now : old,
    current: now.degreesOfFreedom === 0 ? old : now,
  };
}

function betweenRuns({ baseline, current }: Sides<SideSpread>): Variance {
  return moderated(baseline.runVariance, current.runVariance);
}
