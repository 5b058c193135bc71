/**
 * How many more runs would probably decide a benchmark.
 *
 * @module
 */

import { studentT } from "../measure/statistics/student_t.ts";
import type { Sides } from "./circumstances.ts";
import type { Effect } from "./effect.ts";
import { equivalencePValue } from "./equivalence.ts";
import type { SideSpread } from "./spread.ts";
import type { Bounds } from "./verdict.ts";

/** Nobody makes more runs than this for one answer. */
export const MAX_NEEDED_RUNS = 50;

/** Processes on each side below which more of them are the first thing to add: Student's t is too wide with fewer. */
export const FEW_PROCESSES = 5;

/**
 * How many more runs of each side would decide a benchmark if its effect is what it looks like now: the fewest with which the
 * error, of which the processes' and the runs' parts shrink with the number of runs, is small enough for *slower* or *faster*, or
 * for *same*.
 *
 * @param multiplicity What its p-value is multiplied by for the number of benchmarks; at least 1.
 * @returns From 1 to {@linkcode MAX_NEEDED_RUNS}; null if even so many would not do: it lies at the threshold.
 */
export function neededRuns(
  sides: Sides<SideSpread>,
  effect: Effect,
  { threshold, alpha, multiplicity }: Bounds & { readonly multiplicity: number },
): number | null {
  for (let more = 1; more <= MAX_NEEDED_RUNS; more++) {
    const expected = { ...effect, ...withMoreRuns(sides, effect, more) };
    const { standardError, degreesOfFreedom } = expected;
    const p = Math.abs(expected.effect) >= Math.log1p(threshold)
      ? 2 * studentT(-Math.abs(expected.effect) / standardError, degreesOfFreedom) * multiplicity
      : equivalencePValue(expected, threshold);
    if (p <= alpha) return more;
  }
  return null;
}

/** How many more runs give a side that has a single process enough of them. */
export function neededForProcesses({ baseline, current }: Sides<SideSpread>): number {
  const missing = [baseline, current].map(({ processes, runs }) => (FEW_PROCESSES - processes) * runs / processes);
  return Math.ceil(Math.max(1, ...missing));
}

function withMoreRuns({ baseline, current }: Sides<SideSpread>, effect: Effect, more: number) {
  const sides = [baseline, current];
  const perRun = sides.reduce((sum, { runs }) => sum + 1 / (runs + more), 0);
  const forks = sides.reduce((sum, { weight, runs }) => sum + weight * runs / (runs + more), 0);
  return {
    standardError: Math.sqrt(effect.runSd ** 2 * perRun + effect.forkSd ** 2 * forks),
    degreesOfFreedom: effect.degreesOfFreedom + sides.length * more,
  };
}
