/**
 * How often owners were preempted.
 *
 * @module
 */

/** How many owners are remembered. */
const MOST_OWNERS = 10_000;

/**
 * Counts how often an owner was preempted in a row, for requests that do not tell how often their work was: since a preemptible
 * lease of that owner was last given back in the normal way while it had no other: for a short one beside the one that is preempted
 * again and again says nothing of that. Remembers the {@linkcode MOST_OWNERS} owners to whom it happened last.
 */
export class PreemptionRecord {
  readonly #counts = new Map<string, number>();
  /** How many preemptible leases each owner has, if any. */
  readonly #held = new Map<string, number>();

  /** How often in a row. */
  of(owner: string | undefined): number {
    return owner === undefined ? 0 : this.#counts.get(owner) ?? 0;
  }

  /** Counts one more; returns how many there are. */
  note(owner: string | undefined): number {
    if (owner === undefined) return 1;
    const count = this.of(owner) + 1;
    this.#counts.delete(owner); // to be the last in the order of insertion
    this.#counts.set(owner, count);
    if (this.#counts.size > MOST_OWNERS) this.#forgetOldest();
    return count;
  }

  /** An owner was granted a preemptible lease. */
  began(owner: string | undefined): void {
    if (owner !== undefined) this.#held.set(owner, (this.#held.get(owner) ?? 0) + 1);
  }

  /** A preemptible lease of an owner came to its end: the normal one, or by preemption. */
  ended(owner: string | undefined, wasPreempted: boolean): void {
    if (owner === undefined) return;
    const left = (this.#held.get(owner) ?? 0) - 1;
    if (left > 0) this.#held.set(owner, left);
    else {
      this.#held.delete(owner);
      if (!wasPreempted) this.#counts.delete(owner);
    }
  }

  #forgetOldest(): void {
    for (const oldest of this.#counts.keys()) {
      this.#counts.delete(oldest);
      return;
    }
  }
}
