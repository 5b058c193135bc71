/**
 * mitata's `run({ format: "json" })`: read from src/main.mjs and src/lib.mjs of mitata 1.0.34 and from what it prints.
 *
 * Durations are nanoseconds an iteration, all in one process. The lower quartile is there even if samples are left out. A
 * result below 1.42 times mitata's own empty function is what mitata itself marks as removed by the compiler.
 *
 * @module
 */

import { z } from "zod";
import type { BenchmarkData, RunData } from "../../compare/run_data.ts";
import {
  emptyBenchmark,
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

const NAME = 'mitata\'s run({ format: "json" })';

/** Where an average lies below this many times the empty function's, mitata warns (src/main.mjs). */
const EMPTY_FACTOR = 1.42;

const statsSchema = z.object({
  kind: z.string(),
  p25: positiveFigure,
  avg: positiveFigure,
  samples: z.array(z.unknown()).nullish(),
  gc: z.unknown().optional(),
});

const runSchema = z.object({
  name: z.string(),
  args: z.record(z.string(), z.unknown()).nullish(),
  stats: statsSchema.optional(),
  error: z.union([z.object({ message: z.string() }), z.string()]).optional(),
}).refine(({ stats, error }) => stats !== undefined || error !== undefined, 'expected "stats" or "error"');

const benchmarkSchema = z.object({
  alias: z.string(),
  group: z.number().int().min(0).optional(),
  runs: z.array(runSchema),
});

const emptySchema = z.object({ avg: z.number() }).nullish();

const schema = z.object({
  layout: z.array(z.object({ name: z.union([z.string(), z.literal(0)]).nullish() })), // 0 from the second run of a program on
  benchmarks: z.array(benchmarkSchema),
  context: z.object({
    now: z.number().optional(),
    arch: z.string().nullish(),
    version: z.string().nullish(),
    runtime: z.string().nullish(),
    cpu: z.object({ name: z.string().nullish() }).nullish(),
    noop: z.object({ fn: emptySchema, fn_gc: emptySchema, iter: emptySchema }).nullish(),
  }),
});

type Noop = z.infer<typeof schema>["context"]["noop"];

/** What mitata prints. */
export const mitata: JsonFormat = {
  name: NAME,
  matches: (value) => hasFields(value, "layout", "benchmarks", "context"),
  read(value: unknown, source: string): RunData {
    const from = { source, name: NAME };
    const { layout, benchmarks, context } = parseFormat(schema, value, from);
    const { arch, version, runtime, cpu, noop } = context;
    return runOf(from, {
      tool: "mitata",
      startedAt: isoTime(context.now),
      settings: knownSettings({ runtime, version, arch, cpu: cpu?.name }),
      benchmarks: benchmarks.flatMap(({ alias, group, runs }) => {
        const suite = layout[group ?? 0]?.name || "mitata";
        return runs.map((run) => benchmarkOf(suite, alias, run, noop));
      }),
    });
  },
};

function benchmarkOf(suite: string, alias: string, run: z.infer<typeof runSchema>, noop: Noop): BenchmarkData {
  const params = scalarParams(run.args ?? {});
  const facts = params === null ? { suite, name: run.name } : { suite, name: alias, params };
  const { stats, error } = run;
  if (stats === undefined) {
    return emptyBenchmark(facts, "failed", typeof error === "string" ? error : error?.message ?? "");
  }
  const empty = stats.kind === "iter" ? noop?.iter : stats.gc === undefined ? noop?.fn : noop?.fn_gc;
  if (stats.avg < EMPTY_FACTOR * (empty?.avg ?? 0)) {
    return emptyBenchmark(facts, "optimized_out", "it takes hardly longer than mitata's empty function");
  }
  return measuredBenchmark(facts, "p25", [{ value: stats.p25, samples: stats.samples?.length ?? null }]);
}
