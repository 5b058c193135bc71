/**
 * Names in Go benchmark text: no white space, `/` between the parts, `key=value` for a parameter.
 *
 * @module
 */

/** What a part of a name may not hold as it is: white space as Go's `unicode.IsSpace` has it, control characters, `%`, `/`, `=`. */
// deno-lint-ignore no-control-regex -- control characters are what is looked for
const RESERVED = /[\s\x00-\x1f\x7f-\x9f%/=\p{Z}\p{Cf}]|\p{Cs}/gu;

/**
 * Writes text as one part of a name: what could not stand there becomes `%` and the two hexadecimal digits of each of its bytes
 * in UTF-8, a lone surrogate `%u` and its four. No two texts become one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { escapeGoName, unescapeGoName } from "./go_name.ts";
 *
 * assertEquals(escapeGoName("a/b 100%"), "a%2Fb%20100%25");
 * assertEquals(unescapeGoName("a%2Fb%20100%25"), "a/b 100%");
 * ```
 */
export function escapeGoName(text: string): string {
  return text.replace(RESERVED, (unit) => {
    const code = unit.charCodeAt(0);
    if (unit.length === 1 && code >= 0xd800 && code <= 0xdfff) return `%u${hex(code)}`;
    return [...new TextEncoder().encode(unit)].map((byte) => `%${hex(byte)}`).join("");
  });
}

/** Undoes {@linkcode escapeGoName}; text that it would not have written, as other programs' names may hold, stays as it is. */
export function unescapeGoName(text: string): string {
  if (!text.includes("%")) return text;
  try {
    const plain = text.split(/(%u[0-9A-F]{4})/).map((part, i) =>
      i % 2 === 1 ? String.fromCharCode(parseInt(part.slice(2), 16)) : decodeURIComponent(part)
    ).join("");
    return escapeGoName(plain) === text ? plain : text;
  } catch {
    return text; // not UTF-8 in hexadecimal
  }
}

function hex(code: number): string {
  return code.toString(16).toUpperCase().padStart(2, "0");
}
