/**
 * What a caller says about its turn: how long it waits, how urgent it is, and who it is.
 *
 * @module
 */

import { NORMAL_LEVEL, priorityLevel, type WaitPriority } from "./priority.ts";
import { requireOptionsObject, requireWaitOptions, type WaitOptions } from "./waiter.ts";
import { foundValue } from "./found_value.ts";

/** How somebody waits for a turn. */
export interface TurnOptions extends WaitOptions {
  /** How urgent it is; equals are served in order of arrival. Default `"normal"`. */
  readonly priority?: WaitPriority;
  /**
   * Who asks: for re-entry, deadlock detection, and people who read a snapshot or an error. A string that is not empty. Of a lock it is one
   * task's name; what is shared out in amounts may be asked for by several tasks in one name. `uniqueOwner` makes names that are known to
   * be one task's.
   */
  readonly owner?: string;
}

/**
 * Checks what a caller asked for, whether or not it will have to wait; answers its {@linkcode WaitPriority} as a number.
 *
 * @throws {RangeError} If `timeoutMs` is out of range.
 * @throws {TypeError} If `priority` or `owner` is none.
 * @throws The signal's reason, if it is aborted.
 */
export function requireTurnOptions(options: TurnOptions): number {
  requireWaitOptions(options);
  const { owner, priority, signal } = options;
  if (owner !== undefined) requireOwner(owner);
  const level = priority === undefined ? NORMAL_LEVEL : priorityLevel(priority);
  signal?.throwIfAborted();
  return level;
}

/**
 * The same options as a plain record, each read once and then checked: for whoever needs them more than once, or after others ran.
 *
 * @throws What {@linkcode requireTurnOptions} throws, or reading them.
 */
export function ownTurnOptions(options: TurnOptions | undefined): TurnOptions | undefined {
  if (options === undefined) return undefined;
  requireOptionsObject(options);
  const { timeoutMs, signal, priority, owner } = options;
  const own: { -readonly [Name in keyof TurnOptions]: TurnOptions[Name] } = {};
  if (timeoutMs !== undefined) own.timeoutMs = timeoutMs;
  if (signal !== undefined) own.signal = signal;
  if (priority !== undefined) own.priority = priority;
  if (owner !== undefined) own.owner = owner;
  requireTurnOptions(own);
  return own;
}

/**
 * Checks who asks.
 *
 * @throws {TypeError} If it is not a string, or empty.
 */
export function requireOwner(owner: unknown): void {
  if (typeof owner === "string" && owner !== "") return;
  throw new TypeError(
    `Cannot acquire for owner ${foundValue(owner)}: expected a string that is not empty; leave it out for nobody`,
  );
}
