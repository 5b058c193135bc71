/**
 * A lock between threads as one writes it by hand: free, held, or held while somebody may sleep. It knows no owners and no timeouts.
 *
 * @module
 */

const FREE = 0;
const HELD = 1;
const HELD_AND_AWAITED = 2;

/** The lock, over a word that all threads share; it blocks the thread. */
export class FutexLock {
  readonly #word: Int32Array<SharedArrayBuffer>;

  constructor(buffer: SharedArrayBuffer) {
    this.#word = new Int32Array(buffer);
  }

  lock(): void {
    if (Atomics.compareExchange(this.#word, 0, FREE, HELD) === FREE) return;
    while (Atomics.exchange(this.#word, 0, HELD_AND_AWAITED) !== FREE) Atomics.wait(this.#word, 0, HELD_AND_AWAITED);
  }

  unlock(): void {
    if (Atomics.exchange(this.#word, 0, FREE) === HELD_AND_AWAITED) Atomics.notify(this.#word, 0, 1);
  }
}
