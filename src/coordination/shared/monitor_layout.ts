/**
 * Where a monitor's words lie: a line's ends and a count, what each thread holds, and who waits.
 *
 * @module
 */

import { STATE_AT } from "./handle.ts";
import { MOST_THREADS } from "./thread_directory.ts";

/** Where the first word of the line lies: which ticket is served next, which is given out next, and what there is. */
export const HEAD_AT = STATE_AT;
export const TAIL_AT = STATE_AT + 1;
export const FREE_AT = STATE_AT + 2;
export const DIED_AT = STATE_AT + 3;
/** The primitive's own words. */
export const OWN_AT = STATE_AT + 4;

/** What each thread holds, by its place: its name, an amount, and a stamp of when that was 0 last. */
export const HOLDINGS_AT = STATE_AT + 16;
export const NAME = 0;
export const HELD = 1;
export const HELD_SINCE = 2;
export const HOLDING_WORDS = 4;
/** Who waits, by ticket: a stage, on which the waiter sleeps, a name, an amount, and a stamp of when it came. */
export const STAGE = 0;
export const WAITER_NAME = 1;
export const WANT = 2;
export const WAITING_SINCE = 4;
export const WAITER_WORDS = 6;

/** Stages, in the lowest bits of the word; the others are the ticket's. */
export const STAGE_BITS = 2;
export const VACANT = 0;
export const WAITING = 1;
export const GRANTED = 2;
export const REFUSED = 3;

/** How many may wait at most. */
export const MOST_WAITERS = 1 << 16;

/** The size of a monitor's buffer, with room for a power of 2 of waiters. */
export function monitorByteLength(maxWaiters: number, places = MOST_THREADS): number {
  return (HOLDINGS_AT + places * HOLDING_WORDS + maxWaiters * WAITER_WORDS) * 4;
}

/** How many records a primitive has for those who wait: the next power of 2. */
export function waiterRecords(maxWaiters: number): number {
  return 1 << Math.ceil(Math.log2(maxWaiters));
}
