/**
 * The terminal's report: a table that fits the width it is given, and the notes that its figures need.
 *
 * @module
 */

import type { ResultDocument } from "../measure/document.ts";
import { columnsFor } from "./columns.ts";
import {
  type DocumentView,
  documentView,
  failureText,
  isMeasured,
  type ViewGroup,
  type ViewRow,
} from "./document_view.ts";
import { insightsOf } from "./insights/mod.ts";
import { type Paint, painter } from "./paint.ts";
import type { Report, ReportOptions } from "./report.ts";
import { padEnd, padStart, shortenEnd, shortenMiddle } from "./shorten.ts";
import { GAP, INDENT, layOut, MARKS_TITLE, type TableLayout } from "./table_layout.ts";
import { joinFitting, wrapText } from "./wrap.ts";
import { visibleText } from "../visible_text.ts";

/** Narrower than this, a terminal gets lines that are too long rather than nothing. */
const LEAST_WIDTH = 24;

/** A table for a terminal: one line a benchmark, never wrapped. */
export const tableReport: Report = {
  extension: "txt",
  render(document: ResultDocument, { width: asked, color, savedTo }: ReportOptions): string {
    const width = Math.max(LEAST_WIDTH, asked);
    const paint = painter(color);
    const view = documentView(document);
    const lines = [
      ...headLines(view, width, paint),
      "",
      ...bodyLines(view, document, { width, paint }),
      "",
      ...insightLines(document, width, paint),
      ...noteLines(view, width, paint),
      ...savedTo.map((path) => `Written to ${visibleText(path)}`),
    ];
    return lines.map((line) => line.trimEnd()).join("\n") + "\n";
  },
};

function headLines(view: DocumentView, width: number, paint: Paint): string[] {
  return [
    paint.title(joinFitting(view.run, width)),
    paint.quiet(joinFitting(view.environment, width)),
    paint.quiet(joinFitting(view.quietness, width)),
    ...(view.host.length === 0 ? [] : [paint.quiet(joinFitting(view.host, width))]),
  ];
}

interface Page {
  readonly width: number;
  readonly paint: Paint;
}

function bodyLines(view: DocumentView, document: ResultDocument, page: Page): string[] {
  const rows = view.suites.flatMap(({ groups }) => groups.flatMap((group) => group.rows));
  if (rows.length === 0) return ["No benchmarks"];
  const layout = layOut(columnsFor(document.benchmarks.filter(isMeasured)), rows, page.width);
  return [
    ...headingLines(layout, page.paint),
    ...view.suites.flatMap(({ name, groups }) => [
      page.paint.title(shortenMiddle(name, page.width)),
      ...groups.flatMap((group) => groupLines(group, layout, page)),
    ]),
  ];
}

function headingLines({ nameWidth, columns, marksWidth }: TableLayout, { title, quiet }: Paint): string[] {
  const line = (name: string, cells: string[], marks: string) =>
    [padEnd(name, nameWidth), ...cells, ...(marksWidth === 0 ? [] : [marks])].join(" ".repeat(GAP));
  const units = columns.map(({ column, width }) => padStart(column.unit, width));
  return [
    title(line("Benchmark", columns.map(({ column, width }) => padStart(column.title, width)), MARKS_TITLE)),
    ...(units.every((unit) => unit.trim() === "") ? [] : [quiet(line("", units, ""))]),
  ];
}

function groupLines({ name, rows, notes }: ViewGroup, layout: TableLayout, page: Page): string[] {
  const indent = " ".repeat(INDENT);
  const shorten = (text: string) => shortenMiddle(text, page.width - 3 * INDENT);
  return [
    ...(name === null ? [] : [page.paint.group(indent + shorten(name))]),
    ...rows.map((row) => rowLine(row, layout, page)),
    ...notes.map((note) => (name === null ? indent : indent + indent) + page.paint.quiet(`= ${shorten(note)}`)),
  ];
}

function rowLine({ label, result, marks }: ViewRow, layout: TableLayout, { width, paint }: Page): string {
  const { nameWidth, columns } = layout;
  const indent = result.group === null ? INDENT : 2 * INDENT;
  const name = padEnd(" ".repeat(indent) + shortenMiddle(label, nameWidth - indent), nameWidth);
  const gap = " ".repeat(GAP);
  if (!isMeasured(result)) {
    const references = marks === "" ? "" : `${marks} `;
    const reason = shortenEnd(`FAILED ${references}${failureText(result)}`, width - nameWidth - GAP);
    return name + gap + paint.bad(reason);
  }
  const cells = columns.map(({ column, width }) => {
    const cell = padStart(column.cell(result), width);
    if (column.title !== "Met?") return cell;
    return result.meetsExpectation === false ? paint.bad(cell) : paint.good(cell);
  });
  return [name, ...cells, paint.doubtful(marks)].join(gap);
}

/** What was found, without its evidence: a table is for figures. */
function insightLines(document: ResultDocument, width: number, paint: Paint): string[] {
  const titles = insightsOf(document).map(({ title }) => title);
  if (titles.length === 0) return [];
  return wrapText(`Insights (evidence: --format markdown or html): ${titles.join("; ")}`, width, 2).map(paint.quiet);
}

function noteLines(view: DocumentView, width: number, paint: Paint): string[] {
  const runWarnings = view.footnotes.filter(({ number }) => number === 0);
  const references = view.footnotes.filter(({ number }) => number > 0);
  return [
    ...wrapText(view.method, width).map(paint.quiet),
    ...view.legend.flatMap(({ mark, meaning }) => wrapText(`${mark}  ${meaning}`, width, 3)).map(paint.quiet),
    ...references.flatMap(({ number, text }) => wrapText(`[${number}] ${text}`, width, 4)).map(paint.doubtful),
    ...runWarnings.flatMap(({ text }) => wrapText(`Warning: ${text}`, width, 2)).map(paint.doubtful),
    ...view.missed.flatMap((text) => wrapText(`Slower than expected: ${text}`, width, 2)).map(paint.bad),
    ...view.failures.flatMap((text) => wrapText(`FAILED ${text}`, width, 2)).map(paint.bad),
    ...wrapText(view.summary, width).map(paint.title),
  ];
}
