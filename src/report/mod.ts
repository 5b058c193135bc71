/**
 * Reports: a result document as a table, JSON, CSV, Markdown or HTML.
 *
 * @module
 */

import type { Report } from "./report.ts";

export type { Report, ReportOptions } from "./report.ts";

/** Every format by its name; each is loaded only when it is asked for. */
const REPORTS = {
  table: async () => (await import("./table.ts")).tableReport,
  json: async () => (await import("./json.ts")).jsonReport,
  csv: async () => (await import("./csv.ts")).csvReport,
  markdown: async () => (await import("./markdown.ts")).markdownReport,
  html: async () => (await import("./html.ts")).htmlReport,
} as const satisfies Record<string, () => Promise<Report>>;

/** The name of a format. */
export type ReportFormat = keyof typeof REPORTS;

/** The names of all formats, the default one first. */
export const REPORT_FORMATS: readonly [ReportFormat, ...ReportFormat[]] = ["table", "json", "csv", "markdown", "html"];

/** Loads the report of that format. */
export function loadReport(format: ReportFormat): Promise<Report> {
  return REPORTS[format]();
}
