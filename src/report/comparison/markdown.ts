/**
 * A comparison for a pull request, in GitHub's Markdown: what changed at a glance, the rest folded.
 *
 * @module
 */

import type { Comparison } from "../../compare/comparison.ts";
import { escapeMarkdown } from "../escape_markdown.ts";
import { formatNumber } from "../number_format.ts";
import { shortenMiddle } from "../shorten.ts";
import { type ComparisonColumn, comparisonColumns } from "./comparison_columns.ts";
import type { ComparisonReport } from "./comparison_report.ts";
import { type ComparisonRow, type ComparisonView, comparisonView } from "./comparison_view.ts";
import { OUTCOME_WORDS, suiteOutcome } from "./comparison_words.ts";
import { isCompared, type Outcome } from "./outcome.ts";

/** No comment on GitHub may be longer: 65,536 characters, which text of so many bytes never exceeds. */
export const MAX_COMMENT_BYTES = 65_536;

/** A page for a comment; what does not fit is counted, never cut in the middle of a line. */
export const markdownComparison: ComparisonReport = {
  extension: "md",
  render: (comparison) => boundedMarkdown(comparison, MAX_COMMENT_BYTES),
};

/**
 * The page in at most `maxBytes` bytes of UTF-8.
 *
 * @param maxBytes At least {@linkcode LEAST_MARKDOWN_BYTES}: verdict, headings and counts are always there.
 */
export function boundedMarkdown(comparison: Comparison, maxBytes: number): string {
  const view = comparisonView(comparison);
  const sections = sectionsOf(comparison, view);
  const fixed = sections.map((section) => bytesOf(sectionText(section, 0)) + bytesOf(moreLine(section, 0)));
  let room = maxBytes - fixed.reduce((total, bytes) => total + bytes, 0);
  const texts = sections.map((section) => {
    let shown = 0;
    while (shown < section.count && (room -= bytesOf(section.line(shown)) + 1) >= 0) shown++;
    return sectionText(section, shown);
  });
  return texts.join("").trimEnd() + "\n";
}

/** With less room than this a page cannot be made. */
export const LEAST_MARKDOWN_BYTES = 8_192;

/** A part of the page: it may be cut at any line, and then `more` tells how many are missing. */
interface Section {
  readonly before: string;
  /** How many lines it would have. */
  readonly count: number;
  /** One of them, which is made when it is asked for: of many benchmarks few have room. */
  readonly line: (index: number) => string;
  readonly after: string;
  readonly more: (count: string) => string;
}

function sectionText(section: Section, shown: number): string {
  const { before, count, line, after } = section;
  const lines = Array.from({ length: shown }, (_, index) => line(index));
  const more = shown < count ? [moreLine(section, shown)] : [];
  return before + [...lines, ...more].map((text) => `${text}\n`).join("") + after;
}

function moreLine({ count, more }: Section, shown: number): string {
  return more(formatNumber(count - shown));
}

function sectionsOf(comparison: Comparison, view: ComparisonView): Section[] {
  const columns = comparisonColumns(comparison);
  const rowsOf = (outcomes: readonly Outcome[]) => view.rows.filter(({ outcome }) => outcomes.includes(outcome));
  const notes = noteItems(view);
  return [
    plain(headBlocks(comparison, view)),
    ...table(rowsOf(["failed", "slower", "faster"]), columns),
    ...FOLDED.flatMap(({ title, outcomes }) => {
      const rows = rowsOf(outcomes);
      return table(rows, columns).map((section) => folded(`${title} (${formatNumber(rows.length)})`, section));
    }),
    ...(notes.length === 0 ? [] : [folded("How to read it", list(notes))]),
  ];
}

/** What is no change is there for those who look for it. */
const FOLDED: readonly { readonly title: string; readonly outcomes: readonly Outcome[] }[] = [
  { title: "Inconclusive", outcomes: ["inconclusive"] },
  { title: "Not compared, removed, added", outcomes: ["incomparable", "removed", "added"] },
  { title: "Same", outcomes: ["same"] },
];

function headBlocks(comparison: Comparison, { headline, advice, facts, differences }: ComparisonView): string[] {
  const { mark } = OUTCOME_WORDS[suiteOutcome(comparison)];
  return [
    `## ${mark === "-" || mark === "+" || mark === "=" ? `&#${mark.charCodeAt(0)};` : mark} ${
      escapeMarkdown(headline)
    }`,
    escapeMarkdown(advice),
    escapeMarkdown(facts.join(" · ")),
    ...differences.slice(0, MAX_DIFFERENCES).map((text) => `> **Across hosts or settings**: ${escapeMarkdown(text)}`),
    ...(differences.length <= MAX_DIFFERENCES
      ? []
      : [`> and ${differences.length - MAX_DIFFERENCES} more differences`]),
  ];
}

/** The page must say that the two sides differ, not everything that does. */
const MAX_DIFFERENCES = 5;

function plain(blocks: readonly string[]): Section {
  return { before: blocks.join("\n\n") + "\n\n", count: 0, line: () => "", after: "", more: () => "" };
}

/** Nothing for no rows. */
function table(rows: readonly ComparisonRow[], columns: readonly ComparisonColumn[]): Section[] {
  if (rows.length === 0) return [];
  const hasFigures = rows.some(({ entry }) => isCompared(entry));
  const shown = hasFigures ? columns : [];
  const hasNotes = rows.some(({ marks, explanation }) => marks !== "" || explanation !== "");
  const notes = hasNotes ? [hasFigures ? "Notes" : "Reason"] : [];
  const heading = ["Benchmark", "Verdict", ...shown.map(({ title }) => title), ...notes];
  const rule = [":---", ":---", ...shown.map(() => "---:"), ...notes.map(() => ":---")];
  const lineOf = ({ entry, label, outcome, marks, explanation }: ComparisonRow) => {
    const { mark, word } = OUTCOME_WORDS[outcome];
    const note = [explanation, marks].filter((text) => text !== "").join(" ");
    return tableLine([
      `<code>${escapeMarkdown(shortenMiddle(label, MAX_NAME_COLUMNS))}</code>`,
      URGENT.has(outcome) ? `${mark} **${word}**` : `${mark} ${word}`,
      ...shown.map((column) => isCompared(entry) ? escapeMarkdown(column.cell(entry)) : ""),
      ...(hasNotes ? [escapeMarkdown(note)] : []),
    ]);
  };
  return [{
    before: `${tableLine(heading)}\n${tableLine(rule)}\n`,
    count: rows.length,
    line: lazily(rows, lineOf),
    after: "\n",
    more: (count) => tableLine([`and ${count} more`, ...heading.slice(1).map(() => "")]),
  }];
}

/** Longer names are cut in the middle: a page is no place for them. */
const MAX_NAME_COLUMNS = 120;

const URGENT: ReadonlySet<Outcome> = new Set(["failed", "slower"]);

function tableLine(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** A section behind a line that opens it. */
function folded(title: string, section: Section): Section {
  return {
    ...section,
    before: `<details><summary>${title}</summary>\n\n${section.before}`,
    after: `${section.after}</details>\n\n`,
  };
}

function noteItems(view: ComparisonView): string[] {
  return [
    ...(view.method === "" ? [] : [view.method]),
    ...view.legend.map(({ mark, meaning }) => `${mark}: ${meaning}`),
    ...view.footnotes.map(({ number, text }) => number === 0 ? `Warning: ${text}` : `[${number}] ${text}`),
  ];
}

function list(items: readonly string[]): Section {
  return {
    before: "",
    count: items.length,
    line: lazily(items, (item) => `- ${escapeMarkdown(item)}`),
    after: "\n",
    more: (count) => `- and ${count} more`,
  };
}

/** Makes the line of an item at the first time that it is asked for. */
function lazily<Item>(items: readonly Item[], lineOf: (item: Item) => string): (index: number) => string {
  const lines: string[] = [];
  return (index) => lines[index] ??= lineOf(items[index]!);
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
