/**
 * Who waits for a shared pool.
 *
 * @module
 */

import { MOST_COUNTED } from "../../coordination/most_counted.ts";
import type { Books, SharedDemand } from "./books.ts";
import {
  AHEAD,
  BEHIND,
  FIRST_AT,
  FREE_WAITER_HINT_AT,
  GRANTED,
  GRANTED_GENERATION,
  GRANTED_LEASE,
  LAST_AT,
  NOBODY,
  STAGE,
  STAGE_MASK,
  TICKETS_AT,
  WAITERS_AT,
  WAITING,
  WAITING_THREAD,
} from "./layout.ts";
import type { LeaseRecord } from "./lease.ts";
import type { PoolMemory } from "./memory.ts";

/** The stage word of the record's next use, with nobody in it. */
function nextUse(stage: number): number {
  return ((stage & ~STAGE_MASK) + STAGE_MASK + 1) | NOBODY;
}

/**
 * The line in shared memory. Every method is to be called with the lock held, except for {@linkcode stage} and {@linkcode collect}.
 *
 * Served in order of arrival. What a waiter asks for that does not fit is set aside before anybody behind it is looked at, and so kept
 * from all who come later: nobody is ever delayed by somebody behind, however small. What nobody ahead can use goes past them.
 *
 * A record's stage word says everything, and is what its thread waits on. The links follow from stages and tickets; see {@linkcode rebuild}.
 */
export class Line {
  readonly #memory: PoolMemory;
  readonly #books: Books;
  /** Scratch for what a waiter asks for. */
  readonly #demand: SharedDemand = { length: 0, places: [], units: [] };
  /** Scratch for how many want a kind among those whom {@linkcode serve} has not reached yet. */
  readonly #wantedBehind: number[] = [];
  /** Records whose threads are to be notified once the lock is left: whoever is woken wants it. */
  readonly #toWake: number[] = [];

  /** Opens the line. */
  constructor(memory: PoolMemory, books: Books) {
    this.#memory = memory;
    this.#books = books;
  }

  /** How many wait. */
  get size(): number {
    return this.#memory.ints[WAITERS_AT]!;
  }

  /** The index of a record's stage word. */
  stageAt(waiter: number): number {
    return this.#memory.layout.waiter(waiter) + STAGE;
  }

  /** The stage word of a record. */
  stage(waiter: number): number {
    return Atomics.load(this.#memory.words, this.stageAt(waiter));
  }

  /** Puts a demand at the end of the line; answers its record, or -1 if none is free. */
  join(demand: SharedDemand, thread: number): number {
    const { ints, doubles, words, layout } = this.#memory;
    const waiter = this.#findVacant();
    if (waiter < 0) return -1;
    const at = layout.waiter(waiter), demandAt = layout.demandAt + waiter * layout.kinds;
    doubles.fill(0, demandAt, demandAt + layout.kinds);
    for (let i = 0; i < demand.length; i++) {
      const place = demand.places[i]!, units = demand.units[i]!;
      doubles[demandAt + place] = units;
      doubles[layout.setAsideAt + place]! += units;
    }
    doubles[layout.ticketAt + waiter] = doubles[TICKETS_AT]!++;
    ints[at + WAITING_THREAD] = thread;
    ints[at + GRANTED_LEASE] = -1;
    this.#link(waiter);
    ints[WAITERS_AT]!++;
    Atomics.store(words, at + STAGE, (this.stage(waiter) & ~STAGE_MASK) | WAITING);
    return waiter;
  }

  /** Takes a waiter out of the line, if it still is in this stage. */
  leave(waiter: number, stage: number): boolean {
    if (this.stage(waiter) !== stage) return false;
    this.#unlink(waiter);
    Atomics.store(this.#memory.words, this.stageAt(waiter), nextUse(stage));
    this.#memory.ints[WAITERS_AT]!--;
    this.#toWake.push(waiter);
    return true;
  }

  /**
   * Grants whatever has become possible, and reckons anew what is set aside.
   *
   * Ends where nobody further behind wants anything of which some is left: after one step if all wait for the same kind.
   */
  serve(): void {
    const { ints, doubles, layout } = this.#memory, { kinds, freeAt, setAsideAt, wantedAt } = layout;
    const books = this.#books, demand = this.#demand, wantedBehind = this.#wantedBehind;
    for (let place = 0; place < kinds; place++) {
      doubles[setAsideAt + place] = 0;
      wantedBehind[place] = doubles[wantedAt + place]!;
    }
    for (let waiter = ints[FIRST_AT]!; waiter >= 0;) {
      const next = ints[layout.waiter(waiter) + BEHIND]!;
      this.#readDemand(waiter);
      const isGranted = books.vacantLease >= 0 && books.fits(demand);
      for (let i = 0; i < demand.length; i++) {
        const place = demand.places[i]!;
        wantedBehind[place]!--;
        if (!isGranted) doubles[setAsideAt + place]! += demand.units[i]!;
      }
      if (isGranted) this.#grant(waiter);
      let isOver = true;
      for (let place = 0; place < kinds; place++) {
        if (wantedBehind[place]! > 0 && doubles[freeAt + place]! > doubles[setAsideAt + place]!) isOver = false;
      }
      if (isOver) return;
      waiter = next;
    }
  }

  /** Takes what was granted, if the record is in the stage after `stage`: undefined if not, as it was taken back. No lock needed. */
  collect(waiter: number, stage: number): LeaseRecord | undefined {
    const { words, ints, layout } = this.#memory, at = layout.waiter(waiter);
    const granted = (stage & ~STAGE_MASK) | GRANTED;
    if (Atomics.load(words, at + STAGE) !== granted) return undefined;
    const place = ints[at + GRANTED_LEASE]!, generation = ints[at + GRANTED_GENERATION]!;
    return Atomics.compareExchange(words, at + STAGE, granted, nextUse(stage)) === granted
      ? { place, generation }
      : undefined;
  }

  /** Takes a thread's waiters out of line; what they were granted is the books' affair. */
  dismiss(thread: number): void {
    const { words, ints, layout } = this.#memory;
    for (let waiter = 0; waiter < layout.maxWaiters; waiter++) {
      const stage = this.stage(waiter);
      if (ints[layout.waiter(waiter) + WAITING_THREAD] !== thread || (stage & STAGE_MASK) === NOBODY) continue;
      if ((stage & STAGE_MASK) === WAITING) this.leave(waiter, stage);
      else if (Atomics.compareExchange(words, this.stageAt(waiter), stage, nextUse(stage)) === stage) {
        this.#toWake.push(waiter);
      }
    }
  }

  /** Whether anybody is to be notified. */
  get hasToWake(): boolean {
    return this.#toWake.length > 0;
  }

  /** Notifies whose waits have ended; to be called after the lock was left. */
  wake(): void {
    const { words } = this.#memory, toWake = this.#toWake;
    while (toWake.length > 0) Atomics.notify(words, this.stageAt(toWake.pop()!));
  }

  /** How many wait before a waiter, for people; it looks at {@linkcode MOST_COUNTED} of them at most. */
  describeAhead(waiter: number): string {
    const { ints, layout } = this.#memory;
    let ahead = 0;
    for (let at = ints[layout.waiter(waiter) + AHEAD]!; at >= 0; at = ints[layout.waiter(at) + AHEAD]!) {
      if (++ahead === MOST_COUNTED) return `at least ${ahead}`;
    }
    return String(ahead);
  }

  /** Lines up anew all who wait, by their tickets, takes back grants that were not completed, and wakes everybody. */
  rebuild(): void {
    const { ints, doubles, layout } = this.#memory;
    const waiting: number[] = [];
    for (let waiter = 0; waiter < layout.maxWaiters; waiter++) {
      const at = layout.waiter(waiter);
      if ((this.stage(waiter) & STAGE_MASK) !== WAITING) continue;
      if (ints[at + GRANTED_LEASE]! >= 0) {
        this.#books.takeBack(ints[at + GRANTED_LEASE]!, ints[at + GRANTED_GENERATION]!);
      }
      ints[at + GRANTED_LEASE] = -1;
      waiting.push(waiter);
    }
    waiting.sort((a, b) => doubles[layout.ticketAt + a]! - doubles[layout.ticketAt + b]!);
    ints[FIRST_AT] = ints[LAST_AT] = -1;
    doubles.fill(0, layout.wantedAt, layout.wantedAt + layout.kinds);
    for (const waiter of waiting) this.#link(waiter);
    ints[WAITERS_AT] = waiting.length;
    for (let waiter = 0; waiter < layout.maxWaiters; waiter++) this.#toWake.push(waiter);
  }

  #grant(waiter: number): void {
    const { words, ints, layout } = this.#memory, books = this.#books, at = layout.waiter(waiter);
    const lease = books.vacantLease;
    ints[at + GRANTED_GENERATION] = (books.generation(lease) + 1) | 0;
    ints[at + GRANTED_LEASE] = lease; // said before it is granted: a grant that was not completed can be found
    books.grant(this.#demand, ints[at + WAITING_THREAD]!);
    this.#unlink(waiter);
    Atomics.store(words, at + STAGE, (this.stage(waiter) & ~STAGE_MASK) | GRANTED);
    this.#memory.ints[WAITERS_AT]!--;
    this.#toWake.push(waiter);
  }

  #readDemand(waiter: number): void {
    const { doubles, layout } = this.#memory, demand = this.#demand;
    const demandAt = layout.demandAt + waiter * layout.kinds;
    demand.length = 0;
    for (let place = 0; place < layout.kinds; place++) {
      const units = doubles[demandAt + place]!;
      if (units === 0) continue;
      demand.places[demand.length] = place;
      demand.units[demand.length++] = units;
    }
  }

  #findVacant(): number {
    const { ints, layout } = this.#memory, { maxWaiters } = layout;
    for (let i = 0, waiter = ints[FREE_WAITER_HINT_AT]!; i < maxWaiters; i++, waiter++) {
      if (waiter >= maxWaiters) waiter = 0;
      if ((this.stage(waiter) & STAGE_MASK) !== NOBODY) continue;
      ints[FREE_WAITER_HINT_AT] = waiter + 1;
      return waiter;
    }
    return -1;
  }

  #link(waiter: number): void {
    const { ints, layout } = this.#memory, at = layout.waiter(waiter), last = ints[LAST_AT]!;
    ints[at + AHEAD] = last;
    ints[at + BEHIND] = -1;
    if (last < 0) ints[FIRST_AT] = waiter;
    else ints[layout.waiter(last) + BEHIND] = waiter;
    ints[LAST_AT] = waiter;
    this.#countWants(waiter, 1);
  }

  #unlink(waiter: number): void {
    const { ints, layout } = this.#memory, at = layout.waiter(waiter);
    const ahead = ints[at + AHEAD]!, behind = ints[at + BEHIND]!;
    if (ahead < 0) ints[FIRST_AT] = behind;
    else ints[layout.waiter(ahead) + BEHIND] = behind;
    if (behind < 0) ints[LAST_AT] = ahead;
    else ints[layout.waiter(behind) + AHEAD] = ahead;
    this.#countWants(waiter, -1);
  }

  #countWants(waiter: number, change: 1 | -1): void {
    const { doubles, layout } = this.#memory, demandAt = layout.demandAt + waiter * layout.kinds;
    for (let place = 0; place < layout.kinds; place++) {
      if (doubles[demandAt + place]! > 0) doubles[layout.wantedAt + place]! += change;
    }
  }
}
