/**
 * Reports: a result document as a table, JSON, CSV, Markdown or HTML, and in the formats of other tools.
 *
 * @module
 */

import type { Report } from "./report.ts";

/** Every format by its name; each is loaded only when it is asked for. */
const REPORTS = {
  table: async () => (await import("./table.ts")).tableReport,
  json: async () => (await import("./json.ts")).jsonReport,
  csv: async () => (await import("./csv.ts")).csvReport,
  markdown: async () => (await import("./markdown.ts")).markdownReport,
  html: async () => (await import("./html/result_page.ts")).htmlReport,
  go: async () => (await import("../interchange/write/go.ts")).goReport,
  bencher: async () => (await import("../interchange/write/bencher.ts")).bencherReport,
  "github-action-benchmark": async () =>
    (await import("../interchange/write/github_action_benchmark.ts")).githubActionBenchmarkReport,
  junit: async () => (await import("../interchange/write/junit.ts")).junitReport,
  openmetrics: async () => (await import("../interchange/write/open_metrics.ts")).openMetricsReport,
} as const satisfies Record<string, () => Promise<Report>>;

/** The name of a format. */
export type ReportFormat = keyof typeof REPORTS;

/** The names of all formats, the default one first. */
export const REPORT_FORMATS: readonly [ReportFormat, ...ReportFormat[]] = [
  "table",
  "json",
  "csv",
  "markdown",
  "html",
  "go",
  "bencher",
  "github-action-benchmark",
  "junit",
  "openmetrics",
];

/** Loads the report of that format. */
export function loadReport(format: ReportFormat): Promise<Report> {
  return REPORTS[format]();
}
