/**
 * How often owners were preempted.
 *
 * @module
 */

/** How many owners are remembered. */
const MOST_OWNERS = 10_000;

/** What is remembered of an owner. */
export class OwnerTally {
  /** How often it was preempted in a row. */
  preemptions = 0;
  /** How many preemptible leases it has that were granted while it was remembered. */
  held = 0;

  /** Begins with nothing. */
  constructor(readonly owner: string) {}
}

/**
 * Counts how often an owner was preempted in a row, for requests that do not tell how often their work was: until a preemptible lease
 * that it was granted since is given back in the normal way, and it has no other of these: for the end of a short one beside the one
 * that is preempted again and again says nothing of that. Remembers the {@linkcode MOST_OWNERS} owners to whom it happened last, and
 * costs nothing for others.
 */
export class PreemptionRecord {
  readonly #tallies = new Map<string, OwnerTally>();

  /** How often in a row. */
  of(owner: string): number {
    return this.#tallies.get(owner)?.preemptions ?? 0;
  }

  /** Counts one more; returns how many there are. */
  note(owner: string | undefined): number {
    if (owner === undefined) return 1;
    const tally = this.#tallies.get(owner) ?? new OwnerTally(owner);
    this.#tallies.delete(owner); // to be the last in the order of insertion
    this.#tallies.set(owner, tally);
    if (this.#tallies.size > MOST_OWNERS) this.#forgetOldest();
    return ++tally.preemptions;
  }

  /** An owner is granted a preemptible lease; returns what is remembered of it, for {@linkcode ended}. */
  began(owner: string | undefined): OwnerTally | undefined {
    if (owner === undefined || this.#tallies.size === 0) return undefined;
    const tally = this.#tallies.get(owner);
    if (tally !== undefined) tally.held++;
    return tally;
  }

  /** A preemptible lease came to its end: the normal one, or by preemption. */
  ended(tally: OwnerTally, wasPreempted: boolean): void {
    tally.held--;
    if (tally.held > 0 || wasPreempted) return;
    if (this.#tallies.get(tally.owner) === tally) this.#tallies.delete(tally.owner);
  }

  #forgetOldest(): void {
    for (const oldest of this.#tallies.keys()) {
      this.#tallies.delete(oldest);
      return;
    }
  }
}
