/**
 * Names that come from the machine, made fit for a document.
 *
 * @module
 */

const MAX_CHARACTERS = 100;

/** The text on one line, without control and formatting characters or repeated blanks, at most 100 characters. */
export function printable(text: string): string {
  const line = text.replace(/[\s\p{Cc}\p{Cf}\p{Cs}]+/gu, " ").trim();
  return [...line].slice(0, MAX_CHARACTERS).join("").trimEnd();
}
