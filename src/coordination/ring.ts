/**
 * A queue in an array.
 *
 * @module
 */

/**
 * First in, first out; the array grows as it fills, by doubling, and its length stays a power of two. Both methods
 * are O(1), growth apart. Cannot hold `undefined`.
 */
export class Ring<Item> {
  /** How many it holds. */
  size = 0;
  #slots: (Item | undefined)[] = new Array(8).fill(undefined);
  #start = 0;

  /** Adds one at the end. */
  push(item: Item): void {
    if (this.size === this.#slots.length) this.#grow();
    this.#slots[(this.#start + this.size) & (this.#slots.length - 1)] = item;
    this.size++;
  }

  /** Takes out the first; `undefined` if there is none. */
  shift(): Item | undefined {
    if (this.size === 0) return undefined;
    const item = this.#slots[this.#start];
    this.#slots[this.#start] = undefined;
    this.#start = (this.#start + 1) & (this.#slots.length - 1);
    this.size--;
    return item;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = [...old.slice(this.#start), ...old.slice(0, this.#start), ...new Array(old.length).fill(undefined)];
    this.#start = 0;
  }
}
