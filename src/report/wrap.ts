/**
 * Running text broken into lines of a given width.
 *
 * @module
 */

import stringWidth from "string-width";
import { shortenEnd } from "./shorten.ts";

/**
 * Breaks text at its spaces into lines of at most `width` columns; all lines but the first are indented by `indent` spaces.
 * A single word that is wider than a line is cut.
 */
export function wrapText(text: string, width: number, indent = 0): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && stringWidth(line) + 1 + stringWidth(word) > width) {
      lines.push(line);
      line = " ".repeat(indent) + shortenEnd(word, width - indent);
    } else {
      line = line === "" ? shortenEnd(word, width) : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines;
}

/** Joins facts with ` · ` in one line of at most `width` columns, without the ones at the end that do not fit. */
export function joinFitting(facts: readonly string[], width: number): string {
  let line = shortenEnd(facts[0] ?? "", width);
  for (const fact of facts.slice(1)) {
    const longer = `${line} · ${fact}`;
    if (stringWidth(longer) > width) break;
    line = longer;
  }
  return line;
}
