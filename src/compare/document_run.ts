/**
 * A result document as the run that a comparison takes.
 *
 * @module
 */

import type { BenchmarkResult, MeasuredBenchmark, ResultDocument, Settings } from "../measure/document.ts";
import { DocumentError, quote, shownValue } from "../measure/document_error.ts";
import { type ForkValues, forkValues } from "../measure/statistics/summary.ts";
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
 * @throws {DocumentError} If a benchmark's samples contradict its summary; the message names the field.
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
    benchmarks: document.benchmarks.map((benchmark, b) => benchmarkData(benchmark, `benchmarks[${b}]`, source)),
    references: document.references.map((benchmark, b) => benchmarkData(benchmark, `references[${b}]`, source)),
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

function benchmarkData(benchmark: BenchmarkResult, path: string, source: string): BenchmarkData {
  const { id, suite, name, params, definitionHash } = benchmark;
  const common = { id, suite, name, params, definitionHash, unit: "ns", better: "lower", estimator: "p25" } as const;
  if (benchmark.status === "failed") {
    const { reason, message } = benchmark.failure;
    return { ...common, status: "failed", message: message === "" ? reason : `${reason}: ${message}`, processes: [] };
  }
  const forks = forkValues(benchmark.forks);
  const quartiles = forks.map(({ values }) => quantile(sortSamples(values), 0.25));
  requireSummary(benchmark, { forks, quartiles, path, source });
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

/** Figures are written with all of their digits; what is left is the rounding of another order of summing up. */
const ROUNDING = 1e-6;

interface Found {
  readonly forks: readonly ForkValues[];
  readonly quartiles: readonly number[];
  readonly path: string;
  readonly source: string;
}

function requireSummary({ statistics, forks }: MeasuredBenchmark, found: Found): void {
  const samples = sortSamples(found.forks.flatMap(({ values }) => values));
  const scale = Math.max(...forks.map(({ overheadNs }) => overheadNs)); // what was subtracted sets how exact a rest can be
  const require = (field: string, actual: number | undefined, expected: number) => {
    if (actual !== undefined && Math.abs(actual - expected) <= ROUNDING * Math.max(Math.abs(expected), scale)) return;
    throw new DocumentError(
      "document_invalid",
      `Cannot compare ${quote(found.source)}: ${found.path}.statistics.${field} is ${shownValue(actual)}, ` +
        `its samples give ${expected}; pass a file that was not edited`,
    );
  };
  require("samples", statistics.samples, samples.length);
  require("forks", statistics.forks, found.quartiles.length);
  require("forkP25.length", statistics.forkP25.length, found.quartiles.length);
  for (const [index, quartile] of found.quartiles.entries()) {
    require(`forkP25[${index}]`, statistics.forkP25[index], quartile);
  }
  for (const [field, p] of [["min", 0], ["p25", 0.25], ["median", 0.5], ["p75", 0.75], ["max", 1]] as const) {
    require(field, statistics[field], quantile(samples, p));
  }
}
