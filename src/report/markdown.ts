/**
 * A report for pull requests and wikis, in GitHub's Markdown.
 *
 * @module
 */

import type { ResultDocument } from "../measure/document.ts";
import { columnsFor } from "./columns.ts";
import { type DocumentView, documentView, failureText, isMeasured, type ViewSuite } from "./document_view.ts";
import { escapeMarkdown } from "./escape_markdown.ts";
import { type Insight, insightsOf } from "./insights/mod.ts";
import type { Report } from "./report.ts";
import { shortenMiddle } from "./shorten.ts";

/** Longer names are cut in the middle: a page is no place for them. */
const MAX_NAME_COLUMNS = 120;

/** One table a suite, then the notes. */
export const markdownReport: Report = {
  extension: "md",
  render(document: ResultDocument): string {
    const view = documentView(document);
    return [
      "# Benchmark results",
      ...[view.run, view.environment, view.quietness, view.host].filter((facts) => facts.length > 0).map((facts) =>
        escapeMarkdown(facts.join(" · "))
      ),
      ...view.suites.flatMap((suite) => suiteBlocks(suite, document)),
      ...insightBlocks(insightsOf(document)),
      ...noteBlocks(view),
    ].join("\n\n") + "\n";
  },
};

function suiteBlocks({ name, groups }: ViewSuite, document: ResultDocument): string[] {
  const columns = columnsFor(document.benchmarks.filter(isMeasured));
  const titles = columns.map(({ title, unit }) => unit === "" ? title : `${title} (${unit})`);
  const lines = groups.flatMap((group) =>
    group.rows.map(({ label, result, marks }) => {
      const place = group.name === null ? "" : `${escapeMarkdown(shortenMiddle(group.name, MAX_NAME_COLUMNS))}: `;
      const cells = isMeasured(result)
        ? columns.map((column) => column.cell(result))
        : [`**FAILED** ${escapeMarkdown(failureText(result))}`, ...columns.slice(1).map(() => "")];
      return tableLine([
        place + escapeMarkdown(shortenMiddle(label, MAX_NAME_COLUMNS)),
        ...cells,
        escapeMarkdown(marks),
      ]);
    })
  );
  const table = [
    tableLine(["Benchmark", ...titles, "Flags"]),
    tableLine([":---", ...titles.map(() => "---:"), ":---"]),
    ...lines,
  ].join("\n");
  return [`## ${escapeMarkdown(name)}`, table, ...list(groups.flatMap(({ notes }) => notes))];
}

function insightBlocks(insights: readonly Insight[]): string[] {
  if (insights.length === 0) return [];
  return [
    "## Insights",
    ...insights.flatMap(({ title, severity, evidence, advice }) => [
      `**${title}** (${severity})`,
      ...list([...evidence, `What helps: ${advice}`]),
    ]),
  ];
}

function noteBlocks(view: DocumentView): string[] {
  const footnotes = view.footnotes.map(({ number, text }) => number === 0 ? `Warning: ${text}` : `[${number}] ${text}`);
  return [
    ...(view.method === "" ? [] : [escapeMarkdown(view.method)]),
    ...list(view.legend.map(({ mark, meaning }) => `${mark}: ${meaning}`)),
    ...list(footnotes),
    ...list(view.missed.map((text) => `Slower than expected: ${text}`)),
    ...list(view.failures.map((text) => `FAILED ${text}`)),
    escapeMarkdown(view.summary),
  ];
}

function list(items: readonly string[]): string[] {
  return items.length === 0 ? [] : [items.map((item) => `- ${escapeMarkdown(item)}`).join("\n")];
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
