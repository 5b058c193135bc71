/**
 * Which columns fit a terminal, and how wide each is.
 *
 * @module
 */

import stringWidth from "string-width";
import { type Column, UNKNOWN } from "./columns.ts";
import type { ViewRow } from "./document_view.ts";
import { isMeasured } from "./document_view.ts";

/** Spaces between two columns. */
export const GAP = 2;

/** Spaces before a benchmark's name, under its suite's. */
export const INDENT = 2;

/** One column with its cells as wide as they come. */
export interface LaidOutColumn<Shown = Column> {
  /** What it shows. */
  readonly column: Shown;
  /** Columns of the terminal that it takes. */
  readonly width: number;
}

/** A table's widths. */
export interface TableLayout<Shown = Column> {
  /** Of the names, their indent included. */
  readonly nameWidth: number;
  /** The columns that fit, in the order of display. */
  readonly columns: readonly LaidOutColumn<Shown>[];
  /** Of the marks at the end of a row; 0 without any. */
  readonly marksWidth: number;
}

/** What a table would take if the terminal had room for all of it. */
export interface NaturalWidths<Shown> {
  /** Of the longest name, its indent included. */
  readonly names: number;
  /** Of the marks at the end of the rows; 0 without any. */
  readonly marks: number;
  /** Every column, in the order of display; one of width 0 tells nothing and is left out. */
  readonly columns: readonly LaidOutColumn<Shown>[];
}

/** Heading of the marks. */
export const MARKS_TITLE = "Flags";

/** Names keep this share of the terminal, within these limits, before a further column is shown. */
const NAME_SHARE = 0.32;
const LEAST_NAME_WIDTH = 10;
const ENOUGH_NAME_WIDTH = 36;

/** Leaves out the least important columns until the rest fits; names get the space that is left, and are cut if they must be. */
export function layOut(columns: readonly Column[], rows: readonly ViewRow[], width: number): TableLayout {
  return fitColumns({
    names: Math.max(
      ...rows.map(({ label, result }) => (result.group === null ? 1 : 2) * INDENT + stringWidth(label)),
    ),
    marks: Math.max(...rows.map(({ marks }) => stringWidth(marks))),
    columns: columns.map((column) => ({ column, width: widthOf(column, rows) })),
  }, width);
}

/** The part of {@linkcode layOut} that knows nothing of what the columns show. */
export function fitColumns<Shown extends { readonly importance: number }>(
  { names, marks, columns }: NaturalWidths<Shown>,
  width: number,
): TableLayout<Shown> {
  const share = Math.min(ENOUGH_NAME_WIDTH, Math.max(LEAST_NAME_WIDTH, Math.floor(width * NAME_SHARE)));
  const least = Math.min(names, share);
  const marksWidth = marks === 0 ? 0 : Math.max(marks, MARKS_TITLE.length);
  let available = width - least - (marksWidth === 0 ? 0 : GAP + marksWidth);
  const kept = new Set<Shown>();
  for (const { column, width } of columns.toSorted((a, b) => a.column.importance - b.column.importance)) {
    if (width === 0) continue;
    if (GAP + width > available) break;
    available -= GAP + width;
    kept.add(column);
  }
  return {
    nameWidth: Math.min(names, least + available),
    columns: columns.filter(({ column }) => kept.has(column)),
    marksWidth,
  };
}

/** 0 for a column that tells nothing about any of the rows. */
function widthOf(column: Column, rows: readonly ViewRow[]): number {
  const cells = rows.flatMap(({ result }) => isMeasured(result) ? [column.cell(result)] : []);
  if (cells.every((cell) => cell === UNKNOWN)) return 0;
  return Math.max(...[column.title, column.unit, ...cells].map((text) => stringWidth(text)));
}
