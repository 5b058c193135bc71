/**
 * A comparison on a terminal: the verdict first, then a line a benchmark with its interval drawn in characters.
 *
 * @module
 */

import stringWidth from "string-width";
import type { Comparison } from "../../compare/comparison.ts";
import { UNKNOWN } from "../columns.ts";
import { type Paint, painter } from "../paint.ts";
import type { ReportOptions } from "../report.ts";
import { padEnd, padStart, shortenEnd, shortenMiddle } from "../shorten.ts";
import { fitColumns, GAP, MARKS_TITLE, type TableLayout } from "../table_layout.ts";
import { joinFitting, wrapText } from "../wrap.ts";
import { type ComparisonColumn, comparisonColumns } from "./comparison_columns.ts";
import type { ComparisonReport } from "./comparison_report.ts";
import { type ComparisonRow, type ComparisonView, comparisonView } from "./comparison_view.ts";
import { changeText, NO_INTERVAL, OUTCOME_WORDS } from "./comparison_words.ts";
import { drawInterval, type IntervalScale, scaleEnds, scaleFor } from "./interval_picture.ts";
import { isCompared, type Outcome } from "./outcome.ts";
import { visibleText } from "../../visible_text.ts";

/** Narrower than this, a terminal gets lines that are too long rather than nothing. */
const LEAST_WIDTH = 24;

const NAMES_TITLE = "Benchmark";

/** A narrower terminal has no room for names beside verdicts: each name gets a line of its own. */
const STACKED_WIDTH = 60;

/** With more lines than this the verdict has scrolled away, and is said again at the end. */
const LINES_OF_A_SCREEN = 20;

/** A table for a terminal: one line a benchmark, never wrapped. */
export const tableComparison: ComparisonReport = {
  extension: "txt",
  render(comparison: Comparison, { width: asked, color, savedTo }: ReportOptions): string {
    const width = Math.max(LEAST_WIDTH, asked);
    const page: Page = { width, paint: painter(color) };
    const view = inertView(comparisonView(comparison));
    const verdict = verdictLines(view, page);
    const body = bodyLines(comparison, view, page);
    const lines = [
      ...verdict,
      page.paint.quiet(joinFitting(view.facts, width)),
      "",
      ...body,
      "",
      ...noteLines(view, body.join("\n"), page),
      ...(view.rows.length > LINES_OF_A_SCREEN ? ["", ...verdict] : []),
      ...savedTo.map((path) => `Written to ${inert(visibleText(path))}`),
    ];
    return lines.map((line) => line.trimEnd()).join("\n") + "\n";
  },
};

/**
 * GitHub's runner takes a line of a log that begins with `::`, or holds `##[`, for a command, whatever a name makes it say. Any word
 * may come to begin a line, and what is escaped is longer: so it is done before anything is measured.
 */
function inert(text: string): string {
  return text.replaceAll(/(^|\s):(?=:)/g, "$1\\u{3a}").replaceAll("##[", "##\\u{5b}");
}

function inertView(view: ComparisonView): ComparisonView {
  return {
    ...view,
    headline: inert(view.headline),
    advice: inert(view.advice),
    facts: view.facts.map(inert),
    rows: view.rows.map((row) => ({ ...row, label: inert(row.label), explanation: inert(row.explanation) })),
    footnotes: view.footnotes.map((footnote) => ({ ...footnote, text: inert(footnote.text) })),
    differences: view.differences.map(inert),
  };
}

interface Page {
  readonly width: number;
  readonly paint: Paint;
}

function verdictLines({ headline, advice }: ComparisonView, { width, paint }: Page): string[] {
  return [...wrapText(headline, width, 2).map(paint.title), ...wrapText(advice, width, 2)];
}

/** A column of the table: figures, the verdict or the picture. */
interface TableColumn {
  readonly title: string;
  readonly importance: number;
  /** Whether it reads from its left edge. */
  readonly isText: boolean;
  /** What it says of each row, in their order. */
  readonly cells: readonly string[];
}

function bodyLines(comparison: Comparison, view: ComparisonView, page: Page): string[] {
  if (view.rows.length === 0) return ["No benchmarks"];
  const columns = tableColumns(comparison, view, page.width);
  const isStacked = page.width < STACKED_WIDTH;
  const layout = fitColumns({
    names: isStacked ? 0 : widest([NAMES_TITLE, ...view.rows.map(({ label }) => label)]),
    marks: widest(view.rows.map(({ marks }) => marks)),
    columns: columns.map((column) => ({ column, width: widthOf(column) })),
  }, page.width);
  return [
    headingLine(layout, page),
    ...view.rows.flatMap((row, index) => [
      ...(isStacked ? [shortenMiddle(row.label, page.width)] : []),
      rowLine(row, index, layout, page),
    ]),
  ];
}

function tableColumns(comparison: Comparison, { rows }: ComparisonView, width: number): TableColumn[] {
  const verdict: TableColumn = {
    title: "Verdict",
    importance: -1,
    isText: true,
    cells: rows.map(({ outcome }) => `${OUTCOME_WORDS[outcome].mark} ${OUTCOME_WORDS[outcome].word}`),
  };
  const entries = rows.flatMap(({ entry }) => isCompared(entry) ? [entry] : []);
  if (entries.length === 0) return [verdict];
  const [change, ...others] = comparisonColumns(comparison).map((column) => figureColumn(column, rows));
  const picture = pictureColumn(scaleFor(entries), rows, width);
  return [verdict, ...(change === undefined ? [] : [change]), picture, ...others];
}

function figureColumn({ title, importance, cell }: ComparisonColumn, rows: readonly ComparisonRow[]): TableColumn {
  const cells = rows.map(({ entry }) => isCompared(entry) ? inert(cell(entry)) : "");
  return { title, importance, isText: false, cells };
}

function pictureColumn(scale: IntervalScale, rows: readonly ComparisonRow[], width: number): TableColumn {
  const columns = pictureWidth(width);
  return {
    title: axis(scale, columns),
    importance: 1,
    isText: true,
    cells: rows.map(({ entry }) => isCompared(entry) ? drawInterval(entry, scale, columns) : ""),
  };
}

/** About a quarter of the terminal, within limits; odd, so that no change has a column of its own. */
function pictureWidth(width: number): number {
  const columns = Math.min(41, Math.max(15, Math.floor(width * 0.24)));
  return columns % 2 === 0 ? columns - 1 : columns;
}

/** The heading of the pictures: the ends of the scale, and 0 where nothing has changed. */
function axis(scale: IntervalScale, width: number): string {
  const { low, high } = scaleEnds(scale);
  const half = (width - 1) / 2;
  const [left, right] = [low, high].map((ratio) => changeText(ratio).replace(/\.\d+ %$/, "%").replace(" %", "%"));
  return padEnd(left ?? "", half) + "0" + padStart(right ?? "", half);
}

function widthOf({ title, cells }: TableColumn): number {
  if (cells.every((cell) => cell === "" || cell === UNKNOWN)) return 0;
  return Math.max(stringWidth(title), widest(cells));
}

function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, stringWidth(text)), 0);
}

function headingLine({ nameWidth, columns, marksWidth }: TableLayout<TableColumn>, { paint }: Page): string {
  const cells = columns.map(({ column, width }) => pad(column, column.title, width));
  return paint.title(
    [
      padEnd(nameWidth === 0 ? "" : shortenEnd(NAMES_TITLE, nameWidth), nameWidth),
      ...cells,
      ...(marksWidth === 0 ? [] : [MARKS_TITLE]),
    ].join(
      " ".repeat(GAP),
    ),
  );
}

function rowLine(
  row: ComparisonRow,
  index: number,
  layout: TableLayout<TableColumn>,
  { width, paint }: Page,
): string {
  const gap = " ".repeat(GAP);
  const name = padEnd(shortenMiddle(row.label, layout.nameWidth), layout.nameWidth);
  const tone = paint[TONES[row.outcome]];
  const [verdict, ...figures] = layout.columns;
  if (verdict === undefined) return name;
  const word = tone(pad(verdict.column, verdict.column.cells[index]!, verdict.width));
  if (!isCompared(row.entry)) {
    const references = row.marks === "" ? "" : `${row.marks} `;
    const room = width - layout.nameWidth - 2 * GAP - verdict.width;
    return [name, word, shortenEnd(references + row.explanation, room)].join(gap);
  }
  const cells = figures.map(({ column, width }) => pad(column, column.cells[index]!, width));
  return [name, word, ...cells, paint.doubtful(row.marks)].join(gap);
}

function pad({ isText }: TableColumn, text: string, width: number): string {
  return isText ? padEnd(text, width) : padStart(text, width);
}

/** Colours only stress what mark and word say. */
const TONES: Readonly<Record<Outcome, keyof Paint>> = {
  failed: "bad",
  slower: "bad",
  inconclusive: "doubtful",
  incomparable: "doubtful",
  removed: "doubtful",
  faster: "good",
  same: "quiet",
  added: "quiet",
};

/** A narrow body has no room for every column: what is not in it needs no legend. */
function noteLines(view: ComparisonView, body: string, { width, paint }: Page): string[] {
  const whole = view.footnotes.filter(({ number }) => number === 0);
  const numbered = view.footnotes.filter(({ number }) => number > 0);
  const legend = view.legend.filter(({ mark }) => mark !== NO_INTERVAL || body.includes(NO_INTERVAL));
  const picture = /[│●○◄►]/.test(body) ? [PICTURE_LEGEND] : [];
  return [
    ...(view.method === "" ? [] : wrapText(view.method, width)).map(paint.quiet),
    ...[...legend, ...picture].flatMap(({ mark, meaning }) => wrapText(`${mark}  ${meaning}`, width, 3))
      .map(paint.quiet),
    ...numbered.flatMap(({ number, text }) => wrapText(`[${number}] ${text}`, width, 4)).map(paint.doubtful),
    ...view.differences.flatMap((text) => wrapText(`Differs: ${text}`, width, 2)).map(paint.doubtful),
    ...whole.flatMap(({ text }) => wrapText(`Warning: ${text}`, width, 2)).map(paint.doubtful),
    ...view.rows.filter(({ outcome }) => outcome === "failed").flatMap(({ label, explanation }) =>
      wrapText(`FAILED ${shortenMiddle(label, width)}: ${explanation}`, width, 2)
    ).map(paint.bad),
  ];
}

const PICTURE_LEGEND = {
  mark: ":···│···:",
  meaning:
    "no change (│) within the threshold (:); ─●─ the change in its interval, ○ without one; ◄ ► beyond the scale",
};
