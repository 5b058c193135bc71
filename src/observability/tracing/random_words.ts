/**
 * Random numbers for ids.
 *
 * @module
 */

const POOL_WORDS = 1024;

/**
 * 32-bit words from the system's generator, fetched 4 KiB at a time: a call of `crypto` for each id would cost more than
 * the rest of a span. Ids that nobody can guess were preferred to the nanoseconds that a seeded generator would save.
 */
export class RandomWords {
  readonly #fill: (words: Int32Array<ArrayBuffer>) => void;
  readonly #pool = new Int32Array(POOL_WORDS);
  #next = POOL_WORDS;

  /** `fill` makes all of its words random; by default the system's generator does. */
  constructor(fill: (words: Int32Array<ArrayBuffer>) => void = (words) => void crypto.getRandomValues(words)) {
    this.#fill = fill;
  }

  /** A signed word, as it fits a small integer; any of the 2^32 is as likely. */
  next(): number {
    if (this.#next === POOL_WORDS) {
      this.#fill(this.#pool);
      this.#next = 0;
    }
    return this.#pool[this.#next++]!;
  }
}
