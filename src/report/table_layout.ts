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
export interface LaidOutColumn {
  /** What it shows. */
  readonly column: Column;
  /** Columns of the terminal that it takes. */
  readonly width: number;
}

/** A table's widths. */
export interface TableLayout {
  /** Of the names, their indent included. */
  readonly nameWidth: number;
  /** The columns that fit, in the order of display. */
  readonly columns: readonly LaidOutColumn[];
  /** Of the marks at the end of a row; 0 without any. */
  readonly marksWidth: number;
}

/** Heading of the marks. */
export const MARKS_TITLE = "Flags";

/** Names keep this share of the terminal, within these limits, before a further column is shown. */
const NAME_SHARE = 0.32;
const LEAST_NAME_WIDTH = 10;
const ENOUGH_NAME_WIDTH = 36;

/** Leaves out the least important columns until the rest fits; names get the space that is left, and are cut if they must be. */
export function layOut(columns: readonly Column[], rows: readonly ViewRow[], width: number): TableLayout {
  const natural = Math.max(
    ...rows.map(({ label, result }) => (result.group === null ? 1 : 2) * INDENT + stringWidth(label)),
  );
  const share = Math.min(ENOUGH_NAME_WIDTH, Math.max(LEAST_NAME_WIDTH, Math.floor(width * NAME_SHARE)));
  const least = Math.min(natural, share);
  const widestMarks = Math.max(...rows.map(({ marks }) => stringWidth(marks)));
  const marksWidth = widestMarks === 0 ? 0 : Math.max(widestMarks, MARKS_TITLE.length);
  let available = width - least - (marksWidth === 0 ? 0 : GAP + marksWidth);
  const kept = new Map<Column, number>();
  for (const column of columns.toSorted((a, b) => a.importance - b.importance)) {
    const columnWidth = widthOf(column, rows);
    if (columnWidth === 0) continue;
    if (GAP + columnWidth > available) break;
    available -= GAP + columnWidth;
    kept.set(column, columnWidth);
  }
  return {
    nameWidth: Math.min(natural, least + available),
    columns: columns.flatMap((column) => {
      const columnWidth = kept.get(column);
      return columnWidth === undefined ? [] : [{ column, width: columnWidth }];
    }),
    marksWidth,
  };
}

/** 0 for a column that tells nothing about any of the rows. */
function widthOf(column: Column, rows: readonly ViewRow[]): number {
  const cells = rows.flatMap(({ result }) => isMeasured(result) ? [column.cell(result)] : []);
  if (cells.every((cell) => cell === UNKNOWN)) return 0;
  return Math.max(...[column.title, column.unit, ...cells].map((text) => stringWidth(text)));
}
