/**
 * Commands to be copied into a shell.
 *
 * @module
 */

import { visibleText } from "../../visible_text.ts";

/** A command line of these words, quoted for a POSIX shell where a word needs it; safe to show, and to paste. */
export function shellCommand(words: readonly string[]): string {
  return words.map(quoted).join(" ");
}

/** What could act on a terminal is written as an escape: a name that holds it cannot be copied, but it can be read. */
function quoted(word: string): string {
  const text = visibleText(word);
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
