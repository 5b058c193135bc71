/**
 * Patterns of benchmarks' ids.
 *
 * @module
 */

/**
 * Whether an id matches a pattern as a whole. `*` stands for any characters, `/` among them, and none; every other character
 * for itself. It takes time in proportion to the length of both, whatever the pattern.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { matchesPattern } from "./pattern.ts";
 *
 * assert(matchesPattern("core-agent/*", "core-agent/Resolution/states=3"));
 * assert(!matchesPattern("core-agent", "core-agent/Resolution"));
 * ```
 */
export function matchesPattern(pattern: string, id: string): boolean {
  const [first = "", ...others] = pattern.split("*");
  const last = others.pop();
  if (last === undefined) return id === pattern;
  if (!id.startsWith(first) || id.length < first.length + last.length || !id.endsWith(last)) return false;
  const end = id.length - last.length;
  let from = first.length;
  for (const part of others) {
    const at = id.indexOf(part, from); // the first place leaves most room for the rest
    if (at === -1 || at + part.length > end) return false;
    from = at + part.length;
  }
  return true;
}
