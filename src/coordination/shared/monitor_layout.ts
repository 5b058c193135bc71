/**
 * Where a monitor's words lie: a line's ends and a count, what each thread holds, and who waits.
 *
 * @module
 */

import { STATE_AT } from "./handle.ts";
import { MOST_THREADS } from "./thread_directory.ts";

/** The first and the last record of the line, 0 if nobody waits. */
export const FIRST_AT = STATE_AT;
export const LAST_AT = STATE_AT + 1;
/** How much there is, or which phase it is. */
export const FREE_AT = STATE_AT + 2;
/** Whether a thread died that held something critical. */
export const DIED_AT = STATE_AT + 3;
/** How many tickets were given out; how many records were ever used; and the first of those that are vacant again, 0 for none. */
export const TICKETS_AT = STATE_AT + 4;
export const USED_AT = STATE_AT + 5;
export const VACANT_AT = STATE_AT + 6;
/** How many are in the line. */
export const WAITING_COUNT_AT = STATE_AT + 7;
/** The primitive's own words. */
export const OWN_AT = STATE_AT + 8;

/** What each thread holds, by its place: its name, an amount, and a stamp of when that was 0 last. */
export const HOLDINGS_AT = STATE_AT + 16;
export const NAME = 0;
export const HELD = 1;
export const HELD_SINCE = 2;
export const HOLDING_WORDS = 4;
/**
 * A record of who waits: a stage, on which the waiter sleeps, a name, an amount, the record behind it in the line or among the vacant
 * ones, a stamp of when it came, and the record ahead of it. Records are named by their first word.
 */
export const WAITER_NAME = 1;
export const WANT = 2;
export const NEXT = 3;
export const WAITING_SINCE = 4;
export const PREVIOUS = 6;
export const WAITER_WORDS = 8;

/** Stages, in the lowest bits of the word; the others are the ticket's. */
export const STAGE_BITS = 2;
export const VACANT = 0;
export const WAITING = 1;
export const GRANTED = 2;
export const REFUSED = 3;

/** How many may wait at most. */
export const MOST_WAITERS = 1 << 16;

/** The size of a monitor's buffer. */
export function monitorByteLength(maxWaiters: number, places = MOST_THREADS): number {
  return (HOLDINGS_AT + places * HOLDING_WORDS + maxWaiters * WAITER_WORDS) * 4;
}
