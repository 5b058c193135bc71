/**
 * A result document as the run that a comparison takes.
 *
 * @module
 */

import type { BenchmarkResult, ResultDocument, Settings } from "../measure/document.ts";
import { forkValues } from "../measure/statistics/summary.ts";
import { quantile } from "../measure/statistics/quantile.ts";
import { sortSamples } from "../measure/statistics/sorted_samples.ts";
import type { BenchmarkData, RunData } from "./run_data.ts";

/**
 * Takes from a document what a comparison needs. What stands for a process is the lower quartile of its samples that count,
 * the empty loop's share taken off: it is the steadiest figure on a shared host, where noise only ever adds.
 *
 * A benchmark of which a process measured no more than the empty loop counts as optimised away: without that process the
 * others would be a selection of the slow ones.
 *
 * @param document A valid document.
 * @param source Where it came from, for messages: a file's path.
 */
export function fromDocument(document: ResultDocument, source: string): RunData {
  return {
    source,
    tool: `${document.tool.name} ${document.tool.version}`,
    startedAt: document.run.startedAt,
    durationMs: document.run.durationMs,
    commit: document.environment.git?.commit ?? null,
    environment: document.environment,
    settings: decisiveSettings(document.settings),
    benchmarks: document.benchmarks.map(benchmarkData),
    references: document.references.map(benchmarkData),
    hostFigures: document.hostFigures,
    warnings: document.warnings.filter(({ code }) => DOUBTS.has(code)),
  };
}

/** The warnings of a document that say how far its figures can be held against others. */
const DOUBTS: ReadonlySet<string> = new Set([
  ...["another_run", "high_load", "steal", "clock_coarse"], // of the whole run
  ...["not_steady", "level_shift", "excluded_samples"], // of a benchmark
]);

/**
 * The settings that change what a sample is: runs that differ in them measure different things. Not among them are `seed`,
 * which is meant to differ; `forks` and `filter`, which only change how much there is; `timeoutMs`, which changes no figure;
 * and `quick`, which is no more than a name for values of the others.
 */
function decisiveSettings(settings: Settings): Record<string, string> {
  const { rounds, timeMs, iterations, warmupMs, maxWarmupMs, isolateVm } = settings;
  const values = { rounds, timeMs, iterations: iterations ?? "by the clock", warmupMs, maxWarmupMs, isolateVm };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

function benchmarkData(benchmark: BenchmarkResult): BenchmarkData {
  const { id, suite, name, params, definitionHash } = benchmark;
  const common = { id, suite, name, params, definitionHash, unit: "ns", better: "lower", estimator: "p25" } as const;
  if (benchmark.status === "failed") {
    const { reason, message } = benchmark.failure;
    return { ...common, status: "failed", message: message === "" ? reason : `${reason}: ${message}`, processes: [] };
  }
  const forks = forkValues(benchmark.forks);
  const quartiles = forks.map(({ values }) => quantile(sortSamples(values), 0.25));
  const processes = forks.flatMap(({ fork, values }, index) => {
    const value = quartiles[index] ?? 0;
    return value > 0 ? [{ value, samples: values.length, fork }] : [];
  });
  const empty = forks.length - processes.length;
  if (benchmark.status === "ok" && empty === 0) return { ...common, status: "ok", message: "", processes };
  const message = empty === 0
    ? "it takes no longer than an empty function"
    : `it takes no longer than an empty function in ${empty} of ${forks.length} processes`;
  return { ...common, status: "optimized_out", message, processes };
}
