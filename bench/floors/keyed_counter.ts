/**
 * A quota as one writes it by hand: how much each user has, and a limit.
 *
 * @module
 */

/** Counts by key. */
export class KeyedCounter {
  readonly #used = new Map<string, number>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  check(key: string, amount: number): boolean {
    return (this.#used.get(key) ?? 0) + amount <= this.#limit;
  }

  take(key: string, amount: number): boolean {
    const used = (this.#used.get(key) ?? 0) + amount;
    if (used > this.#limit) return false;
    this.#used.set(key, used);
    return true;
  }
}
