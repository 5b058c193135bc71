/**
 * pytest-benchmark's `--benchmark-json`: read from plugin.py and stats.py of ionelmc/pytest-benchmark and from what 3.2.2 writes.
 *
 * Durations are seconds an iteration, all in one process. The lower quartile is in every file, the samples only in some.
 *
 * @module
 */

import { z } from "zod";
import type { BenchmarkData, RunData } from "../../compare/run_data.ts";
import {
  hasFields,
  isoTime,
  type JsonFormat,
  knownSettings,
  measuredBenchmark,
  parseFormat,
  positiveFigure,
  runOf,
} from "./format.ts";
import { scalarParams } from "./scalar_params.ts";

const NAME = "pytest --benchmark-json";

const benchmarkSchema = z.object({
  name: z.string(),
  fullname: z.string(),
  params: z.record(z.string(), z.unknown()).nullish(),
  stats: z.object({ q1: positiveFigure, rounds: z.number().int().min(1) }),
});

const schema = z.object({
  machine_info: z.object({
    node: z.string().nullish(),
    machine: z.string().nullish(),
    system: z.string().nullish(),
    python_implementation: z.string().nullish(),
    python_version: z.string().nullish(),
    cpu: z.object({ brand_raw: z.string().nullish(), brand: z.string().nullish() }).nullish(),
  }).nullish(),
  commit_info: z.object({ id: z.string().nullish() }).nullish(),
  benchmarks: z.array(benchmarkSchema),
  datetime: z.string().nullish(),
  version: z.string(),
});

/** What pytest-benchmark writes. */
export const pytestBenchmark: JsonFormat = {
  name: NAME,
  matches: (value) => hasFields(value, "machine_info", "benchmarks"),
  read(value: unknown, source: string): RunData {
    const from = { source, name: NAME };
    const { machine_info: machine, commit_info: commit, benchmarks, datetime, version } = parseFormat(
      schema,
      value,
      from,
    );
    return runOf(from, {
      tool: `pytest-benchmark ${version}`,
      startedAt: isoTime(datetime),
      commit: commit?.id === "unversioned" ? null : commit?.id ?? null,
      settings: knownSettings({
        node: machine?.node,
        machine: machine?.machine,
        system: machine?.system,
        python_implementation: machine?.python_implementation,
        python_version: machine?.python_version,
        cpu: machine?.cpu?.brand_raw ?? machine?.cpu?.brand,
      }),
      benchmarks: benchmarks.map(benchmarkOf),
    });
  },
};

/** `tests/test_x.py::TestK::test_sum[10]`: the suite is the file. */
function benchmarkOf({ fullname, params: values, stats }: z.infer<typeof benchmarkSchema>): BenchmarkData {
  const cut = fullname.indexOf("::");
  const suite = cut === -1 ? "pytest" : fullname.slice(0, cut);
  const label = cut === -1 ? fullname : fullname.slice(cut + 2);
  const params = namedParams(values ?? {});
  const facts = params === null ? { suite, name: label } : { suite, name: label.replace(/\[.*\]$/s, ""), params };
  return measuredBenchmark(facts, "p25", [{ value: stats.q1 * 1e9, samples: stats.rounds }]);
}

/** Null if the label's own brackets must tell the parameters: none, or one that is written with its address in memory. */
function namedParams(values: Readonly<Record<string, unknown>>): ReturnType<typeof scalarParams> {
  const params = scalarParams(values);
  if (params === null || Object.keys(params).length === 0) return null;
  return Object.values(params).some((value) => typeof value === "string" && value.startsWith("UNSERIALIZABLE["))
    ? null
    : params;
}
