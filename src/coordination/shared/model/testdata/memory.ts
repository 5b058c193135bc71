import { type Access, wordAfter } from "./access.ts";

/** What is in all the words at one moment. Equal contents are one object. */
export interface Memory {
  readonly id: number;
  readonly words: readonly number[];
  /** The sum of what {@linkcode hashOf} makes of each word, so that a change of one need not look at the others. */
  readonly hash: number;
  /** The changes of one word that were made to it: they are few, and made again and again. */
  readonly changes: Change[];
}

interface Change {
  readonly at: number;
  readonly word: number;
  readonly to: Memory;
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
    const memory = { id: this.#count++, words, hash, changes: [] };
    table[slot] = memory;
    if (2 * this.#count > mask) this.#growTable();
    return memory;
  }

  /** The memory after a change of one word. */
  after(memory: Memory, at: number, word: number): Memory {
    const { words, hash, changes } = memory;
    for (let i = 0; i < changes.length; i++) {
      const change = changes[i]!;
      if (change.at === at && change.word === word) return change.to;
    }
    const to = this.of(words.with(at, word), (hash + hashOf(at, word) - hashOf(at, words[at]!)) | 0);
    changes.push({ at, word, to });
    return to;
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

/** A memory while accesses are made to it. */
export class Draft {
  readonly #memories: Memories;
  /** What it has become. */
  memory: Memory;

  /** Begins with nothing. */
  constructor(memories: Memories) {
    this.#memories = memories;
    this.memory = memories.of([]);
  }

  /** Makes an access that only looks at a word or changes it; answers what it was. */
  perform(access: Access): number {
    const { memory } = this, { at } = access, old = memory.words[at]!, word = wordAfter(old, access);
    if (word !== old) this.memory = this.#memories.after(memory, at, word);
    return old;
  }
}

/** Words while accesses are made to them of which nothing is to be kept. */
export class Sketch {
  readonly #words: number[] = [];

  /** Begins anew. */
  begin({ words }: Memory): void {
    for (let at = 0; at < words.length; at++) this.#words[at] = words[at]!;
  }

  /** Makes an access that only looks at a word or changes it; answers what it was. */
  perform(access: Access): number {
    const { at } = access, old = this.#words[at]!;
    this.#words[at] = wordAfter(old, access);
    return old;
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
