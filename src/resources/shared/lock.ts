/**
 * A lock that lies in shared memory and knows who holds it.
 *
 * @module
 */

import { LOCK_AT } from "./layout.ts";
import { canPark } from "../../coordination/shared/blocking.ts";
import type { HolderWatch } from "../../coordination/shared/lock_word.ts";

/** Turns of the loop before a thread parks; a critical section takes some 20 ns, a wake-up some 50 µs. */
const SPINS = 60;
/** How long to park before asking whether the holder lives; doubled each time. */
const FIRST_PARK_MS = 20;
const LONGEST_PARK_MS = 2_000;

/**
 * Mutual exclusion between threads: one word, 0 when free, else its holder's name (even, not 0) plus 1 if somebody may be parked.
 *
 * Taking and leaving it costs one compare-and-swap and one exchange; nobody is notified when nobody is parked. It is not fair, and
 * need not be: it is held for well under a microsecond, or for a few where many are served.
 *
 * It survives the death of its holder. Whoever is parked for long asks the watch, and takes the lock over from the dead: `take` then
 * says that what the lock protects may be half done.
 */
export class SharedLock {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #me: number;
  readonly #watch: HolderWatch;
  readonly #canPark: boolean;

  /**
   * Opens the lock for one thread.
   *
   * @param words The pool's words.
   * @param me The thread's name: even, above 0, never that of another thread, not even of a dead one.
   * @param watch Asked about holders that take too long.
   */
  constructor(words: Int32Array<SharedArrayBuffer>, me: number, watch: HolderWatch) {
    this.#words = words;
    this.#me = me;
    this.#watch = watch;
    this.#canPark = canPark();
  }

  /** Takes the lock; answers whether its last holder left properly. */
  take(): boolean {
    return Atomics.compareExchange(this.#words, LOCK_AT, 0, this.#me) === 0 || this.#contend();
  }

  /** Leaves it. */
  leave(): void {
    if (Atomics.exchange(this.#words, LOCK_AT, 0) !== this.#me) Atomics.notify(this.#words, LOCK_AT, 1);
  }

  /** Whether this thread holds it; outside of a critical section that means that an exception has left one. */
  get mine(): boolean {
    return (Atomics.load(this.#words, LOCK_AT) & ~1) === this.#me;
  }

  #contend(): boolean {
    const words = this.#words, me = this.#me;
    if (this.mine) return false; // an exception, such as a full stack, has left our last section half done
    for (let i = 0; i < SPINS; i++) {
      Atomics.pause();
      if (Atomics.load(words, LOCK_AT) === 0 && Atomics.compareExchange(words, LOCK_AT, 0, me) === 0) return true;
    }
    let parkMs = FIRST_PARK_MS;
    for (;;) {
      const word = Atomics.load(words, LOCK_AT);
      if (word === 0) {
        // Others may be parked still, which only the bit tells: keep it, at the price of one needless notify.
        if (Atomics.compareExchange(words, LOCK_AT, 0, me | 1) === 0) return true;
      } else if ((word & 1) === 1 || Atomics.compareExchange(words, LOCK_AT, word, word | 1) === word) {
        if (this.#park(word | 1, parkMs)) continue;
        if (this.#watch.isDead(word & ~1) && Atomics.compareExchange(words, LOCK_AT, word | 1, me | 1) === (word | 1)) {
          return false;
        }
        parkMs = Math.min(parkMs * 2, LONGEST_PARK_MS);
      }
    }
  }

  /** Waits for the word to change; false if it did not in time. */
  #park(word: number, parkMs: number): boolean {
    if (this.#canPark) return Atomics.wait(this.#words, LOCK_AT, word, parkMs) !== "timed-out";
    for (let i = 0; i < SPINS; i++) {
      Atomics.pause();
      if (Atomics.load(this.#words, LOCK_AT) !== word) return true;
    }
    return false;
  }
}
