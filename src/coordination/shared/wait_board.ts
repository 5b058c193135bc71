/**
 * Who waits for a primitive whose line no thread knows as a whole.
 *
 * @module
 */

import type { SharedAccounts } from "./accounts.ts";
import type { SharedWords } from "./atomic_memory.ts";
import type { Membership } from "./membership.ts";
import { type SharedWaiterSnapshot, waiterOf } from "./snapshot.ts";

/** A record, in words: a name, negative while the rest is being written; what is wanted; a stamp of when the wait began. */
const WANT = 1;
const SINCE = 2;
const RECORD_WORDS = 4;
const RECORDS = 64;

/** What a board takes, in bytes. */
export const BOARD_BYTES = RECORDS * RECORD_WORDS * 4;
/** Somebody whom the board has no room for. */
export const NO_RECORD = -1;

/** A place to write on that one waits, for snapshots only: no protocol looks at it. It has room for 64, and in no order. */
export class WaitBoard {
  readonly #memory: SharedWords;
  readonly #at: number;
  readonly #member: Membership;
  readonly #accounts: SharedAccounts;

  /** Opens the board that begins at a word, which is even; all of it is 0 at first. */
  constructor(memory: SharedWords, at: number, { member, accounts }: {
    readonly member: Membership;
    readonly accounts: SharedAccounts;
  }) {
    this.#memory = memory;
    this.#at = at;
    this.#member = member;
    this.#accounts = accounts;
  }

  /** Writes on that this thread waits; answers the record, {@linkcode NO_RECORD} if all are taken. O(records taken). */
  enter(want: number): number {
    const memory = this.#memory, me = this.#member.lockName, end = this.#at + RECORDS * RECORD_WORDS;
    for (let at = this.#at; at < end; at += RECORD_WORDS) {
      if (memory.read(at) !== 0 || memory.compareExchange(at, 0, -me) !== 0) continue;
      memory.write(at + WANT, want);
      this.#accounts.stamp(at + SINCE);
      memory.store(at, me);
      return at;
    }
    return NO_RECORD;
  }

  /** Wipes a record. */
  leave(record: number): void {
    if (record !== NO_RECORD) this.#memory.store(record, 0);
  }

  /** The word of the stamp of a record. */
  sinceAt(record: number): number | undefined {
    return record === NO_RECORD ? undefined : record + SINCE;
  }

  /** Who waits; wipes what the dead have left. */
  list(): SharedWaiterSnapshot[] {
    const memory = this.#memory, member = this.#member, waiters: SharedWaiterSnapshot[] = [];
    for (let i = 0; i < RECORDS; i++) {
      const at = this.#at + i * RECORD_WORDS, name = memory.load(at);
      if (name !== 0 && member.isDead(Math.abs(name))) memory.compareExchange(at, name, 0);
      else if (name > 0) {
        const wants = memory.read(at + WANT), waitedMs = this.#accounts.since(at + SINCE);
        waiters.push(waiterOf(member.directory, name, { wants, waitedMs }));
      }
    }
    return waiters;
  }
}
