/**
 * Holds what a document says of its samples against them: a figure that was edited, or cut off, is no measurement.
 *
 * All that follows from the samples is calculated again, by the code that the engine uses: of a benchmark its `statistics`,
 * `iterations`, `steady` and `meetsExpectation`; of the document `scaling` and `groups`. What rests on facts that are not stored
 * cannot be: `optimized_out` (the samples of the empty loop), `kind`, `memory`, `cpuPercent`, `quietness`, `clock`, and the
 * samples themselves.
 *
 * @module
 */

import type { Estimate, MeasuredBenchmark, ResultDocument, Statistics } from "./document.ts";
import { assembleGroups, assembleScaling, bootstrapSeed, outcomeOf } from "./run/assemble.ts";
import { medianInterval } from "./statistics/bootstrap.ts";
import { mean, standardDeviation } from "./statistics/moments.ts";
import { tukeyOutliers } from "./statistics/outliers.ts";
import { medianAbsoluteDeviation, quantile } from "./statistics/quantile.ts";
import { type SortedSamples, sortSamples } from "./statistics/sorted_samples.ts";
import { countExcluded, forkValues } from "./statistics/summary.ts";

/** Figures are written with all of their digits; what is left is the rounding of another order of summing up. */
const ROUNDING = 1e-6;

/** A figure that the samples contradict. */
export interface Contradiction {
  /** Where it is, within what was looked at. */
  readonly path: readonly (string | number)[];
  /** What the samples give. */
  readonly message: string;
}

/** The first figure of a benchmark that its samples contradict; null if there is none. `runSeed` is the seed of the settings. */
export function contradictionOf(benchmark: MeasuredBenchmark, runSeed: number): Contradiction | null {
  const { statistics, forks } = benchmark;
  const counted = forkValues(forks);
  const samples = sortSamples(counted.flatMap(({ values }) => values));
  const excluded = countExcluded(forks);
  const outliers = tukeyOutliers(samples);
  const counts: readonly Figure[] = [
    { path: ["samples"], actual: statistics.samples, expected: samples.length },
    { path: ["forks"], actual: statistics.forks, expected: counted.length },
    { path: ["forkP25", "length"], actual: statistics.forkP25.length, expected: counted.length },
    ...(["steal", "preemption", "suspend"] as const).map((cause) => (
      { path: ["excluded", cause], actual: statistics.excluded[cause], expected: excluded[cause] }
    )),
    ...(["lowExtreme", "lowMild", "highMild", "highExtreme"] as const).map((kind) => (
      { path: ["outliers", kind], actual: statistics.outliers[kind], expected: outliers[kind] }
    )),
  ];
  const wrongCount = counts.find(({ actual, expected }) => actual !== expected);
  if (wrongCount !== undefined) return contradiction(wrongCount);
  // What was subtracted sets how exact a rest can be, and so does what was summed up.
  const scale = Math.max(...forks.map(({ overheadNs }) => overheadNs), Math.abs(quantile(samples, 0.5)));
  const wrong = figuresOf(statistics, counted, samples).find(({ actual, expected }) =>
    actual === undefined || Math.abs(actual - expected) > ROUNDING * Math.max(Math.abs(expected), scale)
  );
  return wrong === undefined
    ? rateContradiction(statistics) ??
      intervalContradiction(statistics, counted, bootstrapSeed(runSeed, benchmark.id)) ??
      outcomeContradiction(benchmark)
    : contradiction(wrong);
}

/** The first figure of a document's scaling and groups that its benchmarks contradict; null if there is none. */
export function derivedContradictionOf({ benchmarks, scaling, groups }: ResultDocument): Contradiction | null {
  return difference(scaling, assembleScaling(benchmarks), ["scaling"]) ??
    difference(groups, assembleGroups(benchmarks), ["groups"]);
}

/** The first place where two JSON values differ by more than rounding. */
function difference(actual: unknown, expected: unknown, path: Contradiction["path"]): Contradiction | null {
  if (typeof actual === "number" && typeof expected === "number") {
    const isClose = Math.abs(actual - expected) <= ROUNDING * Math.max(1, Math.abs(expected));
    return isClose ? null : derived(path, expected);
  }
  if (!isNested(actual) || !isNested(expected)) return actual === expected ? null : derived(path, expected);
  if (Array.isArray(actual) && Array.isArray(expected) && actual.length !== expected.length) {
    return derived([...path, "length"], expected.length);
  }
  const [found, wanted] = [new Map(Object.entries(actual)), new Map(Object.entries(expected))];
  for (const key of new Set([...wanted.keys(), ...found.keys()])) {
    const at = [...path, Array.isArray(expected) ? Number(key) : key];
    const wrong = difference(found.get(key), wanted.get(key), at);
    if (wrong !== null) return wrong;
  }
  return null;
}

function isNested(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function derived(path: Contradiction["path"], expected: unknown): Contradiction {
  return {
    path,
    message: `its benchmarks give ${expected === undefined ? "no such field" : JSON.stringify(expected)}`,
  };
}

function outcomeContradiction(benchmark: MeasuredBenchmark): Contradiction | null {
  const expected = outcomeOf(benchmark, benchmark.statistics);
  for (const name of ["iterations", "steady", "meetsExpectation"] as const) {
    if (benchmark[name] !== expected[name]) return { path: [name], message: `its samples give ${expected[name]}` };
  }
  return null;
}

interface Figure {
  readonly path: readonly (string | number)[];
  readonly actual: number | undefined;
  readonly expected: number;
}

/** What can be calculated again. */
function figuresOf(
  statistics: Statistics,
  counted: ReturnType<typeof forkValues>,
  samples: SortedSamples,
): readonly Figure[] {
  const quantiles = { min: 0, p25: 0.25, median: 0.5, p75: 0.75, p95: 0.95, p99: 0.99, max: 1 } as const;
  const names = ["min", "p25", "median", "p75", "p95", "p99", "max"] as const;
  return [
    ...counted.map(({ values }, index) => ({
      path: ["forkP25", index],
      actual: statistics.forkP25[index],
      expected: quantile(sortSamples(values), 0.25),
    })),
    ...names.map((name) => ({ path: [name], actual: statistics[name], expected: quantile(samples, quantiles[name]) })),
    { path: ["mean"], actual: statistics.mean, expected: mean(samples) },
    { path: ["standardDeviation"], actual: statistics.standardDeviation, expected: standardDeviation(samples) },
    { path: ["mad"], actual: statistics.mad, expected: medianAbsoluteDeviation(samples) },
  ];
}

function contradiction({ path, expected }: Figure): Contradiction {
  return { path: ["statistics", ...path], message: `its samples give ${expected}` };
}

function rateContradiction({ median, opsPerSecond }: Statistics): Contradiction | null {
  const expected = median > 0 ? 1e9 / median : null;
  const isRight = expected === null || opsPerSecond === null
    ? expected === opsPerSecond
    : Math.abs(opsPerSecond - expected) <= ROUNDING * expected;
  return isRight ? null : { path: ["statistics", "opsPerSecond"], message: `its median makes it ${expected}` };
}

/**
 * A tenth of the resamples tell at a tenth of the cost about how far the interval reaches; where they do not bear it out, all are
 * drawn again, exactly as the run did. So no honest interval is refused, whatever the samples look like, and of an edited one no
 * more passes than a change by half of its reach to either side.
 */
function intervalContradiction(
  { median, medianInterval: stated }: Statistics,
  counted: ReturnType<typeof forkValues>,
  seed: number,
): Contradiction | null {
  const values = counted.map((fork) => fork.values);
  const level = stated?.level ?? LEVEL;
  const path = ["statistics", "medianInterval"];
  if (level !== LEVEL) return { path: [...path, "level"], message: `it is always ${LEVEL}` };
  const rough = medianInterval(values, { seed, resamples: ROUGH_RESAMPLES });
  if (rough === null || stated === null) {
    return rough === stated ? null : { path, message: `its samples give ${rough === null ? "none" : "one"}` };
  }
  if (isNear(stated.point, median, median) && isAlike(stated, rough)) return null;
  const exact = medianInterval(values, { seed }) ?? rough;
  for (const name of ["point", "low", "high"] as const) {
    if (isNear(stated[name], exact[name], median)) continue;
    return { path: [...path, name], message: `its samples give ${exact[name]}` };
  }
  return null;
}

/** The level of every interval in a document. */
const LEVEL = 0.95;
const ROUGH_RESAMPLES = 200;
const ROUGH_TOLERANCE = 1 / 2;

function isNear(actual: number, expected: number, scale: number): boolean {
  return Math.abs(actual - expected) <= ROUNDING * Math.max(Math.abs(expected), Math.abs(scale));
}

/** Whether both ends lie about as far from the point. */
function isAlike(stated: Estimate, rough: Estimate): boolean {
  const reaches = [[stated.point - stated.low, rough.point - rough.low], [
    stated.high - stated.point,
    rough.high - rough.point,
  ]] as const;
  return reaches.every(([actual, expected]) => Math.abs(actual - expected) <= ROUGH_TOLERANCE * expected);
}
