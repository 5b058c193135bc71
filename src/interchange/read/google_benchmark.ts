/**
 * Google Benchmark's `--benchmark_format=json`: read from src/json_reporter.cc of google/benchmark and from what 1.7.1 writes.
 *
 * `real_time` is the mean of an iteration in `time_unit`. All repetitions run in one process: their median is its figure. If
 * only aggregates are in the file (`--benchmark_report_aggregates_only`) it is the one named `median`, or else `mean`.
 *
 * @module
 */

import { z } from "zod";
import type { BenchmarkData, RunData } from "../../compare/run_data.ts";
import { fieldAt } from "../../measure/document_error.ts";
import { median, sortSamples } from "../../measure/statistics/mod.ts";
import { fileNames } from "./file_names.ts";
import {
  emptyBenchmark,
  type FormatSource,
  hasFields,
  invalidField,
  isoTime,
  type JsonFormat,
  knownSettings,
  MAX_FIGURE,
  measuredBenchmark,
  parseFormat,
  runOf,
} from "./format.ts";
import { typedValue } from "./typed_value.ts";

const NAME = "Google Benchmark's --benchmark_format=json";

const NANOSECONDS = { ns: 1, us: 1e3, ms: 1e6, s: 1e9 } as const;

const lineSchema = z.object({
  name: z.string(),
  run_name: z.string().optional(),
  run_type: z.string().optional(),
  family_index: z.number().optional(),
  per_family_instance_index: z.number().optional(),
  aggregate_name: z.string().optional(),
  aggregate_unit: z.string().optional(),
  error_occurred: z.boolean().optional(),
  error_message: z.string().optional(),
  skipped: z.boolean().optional(),
  skip_message: z.string().optional(),
  real_time: z.unknown().optional(),
  time_unit: z.enum(["ns", "us", "ms", "s"]).optional(),
});

type Line = z.infer<typeof lineSchema> & { readonly index: number };

const schema = z.object({
  context: z.object({
    date: z.string().nullish(),
    host_name: z.string().nullish(),
    executable: z.string().nullish(),
    num_cpus: z.number().nullish(),
    library_build_type: z.string().nullish(),
    library_version: z.string().nullish(),
  }),
  benchmarks: z.array(lineSchema),
});

/** What Google Benchmark prints as JSON. */
export const googleBenchmark: JsonFormat = {
  name: NAME,
  matches: (value) =>
    hasFields(value, "context", "benchmarks") && hasFields(Object(value).context, "num_cpus", "library_build_type"),
  read(value: unknown, source: string): RunData {
    const from = { source, name: NAME };
    const { context, benchmarks } = parseFormat(schema, value, from);
    const [suite = "benchmark"] = fileNames(context.executable ? [context.executable] : []);
    const lines = benchmarks.map((line, index) => ({ ...line, index }));
    const groups = Map.groupBy(
      lines,
      (line) => JSON.stringify([line.run_name ?? line.name, line.family_index, line.per_family_instance_index]),
    );
    return runOf(from, {
      tool: `Google Benchmark ${context.library_version ?? ""}`.trim(),
      startedAt: isoTime(context.date),
      settings: knownSettings({
        host_name: context.host_name,
        num_cpus: context.num_cpus,
        library_build_type: context.library_build_type,
      }),
      benchmarks: [...groups.values()].flatMap((group) => benchmarkOf(suite, group, from, value)),
    });
  },
};

/** Nothing for a group that only tells a fitted complexity. */
function benchmarkOf(
  suite: string,
  lines: readonly Line[],
  from: FormatSource,
  value: unknown,
): BenchmarkData[] {
  const [first] = lines;
  if (first === undefined) return [];
  const facts = { suite, ...namedArguments(first.run_name ?? first.name) };
  const broken = lines.find(({ error_occurred, skipped }) => error_occurred === true || skipped === true);
  if (broken !== undefined) {
    return [emptyBenchmark(facts, "failed", broken.error_message ?? broken.skip_message ?? "")];
  }
  const time = (line: Line): number => {
    const path = ["benchmarks", line.index, "real_time"];
    const found = line.real_time;
    if (typeof found === "number" && found > 0 && found <= MAX_FIGURE) {
      return found * NANOSECONDS[line.time_unit ?? "ns"];
    }
    throw invalidField(from, path, value, "expected a time above 0");
  };
  const repetitions = lines.filter(({ run_type }) => run_type !== "aggregate");
  if (repetitions.length > 0) {
    const times = repetitions.map(time);
    const figure = { value: median(sortSamples(times)), samples: times.length };
    return [measuredBenchmark(facts, times.length === 1 ? "mean" : "median", [figure])];
  }
  for (const name of ["median", "mean"] as const) {
    const aggregate = lines.find(({ aggregate_name }) => aggregate_name === name);
    if (aggregate === undefined) continue;
    const samples = fieldAt(value, ["benchmarks", aggregate.index, "iterations"]); // of an aggregate: its repetitions
    const count = typeof samples === "number" && Number.isInteger(samples) && samples > 0 ? samples : null;
    return [measuredBenchmark(facts, name, [{ value: time(aggregate), samples: count }])];
  }
  return [];
}

/** `BM_Fill/8/n:64/mode:fast` has the trailing `n:64` and `mode:fast` as parameters; `std::vector` is none. */
function namedArguments(name: string): { name: string; params: Record<string, string | number | boolean> } {
  const parts = name.split("/");
  let end = parts.length;
  const params: [string, string | number | boolean][] = [];
  const keys = new Set<string>();
  while (end > 1) {
    const match = /^([^:]+):([^:]+)$/.exec(parts[end - 1] ?? "");
    const [, key, text] = match ?? [];
    if (key === undefined || text === undefined || key === "__proto__" || keys.has(key)) break;
    keys.add(key);
    params.unshift([key, typedValue(text)]);
    end--;
  }
  return { name: parts.slice(0, end).join("/"), params: Object.fromEntries(params) };
}
