/**
 * The line of those who wait for what a monitor grants.
 *
 * @module
 */

import type { SharedAccounts } from "./accounts.ts";
import type { AtomicMemory } from "./atomic_memory.ts";
import {
  FIRST_AT,
  GRANTED,
  LAST_AT,
  NEXT,
  PREVIOUS,
  REFUSED,
  STAGE_BITS,
  TICKETS_AT,
  USED_AT,
  VACANT,
  VACANT_AT,
  WAITER_NAME,
  WAITER_WORDS,
  WAITING,
  WAITING_COUNT_AT,
  WAITING_SINCE,
  WANT,
} from "./monitor_layout.ts";

/** How a request in line stands. */
export type Standing = "waiting" | "granted" | "refused";

/** A place in line, and what for. */
export class Ticket {
  /** `at` is its record, whose first word is `stage` while it waits: the holder may sleep on that. */
  constructor(readonly at: number, readonly stage: number, readonly want: number) {}
}

/** What a line is made of, seen by one thread. */
export interface MonitorLineOptions {
  /** The first word of its records, all of them 0 at first, and how many there are. */
  readonly at: number;
  readonly size: number;
  /** Names the thread, as locks want it. */
  readonly me: number;
  readonly accounts: SharedAccounts;
}

/**
 * Requests in order of arrival, each a record of its own that stays where it is: so whoever gives up leaves room for the next at once,
 * wherever it stood. The records are linked, those in line and those that are vacant again; how a request stands is in its stage alone,
 * along with its ticket, from which {@linkcode relink} makes the links anew. Everything but `standing` is for the holder of the lock.
 */
export class MonitorLine {
  readonly #memory: AtomicMemory;
  readonly #options: MonitorLineOptions;

  /** Opens it. */
  constructor(memory: AtomicMemory, options: MonitorLineOptions) {
    this.#memory = memory;
    this.#options = options;
  }

  /** How a request stands. With or without the lock. */
  standing({ at, stage }: Ticket): Standing {
    const word = this.#memory.load(at);
    if (word === stage) return "waiting";
    return word === (stage ^ WAITING ^ GRANTED) ? "granted" : "refused";
  }

  /** The record of who is served next; 0 if nobody waits. */
  get first(): number {
    return this.#memory.read(FIRST_AT);
  }

  /** How many wait. */
  get count(): number {
    return this.#memory.read(WAITING_COUNT_AT);
  }

  /** What the request of a record wants. */
  want(at: number): number {
    return this.#memory.read(at + WANT);
  }

  /** Stands at the end; `undefined` if all records are taken. */
  join(want: number): Ticket | undefined {
    const memory = this.#memory, { me, accounts } = this.#options, at = this.#allot();
    if (at === 0) return undefined;
    const ticket = memory.read(TICKETS_AT), stage = ticket << STAGE_BITS | WAITING;
    memory.write(TICKETS_AT, (ticket + 1) | 0);
    memory.write(at + WAITER_NAME, me);
    memory.write(at + WANT, want);
    accounts.stamp(at + WAITING_SINCE);
    this.#link(at);
    memory.store(at, stage);
    return new Ticket(at, stage, want);
  }

  /** Takes the request of a record out of the line, with its answer, which its waiter has yet to see. */
  answer(at: number, stage: typeof GRANTED | typeof REFUSED): void {
    this.#memory.store(at, this.#memory.read(at) & ~REFUSED | stage);
    this.#unlink(at);
  }

  /** Leaves a record to others. */
  vacate(at: number): void {
    const memory = this.#memory;
    if (this.stage(at) === WAITING) this.#unlink(at);
    memory.store(at, VACANT);
    memory.write(at + NEXT, memory.read(VACANT_AT));
    memory.write(VACANT_AT, at);
  }

  /** The stage of a record, without its ticket. */
  stage(at: number): number {
    return this.#memory.read(at) & REFUSED;
  }

  /** Calls `fn` with each record that was ever used. */
  forEachRecord(fn: (at: number) => void): void {
    const { at } = this.#options, end = at + this.#memory.read(USED_AT) * WAITER_WORDS;
    for (let record = at; record < end; record += WAITER_WORDS) fn(record);
  }

  /** Calls `fn` with the name and the wish of each who waits, and the word of its stamp, in order. */
  forEachWaiter(fn: (name: number, want: number, sinceAt: number) => void): void {
    const memory = this.#memory;
    for (let at = this.first; at !== 0; at = memory.read(at + NEXT)) {
      fn(memory.read(at + WAITER_NAME), memory.read(at + WANT), at + WAITING_SINCE);
    }
  }

  /** Links the records anew, as a dead thread may have left that half done. */
  relink(): void {
    const memory = this.#memory, waiting: number[] = [];
    for (const at of [FIRST_AT, LAST_AT, VACANT_AT, WAITING_COUNT_AT]) memory.write(at, 0);
    this.forEachRecord((at) => {
      const stage = this.stage(at);
      if (stage === WAITING) waiting.push(at);
      else if (stage === VACANT) this.vacate(at);
    });
    waiting.sort((a, b) => (memory.read(a) - memory.read(b)) | 0); // by ticket, though these wrap around
    for (const at of waiting) this.#link(at);
  }

  /** A record that nobody has; 0 if there is none. */
  #allot(): number {
    const memory = this.#memory, { at, size } = this.#options, vacant = memory.read(VACANT_AT);
    if (vacant !== 0) {
      memory.write(VACANT_AT, memory.read(vacant + NEXT));
      return vacant;
    }
    const used = memory.read(USED_AT);
    if (used === size) return 0;
    memory.write(USED_AT, used + 1);
    return at + used * WAITER_WORDS;
  }

  #link(at: number): void {
    const memory = this.#memory, last = memory.read(LAST_AT);
    memory.write(at + PREVIOUS, last);
    memory.write(at + NEXT, 0);
    memory.write(last === 0 ? FIRST_AT : last + NEXT, at);
    memory.write(LAST_AT, at);
    memory.write(WAITING_COUNT_AT, this.count + 1);
  }

  #unlink(at: number): void {
    const memory = this.#memory, previous = memory.read(at + PREVIOUS), next = memory.read(at + NEXT);
    memory.write(previous === 0 ? FIRST_AT : previous + NEXT, next);
    memory.write(next === 0 ? LAST_AT : next + PREVIOUS, previous);
    memory.write(WAITING_COUNT_AT, this.count - 1);
  }
}
