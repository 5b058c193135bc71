/**
 * What the spans of a trace have in common within this process.
 *
 * @module
 */

import { hexOfWords, wordOfHex } from "./hex.ts";
import type { RandomWords } from "./random_words.ts";
import type { TraceRandomness } from "./sampler.ts";
import type { SpanIds } from "./span_identity.ts";

/** A trace as seen from here: made by its first span, shared by all below it. Its id is text only once somebody asks. */
export class LocalTrace implements TraceRandomness {
  readonly #word0: number;
  readonly #word1: number;
  readonly #word2: number;
  readonly #word3: number;
  /** What makes milliseconds since 1970 of the clock's readings. */
  readonly epochOffsetMs: number;
  #id: string | undefined;

  /** Draws its id, or takes one over that has been checked. */
  constructor(epochOffsetMs: number, id: RandomWords | string) {
    const isText = typeof id === "string";
    this.#word0 = isText ? wordOfHex(id, 0) : id.next();
    this.#word1 = isText ? wordOfHex(id, 8) : id.next();
    this.#word2 = isText ? wordOfHex(id, 16) : id.next();
    let last = isText ? wordOfHex(id, 24) : id.next();
    while (!isText && (this.#word0 | this.#word1 | this.#word2 | last) === 0) last = id.next();
    this.#word3 = last;
    this.epochOffsetMs = epochOffsetMs;
    this.#id = isText ? id : undefined;
  }

  /** The ids of its first span in this process, if that is recorded. */
  root: SpanIds | undefined = undefined;

  /** 32 digits. */
  get id(): string {
    return this.#id ??= hexOfWords(this.#word0, this.#word1) + hexOfWords(this.#word2, this.#word3);
  }

  /** Bits 32 to 55 of the id, counted from its end. */
  get randomHigh(): number {
    return this.#word2 & 0xffffff;
  }

  /** The last 32 bits of the id. */
  get randomLow(): number {
    return this.#word3 >>> 0;
  }
}
