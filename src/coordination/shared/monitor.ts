/**
 * Counts that threads share, who holds how much of them, and the line of those who wait.
 *
 * @module
 */

import type { AtomicMemory } from "./atomic_memory.ts";
import { LOCK_AT } from "./handle.ts";
import { type HolderWatch, LockAttempt, LockWord, NAME_SHIFT, takeBlocking } from "./lock_word.ts";
import {
  DIED_AT,
  FREE_AT,
  GRANTED,
  HEAD_AT,
  HELD,
  HOLDING_WORDS,
  HOLDINGS_AT,
  NAME,
  REFUSED,
  STAGE,
  STAGE_BITS,
  TAIL_AT,
  VACANT,
  WAITER_NAME,
  WAITER_WORDS,
  WAITING,
  WANT,
} from "./monitor_layout.ts";
import { MOST_THREADS, placeOf } from "./thread_directory.ts";

/** A thread that holds some of a primitive. */
export interface SharedHolder {
  /** What the thread is called: see `nameThread`. */
  readonly owner: string;
  /** How it holds: permits of a semaphore, `"read"` or `"write"` of a read-write lock; 1 otherwise. */
  readonly holds: number | "read" | "write";
}

/** How what is granted relates to what there is. */
export type Rule =
  /** Permits: granted if there are enough, gone until given back. */
  | "lend"
  /** Signals: granted if there are enough, gone for good. */
  | "consume"
  /** A state: granted while there is enough. */
  | "pass"
  /** Phases: granted to whoever came in another phase. */
  | "phase";

/** How a request in line stands. */
export type Standing = "waiting" | "granted" | "refused";

/** How a monitor is opened. */
export interface MonitorOptions {
  readonly rule: Rule;
  /** With "lend": how much there is in all. */
  readonly total: number;
  /** With "lend": from which amount on it matters to others that a thread died which held it. */
  readonly critical: number;
  /** How many records there are; a power of 2. */
  readonly maxWaiters: number;
  /** Names the thread, as locks want it. */
  readonly me: number;
  readonly watch: HolderWatch;
  /** For tests on a model: turns before parking, and how many threads there can be. */
  readonly spins?: number;
  readonly places?: number;
}

/**
 * One thread's view of a lock, a count, what each thread holds of it, and a line of requests; strictly first come, first served.
 *
 * Everything but the stages is touched with the lock held only. A grant is a single write, to the request's stage; how much is free
 * follows from that and from what each thread holds, so that whoever takes the lock over from a dead thread can count anew.
 * A request is a record in a ring, found by its ticket: its stage carries the ticket, so that nobody takes it for another's.
 */
export class Monitor {
  readonly memory: AtomicMemory;
  readonly #options: MonitorOptions;
  readonly #lock: LockWord;
  readonly #holdingAt: number;
  readonly #places: number;
  readonly #waitersAt: number;
  /** Stages whose waiters are to be woken once the lock is left. */
  readonly #woken: number[] = [];

  /** Opens it. */
  constructor(memory: AtomicMemory, options: MonitorOptions) {
    const { me, watch, places = MOST_THREADS } = options;
    this.memory = memory;
    this.#options = options;
    this.#lock = new LockWord(memory, {
      at: LOCK_AT,
      me,
      watch,
      ...(options.spins === undefined ? {} : { spins: options.spins }),
    });
    this.#places = places;
    this.#waitersAt = HOLDINGS_AT + places * HOLDING_WORDS;
    this.#holdingAt = HOLDINGS_AT + placeOf(me >> NAME_SHIFT) * HOLDING_WORDS;
  }

  /** Takes the lock, and counts anew if its last holder left it by dying, or by an exception such as a full stack. */
  enter(): void {
    if (this.#lock.tryTake()) return;
    if (this.#lock.holder === this.#lock.me) return this.#recount();
    const attempt = new LockAttempt(this.#lock);
    takeBlocking(this.#lock, attempt, FOREVER);
    if (attempt.ownerDied) this.#recount();
  }

  /** Leaves the lock, and wakes whoever was granted or refused something. */
  leave(): void {
    this.#lock.release();
    if (this.#woken.length > 0) this.#wake();
  }

  /** How much is free, or which phase it is; a look from outside of the lock. */
  get freeNow(): number {
    return this.memory.load(FREE_AT);
  }

  /** How much is free, or which phase it is. With the lock held. */
  get free(): number {
    return this.memory.read(FREE_AT);
  }

  /** Says how much is free, and serves the line. With the lock held. */
  setFree(free: number): void {
    this.memory.write(FREE_AT, free);
    this.serve();
  }

  /** How much of it this thread holds; changed by this thread only. */
  get mine(): number {
    const at = this.#holdingAt;
    return this.memory.read(at + NAME) === this.#options.me ? this.memory.read(at + HELD) : 0;
  }

  /** Whether nobody waits. With the lock held. */
  get isLineEmpty(): boolean {
    return this.#first() === undefined;
  }

  /** Takes an amount if there is enough and nobody waits for it. With the lock held. */
  tryTake(want: number): boolean {
    if (!this.#fits(want) || !this.isLineEmpty) return false;
    this.#charge(want);
    this.#keep(want);
    return true;
  }

  /** Stands in line; answers the ticket, or `undefined` if the line is full. With the lock held. */
  join(want: number): number | undefined {
    const { memory } = this, { maxWaiters, me } = this.#options, head = memory.read(HEAD_AT);
    for (let ticket = memory.read(TAIL_AT); ((ticket - head) | 0) < maxWaiters; ticket = (ticket + 1) | 0) {
      const at = this.stageAt(ticket), stage = memory.load(at) & REFUSED;
      if (stage === GRANTED || stage === REFUSED) continue; // a record whose waiter has not looked yet: it is passed over
      memory.write(at + WAITER_NAME, me);
      memory.write(at + WANT, want);
      memory.store(at, ticket << STAGE_BITS | WAITING);
      memory.write(TAIL_AT, (ticket + 1) | 0);
      return ticket;
    }
    return undefined;
  }

  /** The word on which the holder of a ticket sleeps. */
  stageAt(ticket: number): number {
    return this.#waitersAt + (ticket & (this.#options.maxWaiters - 1)) * WAITER_WORDS + STAGE;
  }

  /** What that word is while it waits. */
  waitingStage(ticket: number): number {
    return ticket << STAGE_BITS | WAITING;
  }

  /** How a request stands. */
  standing(ticket: number): Standing {
    const word = this.memory.load(this.stageAt(ticket));
    if (word === (ticket << STAGE_BITS | WAITING)) return "waiting";
    return word === (ticket << STAGE_BITS | GRANTED) ? "granted" : "refused";
  }

  /** Takes what was granted, or the news that it was not, and leaves the record to others. With the lock held. */
  collect(ticket: number): void {
    const at = this.stageAt(ticket);
    if (this.standing(ticket) === "granted") this.#keep(this.memory.read(at + WANT));
    this.memory.store(at, VACANT);
  }

  /** Leaves the line; what was granted in that very moment goes to the next. With the lock held. */
  withdraw(ticket: number): void {
    const at = this.stageAt(ticket), standing = this.standing(ticket), want = this.memory.read(at + WANT);
    this.memory.store(at, VACANT);
    if (standing === "granted") this.#refund(want);
    this.serve();
  }

  /** Gives back what this thread holds. With the lock held. */
  giveBack(amount: number): void {
    const { memory } = this, at = this.#holdingAt;
    memory.write(at + HELD, memory.read(at + HELD) - amount);
    this.#refund(amount);
    this.serve();
  }

  /** Grants what there is, in order. With the lock held. */
  serve(): void {
    for (let ticket = this.#first(); ticket !== undefined; ticket = this.#first()) {
      const at = this.stageAt(ticket), want = this.memory.read(at + WANT);
      if (!this.#fits(want)) return;
      this.memory.store(at, ticket << STAGE_BITS | GRANTED);
      this.#charge(want);
      this.#woken.push(at);
    }
  }

  /** Refuses everybody who waits. With the lock held. */
  refuseAll(): void {
    for (let ticket = this.#first(); ticket !== undefined; ticket = this.#first()) {
      const at = this.stageAt(ticket);
      this.memory.store(at, ticket << STAGE_BITS | REFUSED);
      this.#woken.push(at);
    }
  }

  /** How many wait. With the lock held. */
  countWaiting(): number {
    let count = 0;
    this.forEachWaiter(() => count++);
    return count;
  }

  /** Calls `fn` with the name and the wish of each who waits, in order. With the lock held. */
  forEachWaiter(fn: (name: number, want: number) => void): void {
    const { memory } = this, tail = memory.read(TAIL_AT);
    for (let ticket = this.#first() ?? tail; ticket !== tail; ticket = (ticket + 1) | 0) {
      const at = this.stageAt(ticket);
      if (memory.load(at) === (ticket << STAGE_BITS | WAITING)) {
        fn(memory.read(at + WAITER_NAME), memory.read(at + WANT));
      }
    }
  }

  /** Calls `fn` with the name of each thread that holds something, and how much. With the lock held. */
  forEachHolder(fn: (name: number, held: number, at: number) => void): void {
    const { memory } = this;
    for (let place = 0; place < this.#places; place++) {
      const at = HOLDINGS_AT + place * HOLDING_WORDS, held = memory.read(at + HELD);
      if (held !== 0) fn(memory.read(at + NAME), held, at);
    }
  }

  /**
   * Takes back what dead threads hold, and their places in line. With the lock held.
   *
   * @returns How many requests of dead threads were found waiting.
   */
  sweep(): number {
    const { memory } = this, { watch, critical, maxWaiters } = this.#options;
    let requests = 0, isAnyHoldingFound = false;
    this.forEachHolder((name, held, at) => {
      if (!watch.isDead(name)) return;
      if (held >= critical) memory.write(DIED_AT, 1);
      memory.write(at + HELD, 0);
      isAnyHoldingFound = true;
    });
    for (let record = 0; record < maxWaiters; record++) {
      const at = this.#waitersAt + record * WAITER_WORDS, stage = memory.load(at) & REFUSED;
      if (stage === VACANT || !watch.isDead(memory.read(at + WAITER_NAME))) continue;
      memory.store(at, VACANT);
      if (stage === GRANTED) this.#refund(memory.read(at + WANT));
      if (stage === WAITING) requests++;
    }
    if (isAnyHoldingFound) this.#recount();
    else this.serve();
    return requests;
  }

  /** Whether a thread died that held something critical; told until somebody has it who holds as much. With the lock held. */
  tellDied(amount: number): boolean {
    if (this.memory.read(DIED_AT) === 0) return false;
    if (amount >= this.#options.critical) this.memory.write(DIED_AT, 0);
    return true;
  }

  #fits(want: number): boolean {
    return this.#options.rule === "phase" ? this.free !== want : this.free >= want;
  }

  #charge(want: number): void {
    const { rule } = this.#options;
    if (rule === "lend" || rule === "consume") this.memory.write(FREE_AT, this.free - want);
  }

  #refund(want: number): void {
    const { rule } = this.#options;
    if (rule === "lend") this.memory.write(FREE_AT, this.free + want);
    if (rule === "consume") this.memory.write(FREE_AT, Math.min(this.free + want, this.#options.total));
  }

  #keep(want: number): void {
    if (this.#options.rule !== "lend") return;
    const { memory } = this, at = this.#holdingAt, { me } = this.#options;
    const held = memory.read(at + NAME) === me ? memory.read(at + HELD) : this.#inherit(at);
    memory.write(at + HELD, held + want);
  }

  /** Another thread had this place, and is dead: this thread has its record. */
  #inherit(at: number): number {
    const { memory } = this, held = memory.read(at + HELD);
    if (held >= this.#options.critical) memory.write(DIED_AT, 1);
    memory.write(at + HELD, 0);
    memory.write(at + NAME, this.#options.me);
    if (held > 0) this.#refund(held);
    return 0;
  }

  /** The next who is served; undefined if nobody waits. */
  #first(): number | undefined {
    const { memory } = this, tail = memory.read(TAIL_AT), head = memory.read(HEAD_AT);
    let ticket = head;
    while (ticket !== tail && memory.load(this.stageAt(ticket)) !== (ticket << STAGE_BITS | WAITING)) {
      ticket = (ticket + 1) | 0;
    }
    if (ticket !== head) memory.write(HEAD_AT, ticket);
    return ticket === tail ? undefined : ticket;
  }

  /** Works out what is free from what is held and granted. */
  #recount(): void {
    const { memory } = this, { rule, total, maxWaiters } = this.#options;
    if (rule === "lend") {
      let free = total;
      this.forEachHolder((_, held) => free -= held);
      for (let record = 0; record < maxWaiters; record++) {
        const at = this.#waitersAt + record * WAITER_WORDS;
        if ((memory.load(at) & REFUSED) === GRANTED) free -= memory.read(at + WANT);
      }
      memory.write(FREE_AT, free);
    }
    this.serve();
  }

  #wake(): void {
    for (const at of this.#woken) this.memory.notify(at, Infinity); // also a wait of somebody who gave up, and cannot call it off
    this.#woken.length = 0;
  }
}

const FOREVER = { timeoutMs: Infinity, clock: () => 0 };
