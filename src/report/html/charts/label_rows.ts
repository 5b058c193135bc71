/**
 * Labels side by side, in as few rows as have room for them.
 *
 * @module
 */

/** About the width of a character of a wide font, in the drawing's units, at the size that the style sheet gives all text. */
const CHARACTER_WIDTH = 7;

/** Least space between two labels. */
const GAP = 4;

/** Something with a text that is centred on its place. */
export interface Label {
  /** Its place, in the drawing's units. */
  readonly x: number;
  /** What it says. */
  readonly text: string;
}

/**
 * Puts each label into the first row where it touches no other; one that has room in none of `maxRows` is left out.
 *
 * @param labels In the order of their places.
 * @returns The rows that have any, the first of them the fullest.
 */
export function labelRows<L extends Label>(labels: readonly L[], maxRows: number): L[][] {
  const rows: L[][] = [];
  for (const label of labels) {
    const row = rows.find((row) => isFree(row.at(-1), label));
    if (row !== undefined) row.push(label);
    else if (rows.length < maxRows) rows.push([label]);
  }
  return rows;
}

function isFree(left: Label | undefined, right: Label): boolean {
  if (left === undefined) return true;
  const width = CHARACTER_WIDTH * (left.text.length + right.text.length) / 2 + GAP;
  return right.x - left.x >= width;
}
