/**
 * Counts that threads share, who holds how much of them, and the line of those who wait.
 *
 * @module
 */

import type { SharedAccounts } from "./accounts.ts";
import type { AtomicMemory } from "./atomic_memory.ts";
import { LOCK_AT } from "./handle.ts";
import { Holdings } from "./holdings.ts";
import { type HolderWatch, LockAttempt, LockWord, takeBlocking } from "./lock_word.ts";
import {
  FREE_AT,
  GRANTED,
  HEAD_AT,
  HOLDING_WORDS,
  HOLDINGS_AT,
  REFUSED,
  STAGE,
  STAGE_BITS,
  TAIL_AT,
  VACANT,
  WAITER_NAME,
  WAITER_WORDS,
  WAITING,
  WAITING_SINCE,
  WANT,
} from "./monitor_layout.ts";
import { MOST_THREADS } from "./thread_directory.ts";

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
  /**
   * Called when somebody leaves the line before its turn, or is found dead in it: perhaps more than once, and before its place is
   * vacant, so that it is called again if this thread dies meanwhile. With the lock held.
   */
  readonly deserted?: () => void;
  /** Called when the lock was taken over from a dead thread, to finish what that may have begun. With the lock held. */
  readonly mend?: () => void;
  /** How many records there are; a power of 2. */
  readonly maxWaiters: number;
  /** Names the thread, as locks want it. */
  readonly me: number;
  readonly watch: HolderWatch;
  readonly accounts: SharedAccounts;
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
  readonly holdings: Holdings;
  readonly #options: MonitorOptions;
  readonly #lock: LockWord;
  readonly #waitersAt: number;
  /** Stages whose waiters are to be woken once the lock is left. */
  readonly #woken: number[] = [];

  /** Opens it. */
  constructor(memory: AtomicMemory, options: MonitorOptions) {
    const { me, watch, critical, accounts, places = MOST_THREADS } = options;
    this.memory = memory;
    this.holdings = new Holdings(memory, { me, watch, places, critical, accounts });
    this.#options = options;
    this.#lock = new LockWord(memory, {
      at: LOCK_AT,
      me,
      watch,
      ...(options.spins === undefined ? {} : { spins: options.spins }),
    });
    this.#waitersAt = HOLDINGS_AT + places * HOLDING_WORDS;
  }

  /** Takes the lock, and counts anew if its last holder left it by dying, or by an exception such as a full stack. */
  enter(): void {
    if (this.#lock.tryTake()) return;
    if (this.#lock.holder === this.#lock.me) return this.#mend();
    const attempt = new LockAttempt(this.#lock);
    takeBlocking(this.#lock, attempt, FOREVER);
    if (attempt.ownerDied) this.#mend();
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

  /** Whether nobody waits. With the lock held. */
  get isLineEmpty(): boolean {
    return this.#first() === undefined;
  }

  /** Takes an amount if there is enough and nobody waits for it. With the lock held. */
  tryTake(want: number): boolean {
    if (!this.#fits(want) || !this.isLineEmpty) return false;
    this.#charge(want);
    this.#keep(want);
    this.#options.accounts.granted();
    return true;
  }

  /** Stands in line; answers the ticket, or `undefined` if the line is full. With the lock held. */
  join(want: number): number | undefined {
    const { memory } = this, { maxWaiters, me, accounts } = this.#options, head = memory.read(HEAD_AT);
    for (let ticket = memory.read(TAIL_AT); ((ticket - head) | 0) < maxWaiters; ticket = (ticket + 1) | 0) {
      const at = this.stageAt(ticket), stage = memory.load(at) & REFUSED;
      if (stage === GRANTED || stage === REFUSED) continue; // a record whose waiter has not looked yet: it is passed over
      memory.write(at + WAITER_NAME, me);
      memory.write(at + WANT, want);
      accounts.stamp(at + WAITING_SINCE);
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
    const at = this.stageAt(ticket), { accounts } = this.#options;
    if (this.standing(ticket) === "granted") {
      this.#keep(this.memory.read(at + WANT));
      accounts.granted();
      accounts.served(at + WAITING_SINCE);
    }
    this.memory.store(at, VACANT);
  }

  /** Leaves the line; false if the request waits no more, and has its answer. With the lock held. */
  withdraw(ticket: number): boolean {
    if (this.standing(ticket) !== "waiting") return false;
    this.#options.deserted?.();
    this.memory.store(this.stageAt(ticket), VACANT);
    this.serve();
    return true;
  }

  /** Gives back what this thread holds. With the lock held. */
  giveBack(amount: number): void {
    this.holdings.subtract(amount);
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

  /** Calls `fn` with the name and the wish of each who waits, and the word of its stamp, in order. With the lock held. */
  forEachWaiter(fn: (name: number, want: number, sinceAt: number) => void): void {
    const { memory } = this, tail = memory.read(TAIL_AT);
    for (let ticket = this.#first() ?? tail; ticket !== tail; ticket = (ticket + 1) | 0) {
      const at = this.stageAt(ticket);
      if (memory.load(at) === (ticket << STAGE_BITS | WAITING)) {
        fn(memory.read(at + WAITER_NAME), memory.read(at + WANT), at + WAITING_SINCE);
      }
    }
  }

  /** Takes back what dead threads hold, and their places in line. With the lock held. */
  sweep(): void {
    const { memory } = this, { watch, maxWaiters, deserted } = this.#options, isAnyHoldingFound = this.holdings.sweep();
    for (let record = 0; record < maxWaiters; record++) {
      const at = this.#waitersAt + record * WAITER_WORDS, stage = memory.load(at) & REFUSED;
      if (stage === VACANT || !watch.isDead(memory.read(at + WAITER_NAME))) continue;
      if (stage === WAITING) deserted?.();
      if (stage === GRANTED) this.#refund(memory.read(at + WANT)); // first: or it is lost if this thread dies here
      memory.store(at, VACANT);
    }
    if (isAnyHoldingFound) this.#recount();
    this.serve();
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
    const orphaned = this.holdings.add(want);
    if (orphaned > 0) this.#refund(orphaned);
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

  /** Brings everything in order that a dead thread may have left half done. */
  #mend(): void {
    this.#recount();
    this.#options.mend?.();
    this.serve();
  }

  /** Works out what is free from what is held and granted. */
  #recount(): void {
    const { memory } = this, { rule, total, maxWaiters } = this.#options;
    if (rule !== "lend") return;
    let free = total;
    this.holdings.forEach((_, held) => free -= held);
    for (let record = 0; record < maxWaiters; record++) {
      const at = this.#waitersAt + record * WAITER_WORDS;
      if ((memory.load(at) & REFUSED) === GRANTED) free -= memory.read(at + WANT);
    }
    memory.write(FREE_AT, free);
  }

  #wake(): void {
    for (const at of this.#woken) this.memory.notify(at, Infinity); // also a wait of somebody who gave up, and cannot call it off
    this.#woken.length = 0;
  }
}

const FOREVER = { timeoutMs: Infinity, clock: () => 0 };
