/**
 * Counts that threads share, who holds how much of them, and the line of those who wait.
 *
 * @module
 */

import type { SharedAccounts } from "./accounts.ts";
import type { AtomicMemory } from "./atomic_memory.ts";
import { LOCK_AT } from "./handle.ts";
import { Holdings } from "./holdings.ts";
import { type HolderWatch, LockWord, takeBriefly } from "./lock_word.ts";
import {
  FREE_AT,
  GRANTED,
  HOLDING_WORDS,
  HOLDINGS_AT,
  REFUSED,
  VACANT,
  WAITER_NAME,
  WAITING,
  WAITING_SINCE,
} from "./monitor_layout.ts";
import { MonitorLine, type Standing, type Ticket } from "./monitor_line.ts";
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
  /** How many records there are. */
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
 */
export class Monitor {
  readonly memory: AtomicMemory;
  readonly holdings: Holdings;
  readonly line: MonitorLine;
  readonly #options: MonitorOptions;
  readonly #lock: LockWord;
  /** Stages whose waiters are to be woken once the lock is left. */
  readonly #woken: number[] = [];

  /** Opens it. */
  constructor(memory: AtomicMemory, options: MonitorOptions) {
    const { me, watch, critical, accounts, maxWaiters, places = MOST_THREADS } = options;
    this.memory = memory;
    this.holdings = new Holdings(memory, { me, watch, places, critical, accounts });
    this.#options = options;
    this.#lock = new LockWord(memory, {
      at: LOCK_AT,
      me,
      watch,
      ...(options.spins === undefined ? {} : { spins: options.spins }),
    });
    const waitersAt = HOLDINGS_AT + places * HOLDING_WORDS;
    this.line = new MonitorLine(memory, { at: waitersAt, size: maxWaiters, me, accounts });
  }

  /** Takes the lock, for which a main thread does not sleep, and counts anew if its last holder left it by dying, or by an exception such as a full stack. */
  enter(): void {
    if (this.#lock.tryTake()) return;
    if (this.#lock.holder === this.#lock.me || takeBriefly(this.#lock)) this.#mend();
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

  /** Takes an amount if there is enough and nobody waits for it. With the lock held. */
  tryTake(want: number): boolean {
    if (!this.#fits(want) || this.line.first !== 0) return false;
    this.#charge(want);
    this.#keep(want);
    this.#options.accounts.granted();
    return true;
  }

  /** How a request stands. With or without the lock. */
  standing(ticket: Ticket): Standing {
    return this.line.standing(ticket);
  }

  /** Takes what was granted, or the news that it was not, and leaves the record to others. With the lock held. */
  collect(ticket: Ticket): void {
    const { at, want } = ticket, { accounts } = this.#options;
    if (this.standing(ticket) === "granted") {
      this.#keep(want);
      accounts.granted();
      accounts.served(at + WAITING_SINCE);
    }
    this.line.vacate(at);
  }

  /** Leaves the line; false if the request waits no more, and has its answer. With the lock held. */
  withdraw(ticket: Ticket): boolean {
    if (this.standing(ticket) !== "waiting") return false;
    this.#options.deserted?.();
    this.line.vacate(ticket.at);
    this.serve();
    return true;
  }

  /** Leaves to others what was granted and not yet taken; false if it was not, or has passed for all. With the lock held. */
  decline(ticket: Ticket): boolean {
    if (this.#options.rule === "phase" || this.standing(ticket) !== "granted") return false;
    this.#refund(ticket.want); // first: or it is lost if this thread dies here
    this.line.vacate(ticket.at);
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
    const { line } = this;
    for (let at = line.first; at !== 0; at = line.first) {
      const want = line.want(at);
      if (!this.#fits(want)) return;
      line.answer(at, GRANTED);
      this.#charge(want);
      this.#woken.push(at);
    }
  }

  /** Refuses everybody who waits. With the lock held. */
  refuseAll(): void {
    const { line } = this;
    for (let at = line.first; at !== 0; at = line.first) {
      line.answer(at, REFUSED);
      this.#woken.push(at);
    }
  }

  /** Takes back what dead threads hold, and their places in line. With the lock held. */
  sweep(): void {
    const { memory, line } = this, { watch, deserted } = this.#options, isAnyHoldingFound = this.holdings.sweep();
    line.forEachRecord((at) => {
      const stage = line.stage(at);
      if (stage === VACANT || !watch.isDead(memory.read(at + WAITER_NAME))) return;
      if (stage === WAITING) deserted?.();
      if (stage === GRANTED) this.#refund(line.want(at)); // first: or it is lost if this thread dies here
      line.vacate(at);
    });
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

  /** Brings everything in order that a dead thread may have left half done. */
  #mend(): void {
    this.line.relink();
    this.#recount();
    this.#options.mend?.();
    this.serve();
  }

  /** Works out what is free from what is held and granted. */
  #recount(): void {
    const { line } = this, { rule, total } = this.#options;
    if (rule !== "lend") return;
    let free = total;
    this.holdings.forEach((_, held) => free -= held);
    line.forEachRecord((at) => {
      if (line.stage(at) === GRANTED) free -= line.want(at);
    });
    this.memory.write(FREE_AT, free);
  }

  #wake(): void {
    for (const at of this.#woken) this.memory.notify(at, Infinity); // also a wait of somebody who gave up, and cannot call it off
    this.#woken.length = 0;
  }
}
