import { type Access, wordAfter } from "./access.ts";

/** What is in all the words at one moment. Equal contents are one object. */
export interface Memory {
  readonly id: number;
  readonly words: readonly number[];
  /** The sum of what {@linkcode hashOf} makes of each word, so that a change of one need not look at the others. */
  readonly hash: number;
}

/** All contents of the words that were met: a hash table with open addressing, at most half full. */
export class Memories {
  #table: (Memory | undefined)[] = new Array(1 << 10).fill(undefined);
  #count = 0;

  /** The memory with these words; `hash` is theirs, if known. */
  of(words: readonly number[], hash = words.reduce((sum, word, at) => (sum + hashOf(at, word)) | 0, 0)): Memory {
    const table = this.#table, mask = table.length - 1;
    let slot = hash & mask;
    for (let found = table[slot]; found !== undefined; found = table[slot = (slot + 1) & mask]) {
      if (found.hash === hash && areEqual(found.words, words)) return found;
    }
    const memory = { id: this.#count++, words: words.slice(), hash };
    table[slot] = memory;
    if (2 * this.#count > mask) this.#growTable();
    return memory;
  }

  #growTable(): void {
    const old = this.#table, table: (Memory | undefined)[] = new Array(2 * old.length).fill(undefined);
    const mask = table.length - 1;
    for (const memory of old) {
      if (memory === undefined) continue;
      let slot = memory.hash & mask;
      while (table[slot] !== undefined) slot = (slot + 1) & mask;
      table[slot] = memory;
    }
    this.#table = table;
  }
}

/** A memory while accesses are made to it; its words are copied when the first of them is changed. */
export class Draft {
  /** What is in the words now. */
  words: readonly number[] = [];
  readonly #memories: Memories;
  #memory: Memory | undefined;
  /** The copy: always the same list, as most of what it becomes was met before. */
  readonly #changed: number[] = [];
  #hash = 0;

  /** Begins with nothing. */
  constructor(memories: Memories) {
    this.#memories = memories;
  }

  /** Begins anew, with a memory. */
  begin(memory: Memory): void {
    this.#memory = memory;
    this.words = memory.words;
    this.#hash = memory.hash;
  }

  /** Begins anew with what another one has become; what comes of this one is not to be kept. */
  beginAs(other: Draft): void {
    this.words = other.words;
  }

  /** Makes an access that only looks at a word or changes it; answers what it was. */
  perform(access: Access): number {
    const { at } = access, old = this.words[at] ?? 0, word = wordAfter(old, access);
    if (word !== old) {
      if (this.words !== this.#changed) this.#copy();
      this.#changed[at] = word;
      this.#hash = (this.#hash + hashOf(at, word) - hashOf(at, old)) | 0;
    }
    return old;
  }

  /** The memory that it has become. */
  end(): Memory {
    return this.words === this.#changed ? this.#memories.of(this.#changed, this.#hash) : this.#memory!;
  }

  #copy(): void {
    const { words } = this;
    for (let at = 0; at < words.length; at++) this.#changed[at] = words[at]!;
    this.words = this.#changed;
  }
}

/** What a word adds to a memory's hash; the finalizer of MurmurHash3. */
function hashOf(at: number, word: number): number {
  let hash = word ^ Math.imul(at + 1, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function areEqual(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
