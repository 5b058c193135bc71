/**
 * How much of a monitor's count each thread holds.
 *
 * @module
 */

import type { SharedAccounts } from "./accounts.ts";
import type { AtomicMemory } from "./atomic_memory.ts";
import { type HolderWatch, NAME_SHIFT } from "./lock_word.ts";
import { DIED_AT, HELD, HELD_SINCE, HOLDING_WORDS, HOLDINGS_AT, NAME } from "./monitor_layout.ts";
import { placeOf } from "./thread_directory.ts";

/** What the holdings of a monitor are opened with. */
export interface HoldingsOptions {
  /** Names the thread, as locks want it. */
  readonly me: number;
  readonly watch: HolderWatch;
  /** How many threads there can be. */
  readonly places: number;
  /** From which amount on it matters to others that a thread died which held it. */
  readonly critical: number;
  readonly accounts: SharedAccounts;
}

/** A record for each place of a thread, of what it holds, and whether a thread died that held something critical. With the lock held, all of it. */
export class Holdings {
  readonly #memory: AtomicMemory;
  readonly #options: HoldingsOptions;
  readonly #mineAt: number;

  /** Opens the records. */
  constructor(memory: AtomicMemory, options: HoldingsOptions) {
    this.#memory = memory;
    this.#options = options;
    this.#mineAt = HOLDINGS_AT + placeOf(options.me >> NAME_SHIFT) * HOLDING_WORDS;
  }

  /** How much this thread holds; changed by this thread only, so it needs no lock. */
  get mine(): number {
    const memory = this.#memory, at = this.#mineAt;
    return memory.read(at + NAME) === this.#options.me ? memory.read(at + HELD) : 0;
  }

  /** Enters what this thread has got; answers how much that brought back, as a dead thread held it whose record this one has now. */
  add(amount: number): number {
    const memory = this.#memory, at = this.#mineAt, { me, accounts } = this.#options;
    const orphaned = memory.read(at + NAME) === me ? 0 : memory.read(at + HELD);
    if (memory.read(at + NAME) !== me) {
      this.#strike(at, orphaned);
      memory.write(at + NAME, me);
    }
    const held = memory.read(at + HELD);
    if (held === 0) accounts.stamp(at + HELD_SINCE);
    memory.write(at + HELD, held + amount);
    return orphaned;
  }

  /** Enters what this thread has given back. */
  subtract(amount: number): void {
    const at = this.#mineAt + HELD;
    this.#memory.write(at, this.#memory.read(at) - amount);
  }

  /** Calls `fn` with the name of each thread that holds something, how much, and the word of its stamp. */
  forEach(fn: (name: number, held: number, sinceAt: number) => void): void {
    const memory = this.#memory;
    for (let place = 0; place < this.#options.places; place++) {
      const at = HOLDINGS_AT + place * HOLDING_WORDS, held = memory.read(at + HELD);
      if (held !== 0) fn(memory.read(at + NAME), held, at + HELD_SINCE);
    }
  }

  /** Takes back what dead threads hold; answers whether there was any. */
  sweep(): boolean {
    let isAnyFound = false;
    this.forEach((name, held, sinceAt) => {
      if (!this.#options.watch.isDead(name)) return;
      this.#strike(sinceAt - HELD_SINCE, held);
      isAnyFound = true;
    });
    return isAnyFound;
  }

  /** Whether a thread died that held something critical; told until somebody has it who holds as much. */
  tellDied(amount: number): boolean {
    if (this.#memory.read(DIED_AT) === 0) return false;
    if (amount >= this.#options.critical) this.#memory.write(DIED_AT, 0);
    return true;
  }

  #strike(at: number, held: number): void {
    if (held >= this.#options.critical) this.#memory.write(DIED_AT, 1);
    this.#memory.write(at + HELD, 0);
  }
}
