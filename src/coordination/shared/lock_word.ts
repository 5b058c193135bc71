/**
 * The lock under everything in this folder: who holds it is in a word, and so is whether anybody sleeps.
 *
 * @module
 */

import type { AtomicMemory } from "./atomic_memory.ts";

/** Tells whether the thread behind a name is gone for good. */
export interface HolderWatch {
  /** Whether the thread of this name has certainly died; false if that cannot be told now. */
  isDead(name: number): boolean;
}

/** Somebody may be parked on the word: whoever releases the lock wakes one. */
export const PARKED = 1;
/** Somebody was passed over too often: whoever releases the lock leaves it to the heir. */
export const HANDOFF = 2;
/** The lock's word while it is kept for the heir: nobody holds it, and nobody else may take it. */
export const RESERVED = HANDOFF | PARKED;
/** How far a thread's name is shifted, to leave room for the two bits. */
export const NAME_SHIFT = 2;

/** The words of a lock, from its first one; they take a line of the cache. */
export const LOCK_WORDS = 16;
const HEIR = 1;
const TURN = 2;

/** How often somebody may be woken in vain before it asks that the lock be handed to it. */
export const MOST_LOSSES = 4;
/** Turns of the loop before a thread parks: a short critical section takes some 20 ns, a wake-up some 50 µs. */
const SPINS = 100;

/** What a lock is made of, seen by one thread. */
export interface LockOptions {
  /** The lock's first word; all of them are 0 at first. */
  readonly at: number;
  /** The thread's name shifted by {@linkcode NAME_SHIFT}: above 0, never that of another thread, not even of a dead one. */
  readonly me: number;
  /** Asked about holders that take too long. */
  readonly watch: HolderWatch;
  /** Turns of the loop before parking; none on a model. Default 100. */
  readonly spins?: number;
  /** How often to be woken in vain before asking for a hand-off; few on a model. Default {@linkcode MOST_LOSSES}. */
  readonly mostLosses?: number;
}

/**
 * Mutual exclusion between threads.
 *
 * Three words. The first is 0 when the lock is free, else its holder's name and two bits; taking and leaving it costs one
 * compare-and-swap each, and nobody is notified when nobody is parked. Whoever comes may take a free lock, even if others have been
 * woken to take it: that keeps it moving while they wake up. But whoever was woken {@linkcode MOST_LOSSES} times in vain enters its
 * name into the second word, one thread at a time, and sets {@linkcode HANDOFF}; from then on the release leaves the lock to it. The
 * third counts these releases; the heir sleeps on it, so that it is woken alone.
 *
 * Invariants: only the heir sets or clears `HANDOFF`, while its name stands in the second word; so a reserved lock always has an heir,
 * alive or dead. The dead are found by those who wait too long: they take over what the dead held, or were to get.
 */
export class LockWord {
  readonly memory: AtomicMemory;
  readonly at: number;
  readonly me: number;
  readonly watch: HolderWatch;
  readonly spins: number;
  readonly mostLosses: number;

  /** Opens the lock for one thread. */
  constructor(memory: AtomicMemory, { at, me, watch, spins = SPINS, mostLosses = MOST_LOSSES }: LockOptions) {
    this.memory = memory;
    this.at = at;
    this.me = me;
    this.watch = watch;
    this.spins = spins;
    this.mostLosses = mostLosses;
  }

  /** Takes the lock if it is free. */
  tryTake(): boolean {
    return this.memory.compareExchange(this.at, 0, this.me) === 0;
  }

  /** Leaves the lock, which this thread must hold. */
  release(): void {
    if (this.memory.compareExchange(this.at, this.me, 0) !== this.me) this.#releaseToOthers();
  }

  /** Does what whoever was woken has to do if nobody wants the lock any more, so that the wake-up is not lost to the others. */
  passOn(): void {
    const { memory, at } = this;
    for (;;) {
      const word = memory.load(at);
      if (word === 0) {
        memory.notify(at, 1);
        return;
      }
      if ((word & PARKED) !== 0 || memory.compareExchange(at, word, word | PARKED) === word) return;
    }
  }

  /** The name of its holder, shifted; 0 for nobody. */
  get holder(): number {
    return this.memory.load(this.at) & ~RESERVED;
  }

  #releaseToOthers(): void {
    const { memory, at } = this;
    for (;;) {
      const word = memory.load(at);
      if ((word & HANDOFF) !== 0) {
        if (memory.compareExchange(at, word, RESERVED) !== word) continue;
        memory.add(at + TURN, 1);
        memory.notify(at + TURN, Infinity);
        return;
      }
      if (memory.compareExchange(at, word, 0) !== word) continue;
      if ((word & PARKED) !== 0) memory.notify(at, 1);
      return;
    }
  }
}

/**
 * One thread's attempt to take a lock that was not free: `next` says whether it has succeeded, or else on which word, while it has
 * which value, the thread is to park, with its stack or as a promise. After every wake-up `next` must be called; whoever gives up
 * instead calls `withdraw`.
 */
export class LockAttempt {
  /** The word to park on. */
  parkAt = 0;
  /** The value while which to park. */
  parkValue = 0;
  /** Whether the lock was taken over from a dead holder; what it protects may be half done. */
  ownerDied = false;
  readonly #lock: LockWord;
  /** How often it was woken in vain; -1 before the first try. */
  #losses = -1;
  #isHeir = false;
  #hasParked = false;

  /** Begins; nothing is changed yet. */
  constructor(lock: LockWord) {
    this.#lock = lock;
  }

  /** Takes the lock if it can; `timedOut` says that the last park brought nothing, so that somebody may be dead. */
  next(timedOut: boolean): boolean {
    const { memory, at, me, watch, mostLosses } = this.#lock;
    let mayAsk = timedOut;
    if (!timedOut) this.#losses++;
    if (!this.#isHeir && this.#spin()) return true;
    for (;;) {
      if (this.#isHeir && memory.load(at + HEIR) !== me) this.#isHeir = false; // another attempt of this thread was faster
      const turn = this.#isHeir ? memory.load(at + TURN) : 0; // before the word: whatever changes that later, changes this too
      const word = memory.load(at);
      if (word === 0) {
        if (memory.compareExchange(at, 0, this.#mine()) === 0) return this.#taken();
      } else if (word === RESERVED) {
        const heir = memory.load(at + HEIR);
        if (heir === me) {
          this.#isHeir = true; // or another attempt of this thread is: one of them will do
          if (memory.compareExchange(at, RESERVED, me | PARKED) === RESERVED) return this.#taken();
        } else if (mayAsk) {
          mayAsk = false;
          if (heir !== 0 && watch.isDead(heir)) this.#isHeir = memory.compareExchange(at + HEIR, heir, me) === heir;
        } else {
          return this.#park(at, RESERVED);
        }
      } else if (mayAsk) {
        mayAsk = false;
        if (watch.isDead(word & ~RESERVED) && this.#takeOver(word)) return true;
      } else if (this.#isHeir || this.#losses < mostLosses || !this.#register(timedOut)) {
        const marked = word | (this.#isHeir ? RESERVED : PARKED);
        if (marked !== word && memory.compareExchange(at, word, marked) !== word) continue;
        return this.#isHeir ? this.#park(at + TURN, turn) : this.#park(at, marked);
      }
    }
  }

  /** Gives up; true if the lock was left to this thread in that very moment, so that it holds it. */
  withdraw(): boolean {
    const { memory, at, me } = this.#lock;
    while (this.#isHeir && memory.load(at + HEIR) === me) {
      const word = memory.load(at);
      if (word === RESERVED) {
        if (memory.compareExchange(at, RESERVED, me | PARKED) === RESERVED) return this.#taken();
      } else if ((word & HANDOFF) === 0 || memory.compareExchange(at, word, word & ~HANDOFF) === word) {
        this.#disinherit();
      }
    }
    return false;
  }

  #spin(): boolean {
    const { memory, at, spins } = this.#lock;
    for (let i = 0; i < spins; i++) {
      memory.pause();
      if (memory.load(at) === 0 && memory.compareExchange(at, 0, this.#mine()) === 0) return this.#taken();
    }
    return false;
  }

  /** What to take a free lock with: whoever has parked does not know who else is, which only the bit would tell. */
  #mine(): number {
    return this.#hasParked ? this.#lock.me | PARKED : this.#lock.me;
  }

  #takeOver(word: number): boolean {
    const { memory, at, me } = this.#lock;
    const wish = this.#isHeir ? 0 : word & HANDOFF; // only the heir may take its wish back
    if (memory.compareExchange(at, word, me | PARKED | wish) !== word) return false;
    this.ownerDied = true;
    return this.#taken();
  }

  /** Asks to be the next; false if somebody else is. */
  #register(mayAsk: boolean): boolean {
    const { memory, at, me, watch } = this.#lock, heir = memory.compareExchange(at + HEIR, 0, me);
    this.#isHeir = heir === 0 ||
      (mayAsk && heir !== me && watch.isDead(heir) && memory.compareExchange(at + HEIR, heir, me) === heir);
    return this.#isHeir;
  }

  #taken(): true {
    if (this.#isHeir) this.#disinherit();
    return true;
  }

  #disinherit(): void {
    const { memory, at, me } = this.#lock;
    this.#isHeir = false;
    memory.compareExchange(at + HEIR, me, 0);
  }

  #park(at: number, value: number): false {
    this.#hasParked = true;
    this.parkAt = at;
    this.parkValue = value;
    return false;
  }
}

/** How long a thread parks before it asks whether somebody has died; doubled each time. */
const FIRST_PARK_MS = 20;
const LONGEST_PARK_MS = 250;

/** How long a thread is ready to wait for a lock. */
export interface Patience {
  readonly timeoutMs: number;
  /** Tells milliseconds; asked only if there is an end. */
  readonly clock: () => number;
  /** Called whenever the thread is about to sleep. */
  readonly parks?: () => void;
}

/**
 * Takes a lock, or gives up when `timeoutMs` are over; the thread sleeps meanwhile.
 *
 * @param attempt A fresh one; it tells afterwards whether the holder had died.
 * @returns Whether the lock is held.
 */
export function takeBlocking(lock: LockWord, attempt: LockAttempt, { timeoutMs, clock, parks }: Patience): boolean {
  const endMs = timeoutMs < Infinity ? clock() + timeoutMs : Infinity;
  let parkMs = FIRST_PARK_MS, timedOut = false;
  for (;;) {
    if (attempt.next(timedOut)) return true; // also when time is up: a wake-up that nobody uses would be lost
    const leftMs = endMs < Infinity ? endMs - clock() : Infinity;
    if (leftMs <= 0) return attempt.withdraw();
    parks?.();
    timedOut = lock.memory.wait(attempt.parkAt, attempt.parkValue, Math.min(parkMs, leftMs)) === "timed-out";
    parkMs = timedOut ? Math.min(parkMs * 2, LONGEST_PARK_MS) : FIRST_PARK_MS;
  }
}
