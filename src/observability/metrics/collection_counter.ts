/**
 * How often garbage was collected.
 *
 * @module
 */

/**
 * Counts the turns of this thread's event loop in which V8 collected garbage, of the young generation or of everything: at least so many
 * collections there were.
 *
 * An object that nothing refers to dies in the next collection, whichever that is; when its finalizer is called, which is in a turn of its own, the
 * next object takes its place. Several collections in one turn count as one, and on Node.js 20 those of the young
 * generation do not count. Nothing runs while nothing is collected.
 */
export class CollectionCounter implements Disposable {
  readonly #finalizers = new FinalizationRegistry<undefined>(() => {
    this.#count++;
    this.#watch();
  });
  #count = 0;
  #isEnded = false;

  /** Begins to count. */
  constructor() {
    this.#watch();
  }

  /** How many turns they were. */
  get count(): number {
    return this.#count;
  }

  /** Ends it: one more finalizer is called at most. */
  [Symbol.dispose](): void {
    this.#isEnded = true;
    this.#finalizers.unregister(this);
  }

  #watch(): void {
    if (!this.#isEnded) this.#finalizers.register({}, undefined, this);
  }
}
