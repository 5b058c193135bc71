/**
 * A lock between threads as one writes it by hand: one word, one compare-and-swap, no waiters, no owners.
 *
 * @module
 */

/** The lock. */
export class CasLock {
  readonly #word = new Int32Array(new SharedArrayBuffer(4));

  tryLock(): boolean {
    return Atomics.compareExchange(this.#word, 0, 0, 1) === 0;
  }

  unlock(): void {
    Atomics.store(this.#word, 0, 0);
  }
}
