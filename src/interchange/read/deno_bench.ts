/**
 * `deno bench --json`: read from cli/tools/bench/reporters.rs of denoland/deno and from what Deno 2.7.11 prints.
 *
 * Durations are nanoseconds an iteration. There are no samples, and of what there is the upper quartile is the steadiest: the
 * mean follows single pauses, the minimum a single lucky batch. All files of a run are measured in one process.
 *
 * @module
 */

import { z } from "zod";
import type { BenchmarkData, RunData } from "../../compare/run_data.ts";
import { DocumentError, fieldAt, foundValue, quote } from "../../measure/document_error.ts";
import {
  emptyBenchmark,
  type FormatSource,
  hasFields,
  invalidField,
  type JsonFormat,
  knownSettings,
  measuredBenchmark,
  parseFormat,
  positiveFigure,
  runOf,
} from "./format.ts";
import { fileNames } from "./file_names.ts";

const NAME = "deno bench --json";

const resultSchema = z.object({
  ok: z.object({ n: z.number().int().min(1), p75: positiveFigure }).optional(),
  failed: z.object({ message: z.string().nullish(), exceptionMessage: z.string().nullish() }).optional(),
});

const benchSchema = z.object({
  origin: z.string(),
  group: z.string().nullable(),
  name: z.string(),
  results: z.array(resultSchema).min(1, "expected a result"),
});

const schema = z.object({
  runtime: z.string(),
  cpu: z.string().nullish(),
  benches: z.array(benchSchema),
});

/** What `deno bench --json` prints. */
export const denoBench: JsonFormat = {
  name: NAME,
  matches: (value) => hasFields(value, "runtime", "benches"),
  read(value: unknown, source: string): RunData {
    const from = { source, name: NAME };
    const version = fieldAt(value, ["version"]); // none before Deno 2
    if (version !== undefined && version !== 1) throw wrongVersion(source, version);
    const { runtime, cpu, benches } = parseFormat(schema, value, from);
    const suites = fileNames(benches.map(({ origin }) => origin));
    return runOf(from, {
      tool: `deno bench ${/^Deno\/(\S+)/.exec(runtime)?.[1] ?? runtime}`,
      settings: knownSettings({ runtime, cpu }),
      benchmarks: benches.map((bench, i) => benchmarkOf(bench, suites[i] ?? bench.origin, { from, value, i })),
    });
  },
};

function benchmarkOf(
  { group, name, results }: z.infer<typeof benchSchema>,
  suite: string,
  { from, value, i }: { readonly from: FormatSource; readonly value: unknown; readonly i: number },
): BenchmarkData {
  const facts = { suite, name: group === null ? name : `${group}/${name}` };
  const [result, second] = results;
  if (second !== undefined) { // the reporter collects what has one file, group and name
    throw invalidField(from, ["benches", i, "name"], value, "two benchmarks of its file and group have this name");
  }
  if (result?.failed !== undefined) {
    const { message, exceptionMessage } = result.failed;
    return emptyBenchmark(facts, "failed", message ?? exceptionMessage ?? "");
  }
  if (result?.ok === undefined) {
    throw invalidField(from, ["benches", i, "results", 0], value, 'expected "ok" or "failed"');
  }
  return measuredBenchmark(facts, "p75", [{ value: result.ok.p75, samples: result.ok.n }]);
}

function wrongVersion(source: string, version: unknown): DocumentError {
  return new DocumentError(
    "document_wrong_version",
    `Cannot read ${quote(source)}: expected "version" of ${NAME} to be 1, found ${foundValue(version)}; ` +
      "write it with Deno 2",
  );
}
