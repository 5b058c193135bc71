/**
 * How often owners were preempted.
 *
 * @module
 */

/** How many owners are remembered. */
const MOST_OWNERS = 10_000;

/** What is remembered of an owner. Amounts are in units, by kind's place. */
export class OwnerTally {
  /** How often it was preempted in a row. */
  preemptions = 0;
  /** How many preemptible leases it has that were granted while it was remembered. */
  held = 0;
  /** The most that any of the leases held that it lost. */
  readonly lost: Float64Array;
  /** How much it has still to give back in the normal way, since the last one that it lost, until that counts as done. */
  readonly owed: Float64Array;

  /** Begins with nothing. */
  constructor(readonly owner: string, kinds: number) {
    this.lost = new Float64Array(kinds);
    this.owed = new Float64Array(kinds);
  }
}

/** How something of a lease came back. */
export interface Comeback {
  /** Whether that was the last of the lease. */
  readonly isOver: boolean;
  /** Whether the lease had to go. */
  readonly wasPreempted: boolean;
}

/**
 * Counts how often an owner was preempted in a row, for requests that do not tell how often their work was: until the owner has given
 * back in the normal way, since the last time, as much as the largest of the leases held that it lost, and has no preemptible lease
 * besides. For that a small lease came to its end says nothing of the large one that is preempted again and again, before it, after it
 * or beside it. Remembers the {@linkcode MOST_OWNERS} owners to whom it happened last, and costs nothing for others.
 */
export class PreemptionRecord {
  readonly #tallies = new Map<string, OwnerTally>();

  /** How often in a row. */
  of(owner: string): number {
    return this.#tallies.get(owner)?.preemptions ?? 0;
  }

  /** Counts one more, of a lease that holds so many units by kind's place; returns how many there are. */
  note(owner: string, units: Float64Array): number {
    const tally = this.#tallies.get(owner) ?? new OwnerTally(owner, units.length);
    this.#tallies.delete(owner); // to be the last in the order of insertion
    this.#tallies.set(owner, tally);
    if (this.#tallies.size > MOST_OWNERS) this.#forgetOldest();
    for (let place = 0; place < units.length; place++) {
      tally.owed[place] = tally.lost[place] = Math.max(tally.lost[place]!, units[place]!);
    }
    return ++tally.preemptions;
  }

  /** An owner is granted a preemptible lease; returns what is remembered of it, for {@linkcode returned}. */
  began(owner: string | undefined): OwnerTally | undefined {
    if (owner === undefined || this.#tallies.size === 0) return undefined;
    const tally = this.#tallies.get(owner);
    if (tally !== undefined) tally.held++;
    return tally;
  }

  /** So many units of a preemptible lease came back. */
  returned(tally: OwnerTally, units: Float64Array, { isOver, wasPreempted }: Comeback): void {
    if (isOver) tally.held--;
    if (wasPreempted) return;
    let isDone = tally.held === 0;
    for (let place = 0; place < units.length; place++) {
      if ((tally.owed[place]! -= units[place]!) > 0) isDone = false;
    }
    if (isDone && this.#tallies.get(tally.owner) === tally) this.#tallies.delete(tally.owner);
  }

  #forgetOldest(): void {
    for (const oldest of this.#tallies.keys()) {
      this.#tallies.delete(oldest);
      return;
    }
  }
}
