/**
 * One benchmark on the page: its line in the table, and what unfolds beneath it.
 *
 * @module
 */

import type { MeasuredBenchmark } from "../../../measure/document.ts";
import type { Column } from "../../columns.ts";
import { failureText, isMeasured, type ViewRow } from "../../document_view.ts";
import { type Flag, flagsOf } from "../../flags.ts";
import type { Footnote } from "../../footnotes.ts";
import { MAX_MESSAGE_COLUMNS, shortenEnd, shortenMiddle } from "../../shorten.ts";
import { visibleText } from "../../../visible_text.ts";
import { type Span, spanCell, type SpanDomain } from "../charts/span_cell.ts";
import { MAX_LABEL_COLUMNS, MAX_NAME_COLUMNS } from "../name_length.ts";
import { type BenchmarkDetail, benchmarkDetail } from "./benchmark_detail.ts";

/** One line of a suite's table. */
export interface BenchmarkView {
  /** What links point to. */
  readonly key: string;
  /** Name and parameters. */
  readonly name: string;
  /** The same, short enough for a sentence. */
  readonly label: string;
  /** What the filters look for: `failed`, `missed`, `flagged`. */
  readonly traits: string;
  /** What the columns are sorted by, in their order; nothing for a figure that is not there. */
  readonly sortKeys: string;
  /** What to know before trusting it: a word each, whose meaning is among the page's notes. */
  readonly flags: readonly FlagView[];
  /** Numbers of the notes that concern it. */
  readonly notes: readonly number[];
  /** Its place on the scale of all medians, as SVG; empty without one. */
  readonly drawing: string;
  /** Its figures, one a column; empty if it failed. */
  readonly cells: readonly { readonly text: string; readonly tone: "" | "good" | "bad" }[];
  /** Why it failed; empty if it did not. */
  readonly failure: string;
  /** What unfolds beneath it. */
  readonly detail: BenchmarkDetail;
}

/** A flag on the page. */
export interface FlagView {
  /** What links to its meaning point to. */
  readonly key: string;
  /** What it is called. */
  readonly word: string;
  /** What it says about the figures, and what helps. */
  readonly meaning: string;
}

/** What a line is made with. */
export interface BenchmarkViewOptions {
  /** Its place in the document. */
  readonly index: number;
  /** The table's columns. */
  readonly columns: readonly SortedColumn[];
  /** The scale of all medians; undefined if nothing has one. */
  readonly domain: SpanDomain | undefined;
  /** Of each of its forks no more than about so many samples are drawn; 0: none. */
  readonly drawnAFork: number;
  /** The notes of the document. */
  readonly footnotes: readonly Footnote[];
}

/** A column, and what sorts by it. */
export interface SortedColumn extends Column {
  /** What tells it from the others in every table of the page. */
  readonly key: number;
  /** What it is sorted by; null without a figure. */
  sortKey(result: MeasuredBenchmark): number | null;
}

/** Arranges one benchmark. */
export function benchmarkView({ label, result }: ViewRow, options: BenchmarkViewOptions): BenchmarkView {
  const { index, columns, domain, footnotes } = options;
  const measured = isMeasured(result) ? result : undefined;
  const flags = measured === undefined ? [] : flagsOf(measured).map(flagView);
  const notes = footnotes.filter(({ benchmarkIds }) => benchmarkIds.has(result.id)).map(({ number }) => number);
  const span = measured === undefined ? undefined : spanOf(measured);
  const traits = [
    ...(measured === undefined ? ["failed"] : []),
    ...(measured?.meetsExpectation === false ? ["missed"] : []),
    ...(flags.length + notes.length > 0 ? ["flagged"] : []),
  ];
  return {
    key: `b${index}`,
    name: shortenMiddle(label, MAX_NAME_COLUMNS),
    label: shortenMiddle(label, MAX_LABEL_COLUMNS),
    traits: traits.join(" "),
    sortKeys: columns.map((column) => {
      const key = measured === undefined ? null : column.sortKey(measured);
      return key === null || !Number.isFinite(key) ? "" : String(Number(key.toPrecision(5)));
    }).join(","),
    flags,
    notes,
    drawing: span === undefined || domain === undefined ? "" : spanCell(span, domain),
    cells: measured === undefined ? [] : columns.map((column) => ({
      text: column.cell(measured),
      tone: column.title !== "Met?" || measured.meetsExpectation === null
        ? ""
        : measured.meetsExpectation
        ? "good"
        : "bad",
    })),
    failure: isMeasured(result) ? "" : failureText(result),
    detail: isMeasured(result) ? benchmarkDetail(result, { index, drawnAFork: options.drawnAFork }) : {
      charts: [],
      figures: [],
      facts: [],
      stack: shortenEnd(
        (result.failure.stack ?? "").split("\n").map(visibleText).join("\n"),
        2 * MAX_MESSAGE_COLUMNS,
      ),
    },
  };
}

/** The word of a flag, which its text begins with, and the rest. */
export function flagView({ meaning: text }: Flag): FlagView {
  const [word = "", ...rest] = text.split(": ");
  return { key: `f-${word.replaceAll(" ", "-")}`, word, meaning: rest.join(": ") };
}

/** What a benchmark shows on the scale of all medians; undefined if a logarithmic scale has no place for it. */
export function spanOf({ status, statistics }: MeasuredBenchmark): Span | undefined {
  const { min, max, median, medianInterval } = statistics;
  if (status !== "ok" || min <= 0) return undefined;
  return {
    range: [min, max],
    interval: medianInterval === null ? null : [medianInterval.low, medianInterval.high],
    point: median,
  };
}
