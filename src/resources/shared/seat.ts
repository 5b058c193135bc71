/**
 * One thread's part in a shared pool.
 *
 * @module
 */

import { Books, type SharedDemand } from "./books.ts";
import { SharedPoolDetachedError, SharedPoolFullError } from "./errors.ts";
import type { SharedKinds } from "./kinds.ts";
import { ATTACHED, DEATHS_AT, FENCED, GENERATION, LEAKS_AT, NEXT_SWEEP_MS_AT, REPAIRS_AT, STATE } from "./layout.ts";
import { describeLease, type HeldLease, type LeaseRecord } from "./lease.ts";
import { Line } from "./line.ts";
import { SharedLock } from "./lock.ts";
import type { PoolMemory } from "./memory.ts";
import { Roster } from "./roster.ts";

/** How often those who wait look whether somebody has died, in milliseconds; all threads together, not each. */
export const SWEEP_MS = 250;

/** A waiter's record, and the stage that it waits to leave. */
export interface LinePlace {
  readonly waiter: number;
  readonly stage: number;
}

/** Locks, calls the books, the line and the roster in the right order, and mends what the dead leave behind. */
export class Seat<Kinds extends string> {
  readonly memory: PoolMemory;
  readonly kinds: SharedKinds<Kinds>;
  readonly line: Line;
  readonly #books: Books;
  readonly #roster: Roster;
  readonly #lock: SharedLock;
  readonly #place: number;
  readonly #threadAt: number;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #answer = (): void => this.#answered();
  /** What this thread gave back last, while nobody else is known to have it: it may be had again without the lock. */
  #returned: HeldLease<Kinds> | undefined = undefined;
  #left: SharedPoolDetachedError | undefined = undefined;

  /**
   * Takes a place in the pool.
   *
   * @throws {SharedPoolFullError} If there is none.
   */
  constructor(memory: PoolMemory, kinds: SharedKinds<Kinds>) {
    this.memory = memory;
    this.kinds = kinds;
    this.#words = memory.words;
    this.#books = new Books(memory);
    this.line = new Line(memory, this.#books);
    this.#roster = new Roster(memory);
    this.#place = this.#roster.enrol();
    if (this.#place < 0) throw new SharedPoolFullError("threads", memory.layout.maxThreads);
    this.#threadAt = memory.layout.thread(this.#place);
    this.#lock = new SharedLock(memory.words, this.name, this.#roster);
    this.#roster.admit(this.#place);
  }

  /** The thread's name among all that attach. */
  get name(): number {
    return this.#roster.name(this.#place);
  }

  /** Lets other threads find out whether this one lives. Until then they cannot; a thread that nobody else knows of saves it. */
  beKnown(): void {
    if (this.#left === undefined) this.#roster.arm(this.#place, this.#answer);
  }

  /** Grants a demand now, if it fits beside what is set aside. Hot path: without the lock if it is what was given back last. */
  tryTake(demand: SharedDemand): HeldLease<Kinds> | undefined {
    const returned = this.#returned;
    if (returned !== undefined && returned.isOf(demand)) {
      this.#returned = undefined;
      if (this.#books.retakeUnlocked(this.#threadAt, returned.place)) return returned.again();
    }
    return this.#tryTakeLocked(demand);
  }

  /** Grants a demand now if it can, and else stands in line for it. */
  takeOrJoin(demand: SharedDemand): HeldLease<Kinds> | LinePlace {
    const books = this.#books, line = this.line;
    this.#enter();
    if (!books.fits(demand) && books.forbidReturns() && line.size > 0) line.serve();
    if (books.fits(demand)) return this.#grant(demand);
    const waiter = line.join(demand, this.#place), stage = waiter < 0 ? 0 : line.stage(waiter);
    this.#leave();
    if (waiter < 0) throw new SharedPoolFullError("waiters", this.memory.layout.maxWaiters);
    return { waiter, stage };
  }

  /**
   * What a waiter was granted; undefined while it waits.
   *
   * @throws {SharedPoolDetachedError} If this thread was detached meanwhile.
   */
  collect({ waiter, stage }: LinePlace, demand: SharedDemand): HeldLease<Kinds> | undefined {
    if (this.line.stage(waiter) === stage) return undefined;
    const granted = this.line.collect(waiter, stage);
    if (granted === undefined) throw this.#detached();
    return describeLease(this, granted, demand);
  }

  /** Takes a waiter out of line; if it was granted something at that very moment, gives it back. */
  withdraw({ waiter, stage }: LinePlace): void {
    if (!this.#tryEnter()) return;
    if (!this.line.leave(waiter, stage)) {
      const granted = this.line.collect(waiter, stage);
      if (granted !== undefined) this.#books.takeBack(granted.place, granted.generation);
    }
    this.#books.enterReturns();
    this.line.serve(); // even if nobody is left: nothing is set aside any more
    this.#leave();
  }

  /** Gives a lease back. Hot path: without the lock while nobody waits. */
  giveBack(lease: HeldLease<Kinds>): void {
    if (this.#left !== undefined) return; // its record may be another thread's by now
    if (!lease.published && this.#books.returnUnlocked(this.#threadAt, lease.place)) {
      this.#returned = lease;
      return;
    }
    if (!this.#tryEnter()) return;
    this.#books.takeBack(lease.place, lease.generation);
    if (this.line.size === 0) this.#books.allowReturns(this.#threadAt);
    this.#serveAndLeave();
  }

  /** Gives a part of a lease back; false if it is not held any more. */
  giveBackPart({ place, generation }: LeaseRecord, part: SharedDemand): boolean {
    if (!this.#tryEnter()) return false;
    const held = this.#books.takePart(place, generation, part);
    this.#serveAndLeave();
    return held;
  }

  /** Gives back the lease of an id, whoever holds it; false if that has happened before. */
  giveBackById(id: number): boolean {
    const { maxLeases } = this.memory.layout, generation = Math.floor(id / maxLeases);
    this.#enter();
    const held = id >= 0 && generation < 2 ** 32 && this.#books.takeBack(id % maxLeases, generation | 0);
    this.#serveAndLeave();
    return held;
  }

  /** A number that names a lease. */
  leaseId({ place, generation }: LeaseRecord): number {
    return (generation >>> 0) * this.memory.layout.maxLeases + place;
  }

  /** Whether a lease is held still. */
  holds({ place, generation }: LeaseRecord): boolean {
    return Atomics.load(this.#words, this.memory.layout.lease(place) + GENERATION) === generation;
  }

  /** Takes back what the thread of a name holds, and keeps it from ever taking more; false if it takes no part. */
  reclaim(name: number): boolean {
    this.#enter();
    let found = -1;
    for (let place = this.#roster.end - 1; place >= 0; place--) {
      if (this.#roster.name(place) === name && this.#roster.state(place) === ATTACHED) found = place;
    }
    if (found >= 0) {
      this.#roster.fence(found);
      this.memory.doubles[LEAKS_AT]! += this.#evict(found);
      this.memory.doubles[DEATHS_AT]!++;
      this.line.serve();
    }
    this.#leave();
    if (found >= 0 && this.#roster.probe(found) === "dead") this.sweep(true); // whoever lives finds out by being asked
    return found >= 0;
  }

  /** Takes back what dead threads hold; answers how many were found. Asks at most every {@linkcode SWEEP_MS} unless it is urgent. */
  sweep(urgent: boolean): number {
    if (!this.#tryEnter()) return 0;
    const { doubles } = this.memory, roster = this.#roster, nowMs = performance.timeOrigin + performance.now();
    const dueInMs = doubles[NEXT_SWEEP_MS_AT]! - nowMs;
    let deaths = 0;
    if (urgent || dueInMs <= 0 || dueInMs > SWEEP_MS) {
      doubles[NEXT_SWEEP_MS_AT] = nowMs + SWEEP_MS * 0.9;
      for (let place = roster.end - 1; place >= 0; place--) {
        const state = roster.state(place);
        if (place === this.#place || (state !== ATTACHED && state !== FENCED)) continue;
        if (roster.probeIfDue(place, urgent) !== "dead") continue;
        doubles[LEAKS_AT]! += this.#evict(place);
        roster.strike(place);
        if (state === ATTACHED) deaths++;
      }
      doubles[DEATHS_AT]! += deaths;
      if (deaths > 0) this.line.serve();
    }
    this.#leave();
    return deaths;
  }

  /** Gives back all that this thread holds, and its place. */
  detach(): void {
    if (!this.#tryEnter()) return;
    this.#goAway(false);
  }

  /**
   * Calls `read` while nobody else changes anything, after all that was given back is entered.
   *
   * @throws {SharedPoolDetachedError} If this thread takes no part any more.
   */
  inspect<Result>(read: (books: Books, roster: Roster) => Result): Result {
    this.#enter();
    this.#enterReturns();
    const result = read(this.#books, this.#roster);
    this.#leave();
    return result;
  }

  /** Why this thread may not take part; to be called when it has turned out that it may not. */
  #detached(): SharedPoolDetachedError {
    return this.#left ?? new SharedPoolDetachedError(true);
  }

  /** @throws {SharedPoolDetachedError} If this thread takes no part any more. */
  #enter(): void {
    if (!this.#tryEnter()) throw this.#detached();
  }

  /** Takes the lock; false, and not taken, if this thread takes no part any more. */
  #tryEnter(): boolean {
    if (this.#left !== undefined) return false;
    if (!this.#lock.take()) this.#mend();
    if (this.memory.ints[this.#threadAt + STATE] === ATTACHED) return true;
    this.#leave();
    return false;
  }

  #leave(): void {
    this.#lock.leave();
    if (this.line.hasToWake) this.line.wake();
  }

  #serveAndLeave(): void {
    if (this.line.size > 0) this.line.serve();
    this.#leave();
  }

  #tryTakeLocked(demand: SharedDemand): HeldLease<Kinds> | undefined {
    const books = this.#books;
    this.#enter();
    books.enterOwnReturn(this.#threadAt); // so that the next one can be given back without the lock
    this.#returned = undefined;
    if (!books.fits(demand)) {
      this.#enterReturns();
      if (!books.fits(demand)) {
        this.#leave();
        return undefined;
      }
    }
    return this.#grant(demand);
  }

  /** Enters what was given back without the lock; what becomes possible is for those who wait. */
  #enterReturns(): void {
    if (this.#books.enterReturns() && this.line.size > 0) this.line.serve();
  }

  /** Grants a demand that fits, and leaves the critical section. */
  #grant(demand: SharedDemand): HeldLease<Kinds> {
    const books = this.#books;
    if (books.vacantLease < 0) this.#enterReturns();
    const place = books.vacantLease;
    if (place < 0) {
      this.#leave();
      throw new SharedPoolFullError("leases", this.memory.layout.maxLeases);
    }
    const generation = books.grant(demand, this.#place);
    this.#leave();
    return describeLease(this, { place, generation }, demand);
  }

  /** Takes everything from a thread; its record stays. Answers how many leases it had. */
  #evict(place: number): number {
    const count = this.#books.takeBackFrom(place);
    this.line.dismiss(place);
    return count;
  }

  /** The last critical section was not left properly: counts everything anew. */
  #mend(): void {
    this.line.rebuild();
    this.#books.rebuild();
    for (let place = this.#roster.end - 1; place >= 0; place--) {
      if (this.#roster.state(place) === FENCED) this.#evict(place);
    }
    this.line.serve();
    this.memory.doubles[REPAIRS_AT]!++;
  }

  /** With the lock held: evicts this thread, and leaves the section for the last time. */
  #goAway(reclaimed: boolean): void {
    this.#left = new SharedPoolDetachedError(reclaimed);
    this.#returned = undefined;
    this.#evict(this.#place);
    this.#roster.strike(this.#place);
    this.line.serve();
    this.#leave();
  }

  /** Called in a turn of its own when another thread has asked whether this one lives. */
  #answered(): void {
    if (this.#left !== undefined) return;
    if (this.#roster.state(this.#place) === FENCED) {
      if (!this.#lock.take()) this.#mend();
      this.#goAway(true);
      return;
    }
    // Nothing of ours is on the stack: a lock that is ours was left behind by an exception, and whoever asked may be waiting for it.
    if (this.#lock.mine && this.#tryEnter()) this.#leave();
    this.#roster.arm(this.#place, this.#answer);
  }
}
