/**
 * Time that passes only when somebody looks at it, the same for all threads.
 *
 * @module
 */

/** What carries it from thread to thread. */
export type VirtualTimeMemory = SharedArrayBuffer;

const NOW = 0;
const NOTED = 1;
const NOTES = 2;

/** The time in virtual milliseconds, and moments that threads have noted. */
export class VirtualTime {
  readonly #words: Int32Array<SharedArrayBuffer>;
  #toldMs = -1;

  /** Reads the time in a memory. */
  constructor(memory: VirtualTimeMemory) {
    this.#words = new Int32Array(memory);
  }

  /** Makes a memory in which there is room for so many notes. */
  static memory(notes: number): VirtualTimeMemory {
    return new SharedArrayBuffer((NOTES + notes) * Int32Array.BYTES_PER_ELEMENT);
  }

  /** Tells the time, which then goes on by a millisecond: no two readings, in whatever threads, are the same. */
  tellMs(): number {
    return this.#toldMs = Atomics.add(this.#words, NOW, 1);
  }

  /** Notes the moment that this thread was told last. */
  note(): void {
    const place = NOTES + Atomics.add(this.#words, NOTED, 1);
    Atomics.store(this.#words, place, this.#toldMs);
  }

  /** What was noted, in the order of the moments, not of the notes; forgets it. */
  takeNotesMs(): Int32Array {
    const noted = Atomics.exchange(this.#words, NOTED, 0);
    return new Int32Array(this.#words.subarray(NOTES, NOTES + noted)).sort();
  }
}
