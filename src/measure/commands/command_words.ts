/**
 * What a command's text is executed as.
 *
 * @module
 */

/** How the text of a command is taken: by the shell of this name or path, or split into words without one. */
export type ShellChoice = { readonly kind: "shell"; readonly program: string } | { readonly kind: "none" };

/**
 * The program of a command and its arguments.
 *
 * @throws {SyntaxError} If there is no shell, and a quote is not closed or there is no word.
 */
export function commandWords(text: string, shell: ShellChoice): readonly [string, ...string[]] {
  if (shell.kind === "shell") return [shell.program, "-c", text];
  const [program, ...rest] = splitWords(text);
  if (program === undefined || program === "") {
    throw new SyntaxError(`Cannot run ${shown(text)}: it names no program; give it a word`);
  }
  return [program, ...rest];
}

/**
 * Splits a text into words as a POSIX shell would, without expanding anything: blanks part words; `'…'` is literal; within `"…"` a
 * backslash escapes `"`, `\`, `$` and a backtick; elsewhere it escapes any character.
 *
 * @throws {SyntaxError} If a quote is not closed, or a backslash is the last character.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { splitWords } from "./command_words.ts";
 *
 * assertEquals(splitWords(`grep -e 'two words' "$HOME"`), ["grep", "-e", "two words", "$HOME"]);
 * ```
 */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: "'" | '"' | undefined;
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    const next = text.charAt(i + 1);
    if (quote === undefined && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (quote === undefined && (character === "'" || character === '"')) {
      quote = character;
      word ??= "";
    } else if (character === quote) {
      quote = undefined;
    } else if (character === "\\" && (quote === undefined || (quote === '"' && /["\\$`]/.test(next)))) {
      if (next === "") throw unfinished(text, "it ends with a backslash");
      word = (word ?? "") + next;
      i++;
    } else {
      word = (word ?? "") + character;
    }
  }
  if (quote !== undefined) throw unfinished(text, `a ${quote} is not closed`);
  if (word !== undefined) words.push(word);
  return words;
}

function unfinished(text: string, reason: string): SyntaxError {
  return new SyntaxError(`Cannot split ${shown(text)} into words: ${reason}; close it, or use a shell`);
}

const MAX_SHOWN_LENGTH = 100;

function shown(text: string): string {
  return JSON.stringify(text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}…` : text);
}
