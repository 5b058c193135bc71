/**
 * Lists, checked where they come in.
 *
 * @module
 */

import { foundValue } from "./found_value.ts";

/**
 * Checks that a list is an array; what is in it is for others to check.
 *
 * @param what What cannot be done if it is not: `"make a composite rate limiter of"`.
 * @param items What is wanted in it: `"rate limiters"`.
 * @throws {TypeError} If it is none.
 */
export function requireList<Item>(what: string, list: readonly Item[], items: string): readonly Item[] {
  if (Array.isArray(list)) return list;
  throw new TypeError(
    `Cannot ${what} ${foundValue(list)}: expected an array of ${items}; pass one, even for a single one`,
  );
}
