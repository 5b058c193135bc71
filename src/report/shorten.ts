/**
 * Text cut to a number of terminal columns.
 *
 * @module
 */

import stringWidth from "string-width";

/** No more of a message is shown in running text. */
export const MAX_MESSAGE_COLUMNS = 600;

const ELLIPSIS = "…";
const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Cuts text in its middle, between whole characters, so that it takes at most `columns` columns; its ends stay readable. */
export function shortenMiddle(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  if (columns < 1) return "";
  const headColumns = Math.ceil((columns - 1) / 2);
  const head = takeColumns(text.slice(0, headColumns * MAX_UNITS_A_COLUMN), headColumns);
  const tail = takeLastColumns(text.slice(-headColumns * MAX_UNITS_A_COLUMN), columns - 1 - stringWidth(head));
  return head + ELLIPSIS + tail;
}

/** Cuts text at its end so that it takes at most `columns` columns. */
export function shortenEnd(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  if (columns < 1) return "";
  return takeColumns(text.slice(0, columns * MAX_UNITS_A_COLUMN), columns - 1) + ELLIPSIS;
}

/** Pads text on its right to `columns` columns. */
export function padEnd(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - stringWidth(text)));
}

/** Pads text on its left to `columns` columns. */
export function padStart(text: string, columns: number): string {
  return " ".repeat(Math.max(0, columns - stringWidth(text))) + text;
}

/** Long text is cut roughly before it is cut exactly; characters of more code units a column than this are cut short. */
const MAX_UNITS_A_COLUMN = 16;

function takeColumns(text: string, columns: number): string {
  return takeGraphemes(Array.from(GRAPHEMES.segment(text), ({ segment }) => segment), columns).join("");
}

function takeLastColumns(text: string, columns: number): string {
  const graphemes = Array.from(GRAPHEMES.segment(text), ({ segment }) => segment);
  return takeGraphemes(graphemes.reverse(), columns).reverse().join("");
}

/** The first graphemes that fit; the one that does not fit ends it, even if a narrower one followed. */
function takeGraphemes(graphemes: readonly string[], columns: number): string[] {
  const taken: string[] = [];
  let used = 0;
  for (const grapheme of graphemes) {
    used += stringWidth(grapheme);
    if (used > columns) break;
    taken.push(grapheme);
  }
  return taken;
}
