/**
 * Text of others as it goes to the page.
 *
 * @module
 */

import { foundValue } from "../../coordination/found_value.ts";
import { visibleText } from "../../visible_text.ts";

/** Of a name, no more is shown: characters of UTF-16. */
export const MOST_OF_A_NAME = 160;
/** Of an error or an annotation. */
export const MOST_OF_A_MESSAGE = 600;

/**
 * Text of which nothing acts, and not more than `most` characters before escapes; what is too long loses its middle, since names that
 * begin alike often differ at their end. The page shows it as text: nothing here is markup.
 */
export function shownText(text: string, most: number): string {
  if (text.length <= most) return visibleText(text);
  const head = Math.ceil(most * 2 / 3), tail = most - head - 1;
  return copyOf(`${visibleText(wholeStart(text, head))}…${visibleText(wholeEnd(text, tail))}`);
}

const encoder = new TextEncoder(), decoder = new TextDecoder();

/** A piece of a text keeps all of the text in memory (V8's sliced strings), as a copy does not. The text is well-formed. */
function copyOf(text: string): string {
  return decoder.decode(encoder.encode(text));
}

/** What was thrown, whatever it is; one that cannot be printed is named by its kind. */
export function shownError(error: unknown): string {
  try {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return shownText(text, MOST_OF_A_MESSAGE);
  } catch {
    return foundValue(error);
  }
}

function wholeStart(text: string, length: number): string {
  return text.slice(0, /[\ud800-\udbff]/.test(text.charAt(length - 1)) ? length - 1 : length);
}

function wholeEnd(text: string, length: number): string {
  return text.slice(/[\udc00-\udfff]/.test(text.charAt(text.length - length)) ? 1 - length : -length);
}
