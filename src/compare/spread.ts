/**
 * How the costs of one side spread: between the processes of a run, and between runs.
 *
 * @module
 */

import { mean } from "../measure/statistics/moments.ts";
import type { RunCosts } from "./log_costs.ts";

/** A variance and how well it is known. */
export interface Variance {
  /** The variance; 0 without degrees of freedom. */
  readonly value: number;
  /** Its degrees of freedom; 0 if it is unknown. */
  readonly degreesOfFreedom: number;
}

/** One side of a benchmark, summed up. */
export interface SideSpread {
  /** Mean of the runs' means: every run counts alike, however many processes it has. */
  readonly mean: number;
  /** Number of runs. */
  readonly runs: number;
  /** Number of processes in all of them. */
  readonly processes: number;
  /** What the variance between processes is multiplied by to give that of the mean: the sum of 1 / processes over runs². */
  readonly weight: number;
  /** Between the processes of one run. */
  readonly forkVariance: Variance;
  /** Between the means of the runs, which holds the processes' share as well. */
  readonly runVariance: Variance;
}

/** Sums up one side; it has at least one run, and each run at least one process. */
export function spreadOf(runs: readonly RunCosts[]): SideSpread {
  const logs = runs.map(({ processes }) => processes.map(({ log }) => log));
  const means = logs.map(mean);
  return {
    mean: mean(means),
    runs: runs.length,
    processes: logs.reduce((sum, { length }) => sum + length, 0),
    weight: logs.reduce((sum, { length }) => sum + 1 / length, 0) / runs.length ** 2,
    forkVariance: pooledVariance(logs),
    runVariance: pooledVariance([means]),
  };
}

/** The variance within groups that may have different means: what their squares about them come to, over the freedom left. */
export function pooledVariance(groups: readonly (readonly number[])[]): Variance {
  let squares = 0;
  let degreesOfFreedom = 0;
  for (const group of groups) {
    if (group.length < 2) continue;
    const center = mean(group);
    for (const value of group) squares += (value - center) ** 2;
    degreesOfFreedom += group.length - 1;
  }
  return { value: degreesOfFreedom === 0 ? 0 : squares / degreesOfFreedom, degreesOfFreedom };
}

/** A variance times a factor, as well known as before. */
export function scaled({ value, degreesOfFreedom }: Variance, factor: number): Variance {
  return { value: value * factor, degreesOfFreedom };
}

/**
 * Sums up independent variances. The sum's degrees of freedom are those of F. Satterthwaite ("An Approximate Distribution of
 * Estimates of Variance Components", Biometrics Bulletin 2, 1946), on which B. Welch's test rests as well.
 */
export function sumOfVariances(parts: readonly Variance[]): Variance {
  const value = parts.reduce((sum, part) => sum + part.value, 0);
  const known = parts.filter((part) => part.degreesOfFreedom > 0);
  if (value === 0) {
    return { value, degreesOfFreedom: known.reduce((sum, part) => sum + part.degreesOfFreedom, 0) };
  }
  const squares = known.reduce((sum, part) => sum + part.value ** 2 / part.degreesOfFreedom, 0);
  return { value, degreesOfFreedom: squares === 0 ? 0 : value ** 2 / squares };
}

/**
 * Two estimates of one variance as one, each with the weight of its degrees of freedom: the moderated variance of G. Smyth
 * ("Linear Models and Empirical Bayes Methods for Assessing Differential Expression in Microarray Experiments", Statistical
 * Applications in Genetics and Molecular Biology 3, 2004), one of them being what is known beforehand.
 */
export function moderated(known: Variance, own: Variance): Variance {
  const degreesOfFreedom = known.degreesOfFreedom + own.degreesOfFreedom;
  if (degreesOfFreedom === 0) return known;
  const weighted = known.value * known.degreesOfFreedom + own.value * own.degreesOfFreedom;
  return { value: weighted / degreesOfFreedom, degreesOfFreedom };
}
