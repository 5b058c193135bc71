/**
 * JSON as Python's `json` and Google Benchmark write it: `NaN` and `Infinity` without quotes.
 *
 * @module
 */

/**
 * Puts `NaN`, `Infinity` and `-Infinity` that stand outside of strings into quotes, so that the rest of the text can be read
 * as JSON, and a field that needs a number is refused by its name. Linear in the text's length.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { quoteBareNumbers } from "./bare_numbers.ts";
 *
 * assertEquals(quoteBareNumbers('{"cv": NaN, "a NaN": -Infinity}'), '{"cv": "NaN", "a NaN": "-Infinity"}');
 * ```
 */
export function quoteBareNumbers(text: string): string {
  const parts: string[] = [];
  const token = /"|-?(?:NaN|Infinity)\b/g;
  let copied = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    if (match[0] === '"') {
      token.lastIndex = endOfString(text, match.index);
      continue;
    }
    parts.push(text.slice(copied, match.index), `"${match[0]}"`);
    copied = token.lastIndex;
  }
  return parts.join("") + text.slice(copied);
}

/** The index after the quote that closes the string which begins at `start`; the text's end if none does. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return end + 1;
  }
  return text.length;
}
