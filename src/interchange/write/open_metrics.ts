/**
 * OpenMetrics 1.0, for Prometheus and what understands it.
 *
 * The format: specification/OpenMetrics.md of prometheus/OpenMetrics. Samples have no timestamps, as its section on exposers
 * advises; `puffin_bench_run_finished_timestamp_seconds` tells how old they are.
 *
 * @module
 */

import type { BenchmarkResult, MeasuredBenchmark, ResultDocument } from "../../measure/document.ts";
import type { Report } from "../../report/report.ts";
import { plainText } from "./plain_text.ts";

type Labels = Readonly<Record<string, string>>;

interface MetricSample {
  readonly labels: Labels;
  readonly value: number;
}

/** A metric family: all of its samples stand together under its description. */
interface Family {
  readonly name: string;
  readonly type: "gauge" | "info";
  readonly unit?: "seconds" | "bytes";
  readonly help: string;
  readonly samples: readonly MetricSample[];
}

/** The statistics of every benchmark, in base units, with its id, suite and name as labels. */
export const openMetricsReport: Report = {
  extension: "txt",
  render(document: ResultDocument): string {
    return [...families(document).map(exposition), "# EOF\n"].join("");
  },
};

const STATISTICS = ["p25", "median", "mean", "min", "max", "p95", "p99"] as const;

function families(document: ResultDocument): Family[] {
  const { benchmarks, run, tool, environment } = document;
  const measured = benchmarks.flatMap((result) => result.status === "ok" ? [result] : []);
  const each = (value: (result: MeasuredBenchmark) => number | null): MetricSample[] =>
    measured.flatMap((result) => {
      const found = value(result);
      return found === null ? [] : [{ labels: labelsOf(result), value: found }];
    });
  const families: Family[] = [
    {
      name: "puffin_bench_time_seconds",
      type: "gauge",
      unit: "seconds",
      help: "Time of one iteration, by statistic over all samples that count.",
      samples: measured.flatMap((result) =>
        STATISTICS.map((stat) => ({ labels: { ...labelsOf(result), stat }, value: result.statistics[stat] / 1e9 }))
      ),
    },
    {
      name: "puffin_bench_allocated_bytes",
      type: "gauge",
      unit: "bytes",
      help: "Bytes that one iteration allocates on the JavaScript heap.",
      samples: each(({ memory }) => memory.allocatedBytes),
    },
    {
      name: "puffin_bench_samples",
      type: "gauge",
      help: "Samples that count.",
      samples: each(({ statistics }) => statistics.samples),
    },
    {
      name: "puffin_bench_forks",
      type: "gauge",
      help: "Processes that the samples are from.",
      samples: each(({ statistics }) => statistics.forks),
    },
    {
      name: "puffin_bench_success",
      type: "gauge",
      help: "1 if the benchmark has figures; 0 if it failed or was optimised away.",
      samples: benchmarks.map((result) => ({ labels: labelsOf(result), value: result.status === "ok" ? 1 : 0 })),
    },
    {
      name: "puffin_bench_run_finished_timestamp_seconds",
      type: "gauge",
      unit: "seconds",
      help: "When the run ended, as Unix time.",
      samples: [{ labels: {}, value: Date.parse(run.finishedAt) / 1e3 }],
    },
    {
      name: "puffin_bench_run",
      type: "info",
      help: "The run that the figures are from.",
      samples: [{
        labels: {
          run: run.id,
          version: tool.version,
          host: environment.fingerprint,
          deno: environment.runtime.deno,
          commit: environment.git?.commit ?? "",
        },
        value: 1,
      }],
    },
  ];
  return families.filter(({ samples }) => samples.length > 0);
}

function labelsOf({ id, suite, name }: BenchmarkResult): Labels {
  return { id, suite, benchmark: name };
}

function exposition({ name, type, unit, help, samples }: Family): string {
  const sampleName = type === "info" ? `${name}_info` : name;
  return [
    `# TYPE ${name} ${type}`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${help}`,
    ...samples.map(({ labels, value }) => `${sampleName}${labelSet(labels)} ${value}`),
  ].join("\n") + "\n";
}

function labelSet(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${labelValue(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

/** Line feeds are already gone with the other control characters; quotes and backslashes must be escaped. */
function labelValue(text: string): string {
  return plainText(text).replace(/[\\"]/g, "\\$&");
}
