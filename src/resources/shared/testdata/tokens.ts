/**
 * One word for each whole of a kind, which whoever was lent that whole writes its name into: proof that no whole is lent twice.
 *
 * It knows nothing of the pool. What a dead thread held may be claimed by others once the main thread has declared it doomed.
 */
export class Tokens {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #kinds: number;
  readonly #perKind: number;

  /** Opens the words of `kinds` kinds of `perKind` wholes at most. */
  constructor(kinds: number, perKind: number, buffer = new SharedArrayBuffer(4 * (kinds * perKind + 64))) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
    this.#kinds = kinds;
    this.#perKind = perKind;
  }

  /** Says that a thread, of a name in [1, 63], is about to die. */
  doom(name: number): void {
    Atomics.store(this.#words, this.#kinds * this.#perKind + name, 1);
  }

  /** Claims `amount` of the first `capacity` words of a kind; throws if others have them. */
  claim(
    kind: number,
    amount: number,
    { capacity, name }: { readonly capacity: number; readonly name: number },
  ): number[] {
    const claimed: number[] = [], words = this.#words;
    for (let at = kind * this.#perKind, end = at + capacity; at < end && claimed.length < amount; at++) {
      const owner = Atomics.load(words, at);
      const free = owner === 0 || Atomics.load(words, this.#kinds * this.#perKind + owner) === 1;
      if (free && Atomics.compareExchange(words, at, owner, name) === owner) claimed.push(at);
    }
    if (claimed.length < amount) {
      throw new Error(`${name} was lent ${amount} of kind ${kind}, of which others have all`);
    }
    return claimed;
  }

  /** Gives up what was claimed; throws if somebody else has it. */
  giveUp(claimed: readonly number[], name: number): void {
    for (const at of claimed) {
      if (Atomics.compareExchange(this.#words, at, name, 0) !== name) {
        throw new Error(`somebody else has what ${name} has`);
      }
    }
  }
}
