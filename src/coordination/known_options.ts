/**
 * Options that nobody would look at.
 *
 * @module
 */

import type { PrimitiveOptions } from "./primitive.ts";

const COMMON: Readonly<Record<keyof PrimitiveOptions, true>> = { name: true, timing: true, clock: true };

/**
 * Refuses an option that would be ignored, because it is misspelt or another kind's; those of every primitive are known.
 *
 * @throws {TypeError} With the names of those there are.
 */
export function requireKnownOptions(what: string, options: object, own: readonly string[]): void {
  const known = [...Object.keys(COMMON), ...own];
  for (const option of Object.keys(options)) {
    if (known.includes(option)) continue;
    const names = known.map((name) => `"${name}"`).join(", ");
    throw new TypeError(
      `Cannot create a ${what} with option "${option}": expected ${names}; correct it, or leave it out`,
    );
  }
}
