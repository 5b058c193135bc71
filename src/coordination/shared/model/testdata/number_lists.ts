/**
 * Gives lists of 32-bit integers numbers, from 0 on: equal lists the same one. A `Map` by text takes several times as long, most of it for
 * texts that nobody reads.
 */
export class NumberLists {
  /** How many have a number. */
  count = 0;
  /** All lists in a row, each after its hash and its length. */
  #lists = new Int32Array(1 << 12);
  #end = 0;
  /** Where the lists begin, by their numbers. */
  readonly #starts: number[] = [];
  /** A hash table with open addressing, at most half full: a list's number and 1, or 0. */
  #table = new Int32Array(1 << 9);

  /** The number of a list, a new one if it has none. */
  of(list: readonly number[]): number {
    let hash = list.length;
    for (let i = 0; i < list.length; i++) {
      hash = Math.imul(hash ^ list[i]!, 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    const mask = this.#table.length - 1;
    let slot = hash & mask;
    for (let found = this.#table[slot]!; found !== 0; found = this.#table[slot = (slot + 1) & mask]!) {
      if (this.#isAt(this.#starts[found - 1]!, hash, list)) return found - 1;
    }
    this.#append(hash, list);
    this.#table[slot] = this.count;
    if (2 * this.count > mask) this.#growTable();
    return this.count - 1;
  }

  #isAt(start: number, hash: number, list: readonly number[]): boolean {
    const lists = this.#lists;
    if (lists[start] !== hash || lists[start + 1] !== list.length) return false;
    for (let i = 0; i < list.length; i++) if (lists[start + 2 + i] !== list[i]) return false;
    return true;
  }

  #append(hash: number, list: readonly number[]): void {
    if (this.#end + 2 + list.length > this.#lists.length) {
      const larger = new Int32Array(2 * this.#lists.length + list.length);
      larger.set(this.#lists);
      this.#lists = larger;
    }
    this.#starts.push(this.#end);
    this.#lists[this.#end++] = hash;
    this.#lists[this.#end++] = list.length;
    for (let i = 0; i < list.length; i++) this.#lists[this.#end++] = list[i]!;
    this.count++;
  }

  #growTable(): void {
    this.#table = new Int32Array(2 * this.#table.length);
    const mask = this.#table.length - 1;
    this.#starts.forEach((start, number) => {
      let slot = this.#lists[start]! & mask;
      while (this.#table[slot] !== 0) slot = (slot + 1) & mask;
      this.#table[slot] = number + 1;
    });
  }
}
