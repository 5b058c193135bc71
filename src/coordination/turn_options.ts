/**
 * What a caller says about its turn: how long it waits, how urgent it is, and who it is.
 *
 * @module
 */

import { priorityLevel, type WaitPriority } from "./priority.ts";
import { HOW_TO_WAIT, requireNotAborted, requireWaitLimits, type WaitOptions } from "./waiter.ts";
import { foundValue } from "./found_value.ts";
import { requireOptions } from "./require_options.ts";

/** How somebody waits for a turn. */
export interface TurnOptions extends WaitOptions {
  /** How urgent it is; equals are served in order of arrival. Default `"normal"`. */
  readonly priority?: WaitPriority | undefined;
  /**
   * Who asks: for re-entry, deadlock detection, and people who read a snapshot or an error. A string that is not empty. Of a lock it is one
   * task's name; what is shared out in amounts may be asked for by several tasks in one name. `uniqueOwner` makes names that are known to
   * be one task's.
   */
  readonly owner?: string | undefined;
}

/**
 * The same options as a plain record of one shape, each read once and then checked, whether or not the caller will have to wait: what is
 * read again answers as before, whoever made it.
 *
 * @throws {RangeError} If `timeoutMs` is out of range.
 * @throws {TypeError} If they are no object, or `signal`, `priority` or `owner` is none.
 * @throws The signal's reason, if it is aborted; or what reading them throws.
 */
export function ownTurnOptions(options: TurnOptions): TurnOptions;
export function ownTurnOptions(options: TurnOptions | undefined): TurnOptions | undefined;
export function ownTurnOptions(options: TurnOptions | undefined): TurnOptions | undefined {
  if (options === undefined) return undefined;
  const own = readTurnOptions(options);
  requireNotAborted(own.signal);
  return own;
}

/** As {@linkcode ownTurnOptions}, but the signal may be aborted: for those to whom that means something more. */
export function readTurnOptions(options: TurnOptions): TurnOptions {
  requireOptions("wait", options, HOW_TO_WAIT);
  const { timeoutMs, signal, priority, owner } = options;
  requireWaitLimits(timeoutMs, signal);
  if (owner !== undefined) requireOwner(owner);
  if (priority !== undefined) priorityLevel(priority);
  return { timeoutMs, signal, priority, owner };
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
