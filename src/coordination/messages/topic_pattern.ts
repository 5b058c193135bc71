/**
 * Names of topics, and patterns of such names.
 *
 * @module
 */

/**
 * Checks a topic's name: levels with a `.` between them, such as `orders.eu.created`; none of them empty or a wildcard.
 *
 * @returns Its levels.
 * @throws {TypeError} If it is none.
 */
export function topicLevels(topic: string): string[] {
  const levels = typeof topic === "string" ? topic.split(".") : [""];
  if (levels.some((level) => level === "" || isWildcard(level))) {
    throw new TypeError(`Cannot publish to topic "${topic}": expected levels such as "orders.eu", without wildcards`);
  }
  return levels;
}

/**
 * Checks a pattern: levels as in a topic, of which each may be `*`, any one level, and the last `#` or `**`, all
 * further levels, even none.
 *
 * @returns Its levels, with `#` for `**`.
 * @throws {TypeError} If it is none.
 */
export function patternLevels(pattern: string): string[] {
  const levels = typeof pattern === "string" ? pattern.split(".") : [""];
  if (levels.some((level, index) => level === "" || isRest(level) && index < levels.length - 1)) {
    throw new TypeError(
      `Cannot subscribe to "${pattern}": expected levels such as "orders.*.created" or "orders.#", with # or ** only at the end`,
    );
  }
  return levels.map((level) => isRest(level) ? "#" : level);
}

/**
 * Whether a topic is one that a pattern means.
 *
 * @throws {TypeError} If either is malformed.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { topicMatches } from "./topic_pattern.ts";
 *
 * assert(topicMatches("orders.*.created", "orders.eu.created"));
 * assert(topicMatches("orders.#", "orders"));
 * assert(!topicMatches("orders.*", "orders.eu.created"));
 * ```
 */
export function topicMatches(pattern: string, topic: string): boolean {
  const wanted = patternLevels(pattern), levels = topicLevels(topic);
  const fixed = wanted.at(-1) === "#" ? wanted.slice(0, -1) : wanted;
  if (fixed.length === wanted.length ? levels.length !== fixed.length : levels.length < fixed.length) return false;
  return fixed.every((level, index) => level === "*" || level === levels[index]);
}

function isRest(level: string): boolean {
  return level === "#" || level === "**";
}

function isWildcard(level: string): boolean {
  return level === "*" || isRest(level);
}
