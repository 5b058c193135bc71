import { NAME_SHIFT } from "../../lock_word.ts";
import { type Access, isWrite } from "./access.ts";

/** Who holds a lock that nobody holds. */
export const NOBODY = -1;

/** The index of the thread that a lock's first word names, as threads of a model name themselves. */
export function holderOf(word: number): number {
  return (word >> NAME_SHIFT) - 1;
}

/** A thread's name for locks. */
export function lockNameOf(thread: number): number {
  return (thread + 1) << NAME_SHIFT;
}

/** What is known of a word. Locks are bits. */
interface Uses {
  /** The only thread that uses it, or {@linkcode MANY}. */
  user: number;
  /** The locks that were held whenever it was used. */
  guards: number;
  /** The locks that were held whenever it was changed; all there could be, if it never was. */
  writeGuards: number;
}

const MANY = -1, EVERY_LOCK = ~0;

/** Whether a word is used, and changed, by many and without a lock that all of them hold. */
function isShared({ user, guards, writeGuards }: Uses): boolean {
  return user === MANY && guards === 0 && writeGuards === 0;
}

/** What movers are looked for among. */
interface MoversOptions {
  /** The first words of what may be locks, up to 30. */
  readonly locks: readonly number[];
  /** Whether whoever tries to take a lock, which names a live thread, does not get to do so; and preemptions are not counted. */
  readonly areTransactions: boolean;
}

/**
 * Which accesses need not be interleaved with those of other threads, as these cannot tell when they are made: both-movers, in the words
 * of Lipton ("Reduction", CACM 18, 1975). They are
 *
 * - all accesses to a word that only one thread uses;
 * - those made with a lock that is held whenever the word is used, by anybody;
 * - looks at a word that nobody changes, or only with a lock that the looking thread holds too.
 *
 * Where locks are ideal, and all that others than its holder do to a lock is to try to take it, they cannot do so while it is held. So
 * whoever holds it may leave it as soon as it is about to: a left-mover. And to take it is a right-mover: all that others do before the
 * holder's next access, they might as well have done before it took the lock. Neither is used where preemptions are counted, as what
 * comes to the same may take more of them: somebody who would have been stopped by the lock is to be interrupted instead.
 *
 * Nothing of that is known beforehand: it is taken for true, as far as what was seen allows (as Eraser finds races, Savage et al., TOCS
 * 15, 1997), and the exploration is begun anew if something turns out to be otherwise. What is known only ever shrinks, so that ends;
 * and in the exploration that comes to its end, everything that was taken for true has been checked at every access. Nor is it taken
 * for granted that a lock is one: if anybody takes it away from a living holder, it guards nothing any more.
 */
export class Movers {
  /** Whether something turned out to be otherwise since this was last set to false. */
  isShaken = false;
  readonly #locks: readonly number[];
  /** By word. */
  readonly #uses: (Uses | undefined)[] = [];
  /** Locks that were taken away from a living holder. */
  #broken = 0;
  /** Locks to whose words others than their holders do nothing, except that they try to take them. */
  #closed: number;

  /** Knows nothing yet. */
  constructor({ locks, areTransactions }: MoversOptions) {
    this.#locks = locks;
    this.#closed = areTransactions ? EVERY_LOCK : 0;
  }

  /** Sees that a thread is about to make an access. */
  learn(thread: number, access: Access, words: readonly number[]): void {
    const uses = this.#uses[access.at];
    if (this.#closed === 0 && uses !== undefined && isShared(uses)) return; // there is no more to learn
    const held = this.#heldBy(thread, words);
    const writeGuards = isWrite(access) ? held : EVERY_LOCK;
    if (this.#closed !== 0) this.#learnOfLock(access, held);
    if (uses === undefined) {
      this.#uses[access.at] = { user: thread, guards: held, writeGuards };
      return;
    }
    const isSame = uses.user === thread || uses.user === MANY;
    if (isSame && (uses.guards & held) === uses.guards && (uses.writeGuards & writeGuards) === uses.writeGuards) return;
    if (uses.user !== thread) uses.user = MANY;
    uses.guards &= held;
    uses.writeGuards &= writeGuards;
    this.isShaken = true;
  }

  /** Sees what an access of a thread has changed; `isAlive` tells of the others. */
  check(thread: number, { before, after, isAlive }: {
    readonly before: readonly number[];
    readonly after: readonly number[];
    readonly isAlive: (thread: number) => boolean;
  }): void {
    this.#locks.forEach((at, index) => {
      const holder = holderOf(before[at] ?? 0);
      if (holder === NOBODY || holder === thread || holderOf(after[at] ?? 0) === holder || !isAlive(holder)) return;
      if ((this.#broken & 1 << index) !== 0) return;
      this.#broken |= 1 << index;
      this.isShaken = true;
    });
  }

  /** Whether an access that was learnt of is one that other threads cannot tell the moment of, or that need not wait for them. */
  isMover(thread: number, access: Access, words: readonly number[]): boolean {
    const uses = this.#uses[access.at];
    if (uses === undefined || (this.#closed === 0 && isShared(uses))) return false;
    const held = this.#heldBy(thread, words);
    return uses.user === thread || (uses.guards & held) !== 0 || (held & this.#closed & this.#bitOf(access.at)) !== 0 ||
      (!isWrite(access) && (uses.writeGuards === EVERY_LOCK || (uses.writeGuards & held) !== 0));
  }

  /**
   * Whether a thread has a lock, after an access, and has made none since it took it but such as others cannot tell the moment of: then
   * its next one need not wait for them, if nobody can prevent it.
   */
  isEntering(thread: number, access: Access, { before, after, wasEntering }: {
    readonly before: readonly number[];
    readonly after: readonly number[];
    readonly wasEntering: boolean;
  }): boolean {
    const bit = this.#closed & this.#bitOf(access.at);
    if (bit === 0) return wasEntering && this.isMover(thread, access, before);
    return (this.#heldBy(thread, before) & bit) === 0 && (this.#heldBy(thread, after) & bit) !== 0;
  }

  #learnOfLock({ name, at, a }: Access, held: number): void {
    const bit = this.#closed & this.#bitOf(at);
    if (bit === 0 || (held & bit) !== 0 || (name === "compareExchange" && a === 0)) return;
    this.#closed &= ~bit;
    this.isShaken = true;
  }

  #bitOf(at: number): number {
    const index = this.#locks.indexOf(at);
    return index < 0 ? 0 : 1 << index;
  }

  #heldBy(thread: number, words: readonly number[]): number {
    const locks = this.#locks;
    let held = 0;
    for (let index = 0; index < locks.length; index++) {
      if (holderOf(words[locks[index]!] ?? 0) === thread) held |= 1 << index;
    }
    return held & ~this.#broken;
  }
}
