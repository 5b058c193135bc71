/**
 * Names of events, and what stands for many of them.
 *
 * @module
 */

/** What stands for every event, or for all whose name begins with what is before the `*`: `"state.*"` for `"state.end"`. */
export type EventPattern = "*" | `${string}.*`;

/** The names that a pattern stands for; a name stands for itself. */
export type MatchingNames<Names extends string, Pattern extends string> = Pattern extends "*" ? Names
  : Pattern extends `${infer Prefix}.*` ? Extract<Names, `${Prefix}.${string}`>
  : Extract<Names, Pattern>;

/**
 * Checks the name of an event.
 *
 * @throws {TypeError} If it is empty, or has a `*`, or is no string.
 */
export function requireEventName(name: unknown): void {
  if (typeof name === "string" && name !== "" && !name.includes("*")) return;
  throw new TypeError(
    `Cannot emit event ${
      quoted(name)
    }: expected a name without "*", such as "state.end"; only who listens may name many at once`,
  );
}

/**
 * Checks a pattern, or a name.
 *
 * @throws {TypeError} If it is neither.
 */
export function requireEventPattern(pattern: unknown): void {
  if (pattern === "*") return;
  const name = typeof pattern === "string" && pattern.endsWith(".*") ? pattern.slice(0, -2) : pattern;
  if (typeof name === "string" && name !== "" && !name.includes("*")) return;
  throw new TypeError(
    `Cannot listen to ${quoted(pattern)}: expected a name, "*" for every event, or a prefix such as "state.*"`,
  );
}

/** Whether a pattern, or name, that was checked stands for a name; unlike a topic's, its `*` is any number of levels. */
export function eventMatches(pattern: string, name: string): boolean {
  if (pattern === "*") return true;
  return pattern.endsWith(".*") ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

function quoted(value: unknown): string {
  return typeof value === "string" ? `"${value}"` : String(value);
}
