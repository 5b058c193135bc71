/**
 * How far runs of equal code differ by themselves, once the host's level is taken off.
 *
 * @module
 */

import { mean } from "../measure/statistics/moments.ts";
import { median } from "../measure/statistics/quantile.ts";
import { sortSamples } from "../measure/statistics/sorted_samples.ts";
import type { Sides } from "./circumstances.ts";
import { bulkExcessVariance, type Deviation, excessVariance } from "./excess_variance.ts";
import { HOST_DRIFT, OWN_DRIFT } from "./experience.ts";
import type { HostLevels } from "./host_levels.ts";
import type { RunCosts } from "./log_costs.ts";
import { moderated, pooledVariance, type SideSpread, type Variance } from "./spread.ts";

/** What a comparison knows of drift before it looks at a single benchmark. */
export interface HostDrift {
  /** By how much one run moves a benchmark: what its processes do not show, as a variance of logarithms. */
  readonly perRun: Variance;
  /** By how much the host's own level is uncertain, as a multiple of `perRun`: 1 / references; 0 without them. */
  readonly levelShare: number;
}

/**
 * The drift between runs, from the references: what remains of them when the host's level and the errors of their processes are
 * taken off, moderated with experience. A benchmark whose code did not change is then like one more reference, and its null
 * distribution is the prediction interval of a random-effects meta-analysis (J. Higgins, S. Thompson and D. Spiegelhalter, "A
 * Re-evaluation of Random-Effects Meta-Analysis", Journal of the Royal Statistical Society A 172, 2009).
 *
 * @param references Costs of the references, the host's level taken off.
 * @param levels The host's levels, of each suite; empty without references: experience alone tells then.
 */
export function driftOfReferences(
  references: readonly Sides<readonly RunCosts[]>[],
  levels: readonly HostLevels[],
): HostDrift {
  const [first] = levels;
  if (first === undefined) return { perRun: HOST_DRIFT, levelShare: 0 };
  const count = Math.min(...levels.map((level) => level.references));
  const runs = first.runs.baseline.length + first.runs.current.length;
  const deviations = references.flatMap(({ baseline, current }) => deviationsOf([...baseline, ...current], count));
  // The same references along with another suite tell little that is new: their freedom counts once.
  const seen = { value: excessVariance(deviations), degreesOfFreedom: (count - 1) * (runs - 1) };
  return { perRun: moderated(OWN_DRIFT, seen), levelShare: 1 / (LEVEL_EFFICIENCY * count) };
}

/** A 25 %-trimmed mean of eight normal values is as good as a plain mean of so many of them (simulated, 300,000 sets). */
const LEVEL_EFFICIENCY = 0.846;

/** What each run of one reference is off its mean over all runs. */
function deviationsOf(runs: readonly RunCosts[], references: number): Deviation[] {
  const logs = runs.map(({ processes }) => processes.map(({ log }) => log));
  const means = logs.map(mean);
  const center = mean(means);
  const forkVariance = pooledVariance(logs).value;
  const errors = logs.map(({ length }) => forkVariance / length);
  const centerError = errors.reduce((sum, error) => sum + error, 0) / runs.length ** 2;
  return means.map((value, run) => ({
    squared: (value - center) ** 2,
    sampling: (1 - 2 / runs.length) * (errors[run] ?? 0) + centerError,
    share: (1 - 1 / runs.length) * (1 - 1 / references), // the level is a mean that the reference itself is part of
  }));
}

/** Fewer benchmarks have no bulk: their median is one of the changes that are looked for. */
const MIN_BULK = 5;

/** A median is worth 37 % of a mean of as many squares, for normal values (P. Huber, "Robust Statistics", 1981, section 5.1). */
const BULK_EFFICIENCY = 0.37;

/**
 * Widens the drift where the bulk of the suite moves further than the references did: code of other kinds drifts more. It never
 * narrows it, and what all benchmarks have in common is no part of it: a suite that is slower as a whole stays so.
 *
 * @param benchmarks Their two sides, the host's level taken off.
 */
export function widenedByBulk(drift: HostDrift, benchmarks: readonly Sides<SideSpread>[]): HostDrift {
  if (benchmarks.length < MIN_BULK) return drift;
  const center = median(sortSamples(benchmarks.map(({ baseline, current }) => current.mean - baseline.mean)));
  const deviations = benchmarks.map(({ baseline, current }) => ({
    squared: (current.mean - baseline.mean - center) ** 2,
    sampling: baseline.weight * baseline.forkVariance.value + current.weight * current.forkVariance.value,
    share: 1 / baseline.runs + 1 / current.runs,
  }));
  const bulk = {
    value: bulkExcessVariance(deviations),
    degreesOfFreedom: BULK_EFFICIENCY * (benchmarks.length - 1),
  };
  return bulk.value <= drift.perRun.value ? drift : { ...drift, perRun: moderated(drift.perRun, bulk) };
}
