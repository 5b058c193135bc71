/**
 * One line a benchmark, for spreadsheets and scripts: RFC 4180, full precision, base units in the headings.
 *
 * @module
 */

import type { BenchmarkResult, MeasuredBenchmark, ResultDocument } from "../measure/document.ts";
import { ratePerSecond } from "./columns.ts";
import { failureText, isMeasured } from "./document_view.ts";
import { flagsOf } from "./flags.ts";
import type { Report } from "./report.ts";
import { visibleText } from "../visible_text.ts";

type Cell = string | number | boolean | null;

/** What each column holds; a failed benchmark has no figures. */
const FIGURES: Readonly<Record<string, (result: MeasuredBenchmark) => Cell>> = {
  kind: ({ kind }) => kind,
  mean_ns: ({ statistics }) => statistics.mean,
  median_ns: ({ statistics }) => statistics.median,
  median_low_ns: ({ statistics }) => statistics.medianInterval?.low ?? null,
  median_high_ns: ({ statistics }) => statistics.medianInterval?.high ?? null,
  interval_level: ({ statistics }) => statistics.medianInterval?.level ?? null,
  min_ns: ({ statistics }) => statistics.min,
  max_ns: ({ statistics }) => statistics.max,
  std_dev_ns: ({ statistics }) => statistics.standardDeviation,
  mad_ns: ({ statistics }) => statistics.mad,
  p25_ns: ({ statistics }) => statistics.p25,
  p75_ns: ({ statistics }) => statistics.p75,
  p95_ns: ({ statistics }) => statistics.p95,
  p99_ns: ({ statistics }) => statistics.p99,
  throughput_ops_per_s: ({ statistics }) => statistics.opsPerSecond,
  throughput_elements_per_s: (result) => ratePerSecond(result, "elements"),
  throughput_bytes_per_s: (result) => ratePerSecond(result, "bytes"),
  memory_mb: ({ memory }) => memory.residentBytes / 1e6,
  heap_mb: ({ memory }) => memory.heapUsedBytes / 1e6,
  allocated_bytes_per_op: ({ memory }) => memory.allocatedBytes,
  gc_pauses: ({ memory }) => memory.gc?.pauses ?? null,
  gc_total_ms: ({ memory }) => memory.gc?.totalMs ?? null,
  gc_max_ms: ({ memory }) => memory.gc?.maxMs ?? null,
  gc_iterations: ({ memory }) => memory.gc?.iterations ?? null,
  cpu_percent: ({ cpuPercent }) => cpuPercent,
  iterations: ({ iterations }) => iterations,
  samples: ({ statistics }) => statistics.samples,
  forks: ({ statistics }) => statistics.forks,
  steady: ({ steady }) => steady,
  flags: (result) => flagsOf(result).map(({ mark }) => mark).join(""),
  expectation_met: ({ meetsExpectation }) => meetsExpectation,
};

const IDENTITY: Readonly<Record<string, (result: BenchmarkResult) => Cell>> = {
  id: ({ id }) => id,
  suite: ({ suite }) => suite,
  group: ({ group }) => group,
  name: ({ name }) => name,
  params: ({ params }) => Object.keys(params).length === 0 ? null : JSON.stringify(params),
  status: ({ status }) => status,
  failure: (result) => isMeasured(result) ? null : failureText(result),
};

/** Comma-separated values with a heading; lines end with CR LF, as RFC 4180 has it. */
export const csvReport: Report = {
  extension: "csv",
  render(document: ResultDocument): string {
    const lines = document.benchmarks.map((result) => [
      ...Object.values(IDENTITY).map((cell) => cell(result)),
      ...Object.values(FIGURES).map((cell) => isMeasured(result) ? cell(result) : null),
    ]);
    const headings = [...Object.keys(IDENTITY), ...Object.keys(FIGURES)];
    return [headings, ...lines].map((cells) => cells.map(field).join(",") + "\r\n").join("");
  },
};

// deno-lint-ignore no-control-regex -- control characters are what is looked for
const ACTING_CHARACTERS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\p{Zl}\p{Zp}]|(?!\u200d)\p{Cf}/gu;

/**
 * One field, quoted where it must be. Text that a spreadsheet would take for a formula (it begins with `=`, `+`, `-`, `@`, a
 * tab or a carriage return) gets an apostrophe in front, as OWASP advises; numbers of ours are left as they are. Control
 * characters, at which readers stumble (NUL) and terminals act, and what turns the direction become escapes; tabs and line breaks a quoted field may hold.
 */
function field(cell: Cell): string {
  if (cell === null) return "";
  const text = typeof cell === "string"
    ? cell.replace(/^[=+\-@\t\r]/, "'$&").replace(ACTING_CHARACTERS, visibleText)
    : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
