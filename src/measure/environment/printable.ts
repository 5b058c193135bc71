/**
 * Names that come from the machine, made fit for a document.
 *
 * @module
 */

const MAX_LENGTH = 100;

/** The text on one line, without control characters or repeated blanks, at most 100 characters. */
export function printable(text: string): string {
  return text.replace(/[\s\p{C}]+/gu, " ").trim().slice(0, MAX_LENGTH).trimEnd();
}
