/**
 * Makes the benchmarks of the document out of what was found.
 *
 * @module
 */

import type {
  BenchmarkIdentity,
  BenchmarkResult,
  GroupRatio,
  MeasuredBenchmark,
  Scaling,
  Settings,
} from "../document.ts";
import { deriveSeed } from "../random.ts";
import { fitPowerLaw, ratioToBaseline, summarize } from "../statistics/mod.ts";
import type { Finding } from "./findings.ts";

/** The host counts CPU time in microseconds: in shorter samples, in nanoseconds, that says nothing. */
const MIN_CPU_SAMPLE_NS = 200_000;

/** The result of one benchmark; undefined as long as no fork of it is finished. */
export function assembleBenchmark(
  identity: BenchmarkIdentity,
  finding: Finding,
  settings: Settings,
): BenchmarkResult | undefined {
  const { failure, audit, allocation } = finding;
  if (failure !== undefined) return { ...identity, status: "failed", failure };
  const measurements = [...finding.measurements.values()].sort((left, right) => left.result.fork - right.result.fork);
  if (measurements.length === 0 || audit === undefined) return undefined;
  const forks = measurements.map(({ result }) => result);
  const alike = measurements.filter(({ indistinguishable }) => indistinguishable).length;
  const cpuNs = sum(measurements.map(({ processCpuNs }) => processCpuNs));
  const wallNs = sum(measurements.map(({ processWallNs }) => processWallNs));
  const pauses = allocation?.pauses ?? null;
  const status = alike * 2 >= measurements.length ? "optimized_out" : "ok";
  const { statistics, outcome } = summaryOf({ ...identity, status, forks }, settings.seed);
  return {
    ...identity,
    status,
    statistics,
    ...outcome,
    kind: audit.shape.kind,
    forks,
    memory: {
      allocatedBytes: allocation?.allocation.allocatedBytes ?? null,
      gc: pauses === null ? null : { iterations: allocation?.allocation.iterations ?? 1, ...pauses },
      heapUsedBytes: Math.max(...measurements.map(({ heapUsedBytes }) => heapUsedBytes)),
      residentBytes: Math.max(...measurements.map(({ residentBytes }) => residentBytes)),
    },
    cpuPercent: wallNs >= MIN_CPU_SAMPLE_NS * statistics.samples ? 100 * cpuNs / wallNs : null,
  };
}

/** What a summary is made of. */
type Summarized = Pick<MeasuredBenchmark, "id" | "expected" | "status" | "forks">;

/** What follows from the samples of a benchmark, and from the run's seed. */
export function summaryOf(benchmark: Summarized, runSeed: number) {
  const statistics = summarize(benchmark.forks, { seed: bootstrapSeed(runSeed, benchmark.id) });
  return { statistics, outcome: outcomeOf(benchmark, statistics) };
}

/** The seed of the interval of a benchmark's median. */
export function bootstrapSeed(runSeed: number, id: string): number {
  return deriveSeed(runSeed, "bootstrap", id);
}

/** What follows from the samples without drawing any again. */
export function outcomeOf(
  { expected, status, forks }: Omit<Summarized, "id">,
  statistics: MeasuredBenchmark["statistics"],
): Pick<MeasuredBenchmark, "iterations" | "steady" | "meetsExpectation"> {
  return {
    iterations: sum(forks.map(({ batchSize, samples }) => batchSize * samples.wallNs.length)),
    steady: forks.every(({ warmup }) => warmup.steady),
    meetsExpectation: status === "ok" ? meetsExpectation(expected, statistics) : null,
  };
}

function meetsExpectation(
  expected: BenchmarkIdentity["expected"],
  { median, opsPerSecond }: MeasuredBenchmark["statistics"],
): boolean | null {
  if (expected === null) return null;
  const isFast = opsPerSecond === null || opsPerSecond >= expected.minOpsPerSecond;
  return isFast && median <= expected.maxDurationMs * 1e6;
}

/** How the time grows with each numeric parameter, the other parameters staying what they are. */
export function assembleScaling(benchmarks: readonly BenchmarkResult[]): Scaling[] {
  const series = new Map<string, { first: MeasuredBenchmark; parameter: string; points: Map<number, number> }>();
  for (const benchmark of benchmarks) {
    if (benchmark.status !== "ok") continue;
    for (const [parameter, value] of Object.entries(benchmark.params)) {
      if (typeof value !== "number") continue;
      const key = JSON.stringify([benchmark.suite, benchmark.name, parameter, others(benchmark, parameter)]);
      const found = series.get(key) ?? { first: benchmark, parameter, points: new Map() };
      found.points.set(value, benchmark.statistics.p25);
      series.set(key, found);
    }
  }
  return [...series.values()].flatMap(({ first, parameter, points: byValue }) => {
    const points = [...byValue].map(([value, p25]) => ({ value, p25 })).sort((left, right) => left.value - right.value);
    const law = fitPowerLaw(points);
    if (law === null) return [];
    const { exponent, rSquared } = law;
    const params = Object.fromEntries(others(first, parameter));
    return [{ suite: first.suite, name: first.name, parameter, params, exponent, rSquared, points }];
  });
}

function others({ params }: BenchmarkIdentity, parameter: string): [string, string | number | boolean][] {
  return Object.entries(params).filter(([name]) => name !== parameter);
}

/**
 * The ratio of each benchmark of a group to the group's baseline: to the one with the same parameters, or to the only one if
 * the baseline has none.
 */
export function assembleGroups(benchmarks: readonly BenchmarkResult[]): GroupRatio[] {
  const ratios: GroupRatio[] = [];
  const baselines = new Map<string, { readonly place: number; readonly benchmark: BenchmarkResult }>();
  for (const [place, benchmark] of benchmarks.entries()) {
    const key = groupKey(benchmark, benchmark.params);
    if (benchmark.baseline && !baselines.has(key)) baselines.set(key, { place, benchmark });
  }
  for (const candidate of benchmarks) {
    const { suite, group, baseline, params } = candidate;
    if (group === null || baseline) continue;
    const [same, only] = [params, {}].map((wanted) => baselines.get(groupKey(candidate, wanted)));
    const reference = (same?.place ?? Infinity) < (only?.place ?? Infinity) ? same?.benchmark : only?.benchmark;
    if (reference === undefined) continue;
    const ratio = candidate.status === "ok" && reference.status === "ok"
      ? ratioToBaseline(candidate.forks, reference.forks)
      : null;
    ratios.push({ suite, group, baselineId: reference.id, id: candidate.id, ratio });
  }
  return ratios;
}

function groupKey({ suite, group }: BenchmarkIdentity, params: BenchmarkIdentity["params"]): string {
  return JSON.stringify([suite, group, Object.entries(params).sort(([left], [right]) => left < right ? -1 : 1)]);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
