/**
 * hyperfine's `--export-json`: read from src/benchmark/benchmark_result.rs of sharkdp/hyperfine and from what 1.15 and later write.
 *
 * Durations are seconds. Each of `times` is a process of its own, started by hyperfine: they are the processes of the
 * comparison. Where hyperfine took the shell's own time off and nothing was left, a time is 0, which says nothing.
 *
 * @module
 */

import { z } from "zod";
import type { BenchmarkData, RunData } from "../../compare/run_data.ts";
import { figure, hasFields, type JsonFormat, measuredBenchmark, parseFormat, runOf } from "./format.ts";
import { scalarParams } from "./scalar_params.ts";

const NAME = "hyperfine --export-json";

/** Every benchmark of hyperfine is a command; it has no suites. */
const SUITE = "hyperfine";

const seconds = figure("expected seconds above 0 (hyperfine -N measures short commands without a shell)");

const resultSchema = z.object({
  command: z.string(),
  times: z.array(seconds).min(1, "expected the time of at least one run").nullish(),
  median: seconds.nullish(),
  parameters: z.record(z.string(), z.unknown()).nullish(),
}).refine(({ times, median }) => (times ?? median ?? null) !== null, 'expected "times" or "median"');

const schema = z.object({ results: z.array(resultSchema) });

/** What hyperfine exports as JSON. A command that occurs several times is one benchmark, with the processes of all. */
export const hyperfine: JsonFormat = {
  name: NAME,
  matches: (value) =>
    hasFields(value, "results") && Array.isArray(Object(value).results) &&
    hasFields(Object(value).results[0], "command"),
  read(value: unknown, source: string): RunData {
    const from = { source, name: NAME };
    const { results } = parseFormat(schema, value, from);
    const byId = Map.groupBy(results.map(benchmarkOf), ({ id }) => id);
    return runOf(from, { tool: "hyperfine", settings: {}, benchmarks: [...byId.values()].flatMap(pooled) });
  },
};

function pooled(alike: readonly BenchmarkData[]): BenchmarkData[] {
  return alike.slice(0, 1).map((first) => ({ ...first, processes: alike.flatMap(({ processes }) => processes) }));
}

function benchmarkOf({ command, times, median, parameters }: z.infer<typeof resultSchema>): BenchmarkData {
  const facts = { suite: SUITE, name: command, params: scalarParams(parameters ?? {}) ?? {} };
  if (times !== null && times !== undefined) {
    return measuredBenchmark(facts, "value", times.map((time) => ({ value: time * 1e9, samples: 1 })));
  }
  return measuredBenchmark(facts, "median", [{ value: (median ?? 0) * 1e9, samples: null }]);
}
