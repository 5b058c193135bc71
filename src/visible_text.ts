/**
 * Text from a document as text on a page: nothing in it moves a cursor, sets a colour, breaks a line or turns the direction. The
 * same for JSON.
 *
 * @module
 */

/**
 * Control characters, line separators, lone surrogates, and the invisible format characters (bidi controls, zero-width
 * space, byte order mark); U+200D stays, because emoji are joined with it.
 */
// deno-lint-ignore no-control-regex -- control characters are what is looked for
const UNSAFE = /[\x00-\x1f\x7f-\x9f\p{Zl}\p{Zp}\p{Cs}]|(?!\u200d)\p{Cf}/gu;

const SHORT_ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** More marks than this on one letter only climb over the lines above it. */
const STACKED_MARKS = /(\p{M}{4})\p{M}+/gu;

/** Writes characters that could act instead of being shown as escapes such as `\n` and `\u{202e}`. */
export function visibleText(text: string): string {
  return text.replace(STACKED_MARKS, "$1").replace(
    UNSAFE,
    (unit) => SHORT_ESCAPES[unit] ?? `\\u{${(unit.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** What JSON may hold as it is, and a terminal may act on; all below U+0020 it writes as escapes anyway. */
const UNSAFE_IN_JSON = /[\x7f-\x9f\p{Zl}\p{Zp}\p{Cf}]/gu;

/** Writes a value as JSON that can be printed: nothing in its texts acts on a terminal, and whoever parses it gets what was there. */
export function visibleJson(value: object, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(
    UNSAFE_IN_JSON,
    (character) => character.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
  );
}
