/**
 * Verdicts within one run: the members of a group, each against the group's baseline.
 *
 * @module
 */

import type { BenchmarkResult, GroupRatio } from "../measure/document.ts";
import { forkValues } from "../measure/statistics/summary.ts";
import { studentT, studentTQuantile } from "../measure/statistics/student_t.ts";
import type { Verdict } from "./comparison.ts";
import { equivalencePValue } from "./equivalence.ts";
import { benjaminiHochberg } from "./multiplicity.ts";
import { type Bounds, judge } from "./verdict.ts";

/** By how much two commands must differ for a verdict to say so, and the accepted error rate over all of a document's. */
export const GROUP_BOUNDS: Bounds = { threshold: 0.05, alpha: 0.05 };

/**
 * Judges ratios as `compare` judges changes: slower or faster if noise does not explain it, by a p-value adjusted for the number of
 * ratios (Benjamini and Hochberg), and it reaches the threshold; the same if an equivalence test says so; else inconclusive.
 *
 * Unlike there the two are paired fork by fork, so that a ratio's standard error is that of its Student interval.
 *
 * @returns A verdict for each ratio, in their order; null where there is no interval.
 */
export function groupVerdicts(
  ratios: readonly GroupRatio[],
  benchmarks: readonly BenchmarkResult[],
  bounds: Bounds = GROUP_BOUNDS,
): (Verdict | null)[] {
  const effects = ratios.map((ratio) => logRatio(ratio, benchmarks));
  const pValues = effects.map((effect) => {
    if (effect === null) return null;
    if (effect.standardError === 0) return effect.effect === 0 ? 1 : 0;
    return Math.min(1, 2 * studentT(-Math.abs(effect.effect / effect.standardError), effect.degreesOfFreedom));
  });
  const adjusted = benjaminiHochberg(pValues);
  return effects.map((effect, index) => {
    const adjustedPValue = adjusted[index] ?? null;
    if (effect === null || adjustedPValue === null) return null;
    const evidence = { effect: effect.effect, adjustedPValue };
    return judge({ ...evidence, equivalencePValue: equivalencePValue(effect, bounds.threshold) }, bounds).verdict;
  });
}

/** The logarithm of a ratio, with the standard error that its interval was made of. */
function logRatio({ id, baselineId, ratio }: GroupRatio, benchmarks: readonly BenchmarkResult[]) {
  if (ratio === null) return null;
  const baseline = forksOf(baselineId, benchmarks);
  const degreesOfFreedom = forksOf(id, benchmarks).intersection(baseline).size - 1;
  if (degreesOfFreedom < 1) return null;
  const reach = studentTQuantile((1 + ratio.level) / 2, degreesOfFreedom);
  return {
    effect: Math.log(ratio.point),
    standardError: Math.log(ratio.high / ratio.low) / 2 / reach,
    degreesOfFreedom,
  };
}

/** The numbers of the forks that count. */
function forksOf(id: string, benchmarks: readonly BenchmarkResult[]): Set<number> {
  const result = benchmarks.find((benchmark) => benchmark.id === id);
  return new Set(
    result === undefined || result.status === "failed" ? [] : forkValues(result.forks).map(({ fork }) => fork),
  );
}
