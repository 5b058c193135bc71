/**
 * Names and messages for other programs' files: valid there, harmless where they are shown, and still told apart.
 *
 * @module
 */

/**
 * What some reader refuses or obeys: control characters and line separators, lone surrogates (no UTF-8, refused by strict readers
 * of JSON), U+FFFE and U+FFFF (no XML 1.0), and invisible format characters but the one that joins emoji. A backslash before
 * `u{` is among them, so that no two texts become one.
 */
const REPLACED = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\ufffe\uffff]|(?!\u200d)\p{Cf}|\\(?=u\{)/gu;

/**
 * Writes what other programs could refuse or obey as `\u{…}`; all other text stays as it is. Different texts stay different.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { plainText } from "./plain_text.ts";
 *
 * assertEquals(plainText("two\nlines 🐧"), "two\\u{a}lines 🐧");
 * ```
 */
export function plainText(text: string): string {
  return text.replace(REPLACED, (unit) => `\\u{${(unit.codePointAt(0) ?? 0).toString(16)}}`);
}
