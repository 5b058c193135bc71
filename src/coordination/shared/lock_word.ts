/**
 * The lock under everything in this folder: who holds it is in a word, and so is whether anybody sleeps.
 *
 * @module
 */

import type { AtomicMemory, WaitOutcome } from "./atomic_memory.ts";

/** Tells whether the thread behind a name is gone for good. */
export interface HolderWatch {
  /** Whether the thread of this name has certainly died; false if that cannot be told now. */
  isDead(name: number): boolean;
}

/** Somebody may sleep on the word, and nobody is on its way: whoever releases the lock wakes one. */
export const PARKED = 1;
/** Somebody was woken and is on its way: whoever releases the lock has passed it. */
export const WOKEN = 2;
/** Somebody who has slept is to have it next: whoever releases the lock leaves it to those who have, even if it was passed too often. */
export const HANDOFF = 4;
/** What the word of a free lock is, but for {@linkcode PARKED}, when somebody on its way was passed often enough. */
const LEFT = WOKEN | HANDOFF;
const WISHES = PARKED | WOKEN | HANDOFF;
/** How far a thread's name is shifted, to leave room for the three bits. */
export const NAME_SHIFT = 3;

/** The words of a lock, from its first one; they take a line of the cache. */
export const LOCK_WORDS = 16;
const PASSES = 1;
const TURN = 2;

/** How many may take the lock while somebody who was woken for it is on its way: a wake-up takes as long as some hundred turns. */
export const MOST_PASSES = 1_000;
/**
 * Looks at the word before a thread parks, and pauses before a look at most; they double from one. As `./denow task spin` measured it on two
 * quiet processors (results/spin.md): where threads hold the lock for 100 ns or less and want it back at once, this gives 1.1 to 2.3 times
 * the turns of 100 looks with one pause each, for half of the processor's time, as a thread that looks less often disturbs its holder
 * less. None to 30 looks without growth lose a third where the lock is held for 1 µs; elsewhere no way differs by more than its range.
 */
const SPINS = 20;
const MOST_PAUSES = 64;

/** What a lock is made of, seen by one thread. */
export interface LockOptions {
  /** The lock's first word; all of them are 0 at first. */
  readonly at: number;
  /** The thread's name shifted by {@linkcode NAME_SHIFT}: above 0, never that of another thread, not even of a dead one. */
  readonly me: number;
  /** Asked about holders that take too long. */
  readonly watch: HolderWatch;
  /** Looks before parking: none on a model, another number only where that is measured. Default 20. */
  readonly spins?: number;
  /** Pauses before a look at most: they begin with one, and double from look to look; set only where that is measured. Default 64. */
  readonly mostPauses?: number;
  /** How many may pass somebody who is on its way; few on a model. Default {@linkcode MOST_PASSES}. */
  readonly mostPasses?: number;
}

/**
 * Mutual exclusion between threads.
 *
 * Three words. The first is 0 when the lock is free and nobody waits, else its holder's name, if any, and three bits; taking and leaving
 * it costs one compare-and-swap each, and nobody is notified when nobody is parked. Whoever comes may take a free lock, even if somebody
 * was woken to take it: that keeps it moving while that one wakes up. But these are counted, in the second word, and after
 * {@linkcode MOST_PASSES} of them the lock is left to those who have slept. So it is if one of them comes and finds it taken; then it
 * sleeps on the third word, which counts how often the lock was left to them.
 *
 * Bound: threads are woken in the order in which they fell asleep, one at a time. So whoever sleeps is passed at most `mostPasses` times,
 * and `mostPasses + 1` times more for each who fell asleep before it. That holds until a sleep is over in time: after
 * {@linkcode DEAD_MS} on a lock that is held, or {@linkcode LATE_MS} on one that was left to somebody who does not come.
 *
 * Invariant: while anybody sleeps on the first word, it has a bit set. With `PARKED` the next release wakes somebody; otherwise one who
 * has slept is on its way, and either takes the lock, with `PARKED`, or stands down, which sets it as well. The dead are found by those
 * whose sleep is over in time: they count among those who have slept, and take over what the dead held, or were to get.
 */
export class LockWord {
  readonly memory: AtomicMemory;
  readonly at: number;
  readonly me: number;
  readonly watch: HolderWatch;
  readonly spins: number;
  readonly mostPauses: number;
  readonly mostPasses: number;
  /** The turn at which `tryTakeOver` last saw the lock left to somebody. */
  #seenTurn: number | undefined = undefined;

  /** Opens the lock for one thread. */
  constructor(memory: AtomicMemory, options: LockOptions) {
    const { at, me, watch, spins = SPINS, mostPauses = MOST_PAUSES, mostPasses = MOST_PASSES } = options;
    this.memory = memory;
    this.at = at;
    this.me = me;
    this.watch = watch;
    this.spins = spins;
    this.mostPauses = mostPauses;
    this.mostPasses = mostPasses;
  }

  /** Takes the lock if it is free, and not left to somebody. Hot path. */
  tryTake(): boolean {
    const found = this.memory.compareExchange(this.at, 0, this.me);
    return found === 0 || ((found & ~(PARKED | WOKEN)) === 0 && this.tryTakeFree(found, found));
  }

  /** Takes the lock if its word is still `free`, which names nobody, with `wishes`. */
  tryTakeFree(free: number, wishes: number): boolean {
    return this.memory.compareExchange(this.at, free, this.me | wishes) === free;
  }

  /** Takes the lock if it comes free within some turns of a loop; only those who have slept get what was left to them. */
  trySpinning(hasSlept: boolean): boolean {
    const { memory, at, spins, mostPauses } = this;
    for (let look = 0, pauses = 1; look < spins; look++, pauses = Math.min(2 * pauses, mostPauses)) {
      for (let i = 0; i < pauses; i++) memory.pause();
      const word = memory.load(at);
      if (this.isFree(word, hasSlept) && this.tryTakeIfFree(word, hasSlept)) return true;
    }
    return false;
  }

  /** Whether a lock with this word may be taken. */
  isFree(word: number, hasSlept: boolean): boolean {
    return (word & ~(hasSlept ? WISHES : PARKED | WOKEN)) === 0;
  }

  /** Takes the lock if its word is still one that {@linkcode isFree}. Whoever has slept does not know who else does. */
  tryTakeIfFree(word: number, hasSlept: boolean): boolean {
    return this.tryTakeFree(word, hasSlept ? PARKED : word);
  }

  /** Takes the lock from the holder that `word` names, which is dead. */
  tryTakeFromDead(word: number): boolean {
    if (this.memory.compareExchange(this.at, word, this.me | PARKED) !== word) return false;
    if ((word & HANDOFF) !== 0) this.#callAll();
    return true;
  }

  /**
   * Takes the lock if its holder is found dead, or if it is still left to somebody to whom it was left at the last call, which should be
   * a while ago; `undefined` if it is neither.
   */
  tryTakeOver(): { readonly ownerDied: boolean } | undefined {
    const { memory, at, watch } = this, turn = memory.load(at + TURN), word = memory.load(at), name = word & ~WISHES;
    const hasWaited = this.#seenTurn === turn;
    this.#seenTurn = name === 0 ? turn : undefined;
    if (name !== 0) return watch.isDead(name) && this.tryTakeFromDead(word) ? { ownerDied: true } : undefined;
    return hasWaited && this.tryTakeFree(word, PARKED) ? { ownerDied: false } : undefined;
  }

  /** Leaves the lock, which this thread must hold. Hot path. */
  release(): void {
    const { me } = this, found = this.memory.compareExchange(this.at, me, 0);
    if (found !== me) this.#releaseToOthers(found);
  }

  /**
   * Does what whoever has slept, or was woken, has to do if it wants the lock no more, so that the wake-up is not lost to the others;
   * true if the lock was free: then it is held.
   */
  standDown(): boolean {
    const { memory, at, me } = this;
    for (let word = memory.load(at);;) {
      const name = word & ~WISHES, next = (name === 0 ? me : name) | PARKED;
      if (word === next) return false;
      const before = memory.compareExchange(at, word, next);
      if (before === word) {
        if (name !== 0 && (word & HANDOFF) !== 0) this.#callAll();
        return name === 0;
      }
      word = before;
    }
  }

  /** Does the same for a wake-up that came when nobody waited any more. */
  passOn(): void {
    if (this.standDown()) this.release();
  }

  /** The name of its holder, shifted; 0 for nobody. */
  get holder(): number {
    return this.memory.load(this.at) & ~WISHES;
  }

  #releaseToOthers(found: number): void {
    const { memory, at, me } = this;
    for (let word = found, isExpected = true;;) {
      isExpected &&= (word & WOKEN) !== 0;
      const wakesOne = !isExpected && (word & HANDOFF) === 0;
      const next = wakesOne ? me | WOKEN : this.#afterRelease(word), before = memory.compareExchange(at, word, next);
      if (before !== word) {
        word = before;
      } else if (wakesOne) { // the word first: whoever was about to sleep finds it changed, and says so once more
        memory.write(at + PASSES, -1);
        isExpected = memory.notify(at, 1) > 0;
        word = isExpected ? next : memory.compareExchange(at, next, 0);
        if (!isExpected && word === next) return;
      } else {
        if ((word & HANDOFF) !== 0) this.#callAll();
        else if ((next & HANDOFF) !== 0) memory.add(at + TURN, 1);
        return;
      }
    }
  }

  /** What the word is to be that names this thread, when somebody is on its way; counts who has passed that one. */
  #afterRelease(word: number): number {
    const { memory, at } = this;
    if ((word & HANDOFF) !== 0) return HANDOFF | (word & PARKED);
    const passes = memory.read(at + PASSES) + 1;
    memory.write(at + PASSES, passes); // the lock is still held: nobody else reads or writes it
    return (passes >= this.mostPasses ? LEFT : WOKEN) | PARKED;
  }

  /** Lets all who have slept, and sleep again, look at the word. */
  #callAll(): void {
    const { memory, at } = this;
    memory.add(at + TURN, 1);
    memory.notify(at + TURN, Infinity);
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
  /** Whether it was woken, or has slept its time out: then it may take what is left to those who have. */
  #hasSlept: boolean;
  /** The word of a holder that it saw waking somebody, when it was about to sleep itself. */
  #waking = 0;

  /**
   * Begins; nothing is changed yet.
   *
   * @param hasSlept Whether it counts among those who have slept from the first. So must one that puts a thread to sleep which has
   * another wait pending on the lock's first word: a wake-up there would go to that one, which cannot notice it. Default false.
   */
  constructor(lock: LockWord, hasSlept = false) {
    this.#lock = lock;
    this.#hasSlept = hasSlept;
  }

  /** Takes the lock if it can; `outcome` is that of the last park, "not-equal" if there was none. */
  next(outcome: WaitOutcome): boolean {
    const lock = this.#lock, { memory, at, watch } = lock;
    let mayAsk = outcome === "timed-out"; // somebody may be dead
    if (outcome !== "not-equal") this.#hasSlept = true;
    if (lock.trySpinning(this.#hasSlept)) return true;
    for (;;) {
      const turn = this.#hasSlept ? memory.load(at + TURN) : 0; // before the word: whatever changes that later, changes this too
      const word = memory.load(at), name = word & ~WISHES;
      if (lock.isFree(word, this.#hasSlept)) {
        if (lock.tryTakeIfFree(word, this.#hasSlept)) return true;
      } else if (mayAsk && name !== 0) {
        mayAsk = false;
        if (watch.isDead(name) && lock.tryTakeFromDead(word)) return this.ownerDied = true;
      } else {
        if (!this.#hasSlept && (word & WISHES) === WOKEN) {
          this.#hasSlept = word === this.#waking; // then nobody slept, and the two would disturb each other for ever
          this.#waking = word;
          if (this.#hasSlept) continue;
        }
        const marked = word | (this.#hasSlept ? HANDOFF : PARKED);
        if (marked !== word && memory.compareExchange(at, word, marked) !== word) continue;
        return this.#hasSlept ? this.#park(at + TURN, turn) : this.#park(at, marked);
      }
    }
  }

  /** How long to park before it asks whether somebody has died, or does not come to take what was left to it, in milliseconds. */
  get parkMs(): number {
    return (this.parkValue & ~WISHES) === 0 && this.parkAt === this.#lock.at ? LATE_MS : DEAD_MS;
  }

  /** Gives up; true if the lock was free in that very moment, so that it is held. */
  withdraw(): boolean {
    return this.#hasSlept && this.#lock.standDown();
  }

  #park(at: number, value: number): false {
    this.parkAt = at;
    this.parkValue = value;
    return false;
  }
}

/** How long to sleep, in milliseconds: on a lock that is held, and on one that is left to somebody. */
const DEAD_MS = 250;
const LATE_MS = 20;

/**
 * Takes a lock that is held for some instructions at a time, as it protects words and not what users do; answers whether its holder had
 * died. A main thread does not sleep meanwhile. Hot path.
 */
export function takeBriefly(lock: LockWord): boolean {
  return !lock.tryTake() && napUntilTaken(lock);
}

function napUntilTaken(lock: LockWord): boolean {
  const attempt = new LockAttempt(lock);
  for (let outcome: WaitOutcome = "not-equal"; !attempt.next(outcome);) {
    outcome = lock.memory.nap(attempt.parkAt, attempt.parkValue, attempt.parkMs);
  }
  return attempt.ownerDied;
}

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
  for (let outcome: WaitOutcome = "not-equal";;) {
    if (attempt.next(outcome)) return true; // also when time is up: a wake-up that nobody uses would be lost
    const leftMs = endMs < Infinity ? endMs - clock() : Infinity;
    if (leftMs <= 0) return attempt.withdraw();
    parks?.();
    outcome = lock.memory.wait(attempt.parkAt, attempt.parkValue, Math.min(attempt.parkMs, leftMs));
  }
}
