/**
 * Reports of a comparison: as a table, JSON, Markdown, a page, annotations of GitHub Actions, or JUnit XML.
 *
 * @module
 */

import type { ComparisonReport } from "./comparison_report.ts";

/** Every format by its name; each is loaded only when it is asked for. */
const REPORTS = {
  table: async () => (await import("./table.ts")).tableComparison,
  json: async () => (await import("./json.ts")).jsonComparison,
  markdown: async () => (await import("./markdown.ts")).markdownComparison,
  html: async () => (await import("../html/comparison_page.ts")).htmlComparison,
  github: async () => (await import("./github.ts")).githubComparison,
  junit: async () => (await import("./junit.ts")).junitComparison,
} as const satisfies Record<string, () => Promise<ComparisonReport>>;

/** The name of a format. */
export type ComparisonFormat = keyof typeof REPORTS;

/** The names of all formats, the default one first. */
export const COMPARISON_FORMATS: readonly [ComparisonFormat, ...ComparisonFormat[]] = [
  "table",
  "json",
  "markdown",
  "html",
  "github",
  "junit",
];

/** Loads the report of that format. */
export function loadComparisonReport(format: ComparisonFormat): Promise<ComparisonReport> {
  return REPORTS[format]();
}
