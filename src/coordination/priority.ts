/**
 * How urgent a request is.
 *
 * @module
 */

import { foundValue } from "./found_value.ts";

/** How urgent a request is: a name, or any finite number, of which the larger goes first; `"normal"` is 1. */
export type WaitPriority = "low" | "normal" | "high" | "critical" | number;

const LEVELS: ReadonlyMap<unknown, number> = new Map([["low", 0], ["normal", 1], ["high", 2], ["critical", 3]]);

const NAMES: readonly string[] = ["low", "normal", "high", "critical"];

/** What people call a level: its name, or its number. */
export function priorityName(level: number): string {
  return NAMES[level] ?? String(level);
}

/** The level of a request that says nothing about its priority. */
export const NORMAL_LEVEL = 1;

/**
 * How urgent options say that a request is; by default normal.
 *
 * @throws {TypeError} If they say what is no priority.
 */
export function levelOf(options: { readonly priority?: WaitPriority | undefined } | undefined): number {
  const priority = options?.priority;
  return priority === undefined ? NORMAL_LEVEL : priorityLevel(priority);
}

/**
 * The number behind a priority: low 0, normal 1, high 2, critical 3.
 *
 * @throws {TypeError} If it is neither one of the names nor a finite number.
 */
export function priorityLevel(priority: WaitPriority): number {
  const level = typeof priority === "number" ? priority : LEVELS.get(priority);
  if (level === undefined || !Number.isFinite(level)) {
    throw new TypeError(
      `Cannot rank priority ${foundValue(priority)}: expected "low", "normal", ` +
        '"high", "critical" or a finite number; leave it out for "normal"',
    );
  }
  return level;
}
