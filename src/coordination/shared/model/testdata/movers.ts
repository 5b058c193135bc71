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
  readonly user: number;
  /** The locks that were held whenever it was used. */
  readonly guards: number;
  /** The locks that were held whenever it was changed; all there could be, if it never was. */
  readonly writeGuards: number;
}

const MANY = -1, EVERY_LOCK = ~0;

/**
 * Which accesses need not be interleaved with those of other threads, as these cannot tell when they are made: both-movers, in the words
 * of Lipton ("Reduction", CACM 18, 1975). They are
 *
 * - all accesses to a word that only one thread uses;
 * - those made with a lock that is held whenever the word is used, by anybody;
 * - looks at a word that nobody changes, or only with a lock that the looking thread holds too.
 *
 * Nothing of that is known beforehand: it is taken for true, as far as what was seen allows (as Eraser finds races, Savage et al., TOCS
 * 15, 1997), and the exploration is begun anew as soon as something turns out to be otherwise. What is known only ever shrinks, so that
 * ends; and in the exploration that comes to its end, everything that was taken for true has been checked at every access. Nor is it
 * taken for granted that a lock is one: if anybody takes it away from a living holder, it guards nothing any more.
 */
export class Movers {
  /** Whether something turned out to be otherwise since this was last set to false. */
  isShaken = false;
  readonly #locks: readonly number[];
  readonly #uses = new Map<number, Uses>();
  #broken = 0;

  /** Knows nothing yet; `locks` are the first words of what may be locks, up to 30. */
  constructor(locks: readonly number[]) {
    this.#locks = locks;
  }

  /** Sees that a thread is about to make an access. */
  learn(thread: number, access: Access, words: readonly number[]): void {
    const uses = this.#uses.get(access.at), held = this.#heldBy(thread, words);
    const writeGuards = isWrite(access) ? held : EVERY_LOCK;
    if (uses === undefined) {
      this.#uses.set(access.at, { user: thread, guards: held, writeGuards });
      return;
    }
    const next = {
      user: uses.user === thread ? thread : MANY,
      guards: uses.guards & held,
      writeGuards: uses.writeGuards & writeGuards,
    };
    if (next.user === uses.user && next.guards === uses.guards && next.writeGuards === uses.writeGuards) return;
    this.#uses.set(access.at, next);
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

  /** Whether an access that was learnt of is one that other threads cannot tell the moment of. */
  isMover(thread: number, access: Access, words: readonly number[]): boolean {
    const uses = this.#uses.get(access.at);
    if (uses === undefined) return false;
    const held = this.#heldBy(thread, words);
    return uses.user === thread || (uses.guards & held) !== 0 ||
      (!isWrite(access) && (uses.writeGuards === EVERY_LOCK || (uses.writeGuards & held) !== 0));
  }

  #heldBy(thread: number, words: readonly number[]): number {
    let held = 0;
    this.#locks.forEach((at, index) => {
      if (holderOf(words[at] ?? 0) === thread) held |= 1 << index;
    });
    return held & ~this.#broken;
  }
}
