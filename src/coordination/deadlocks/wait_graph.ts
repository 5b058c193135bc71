/**
 * Who waits for whom.
 *
 * @module
 */

import type { Contested, OwnedWait } from "./contested.ts";

/** A wait that has begun and not ended. */
export interface Wait {
  /** Whoever waits, with a name. */
  readonly waiting: OwnedWait;
  /** What it waits for. */
  readonly target: Contested;
  /** Where that was asked for, if that is recorded. */
  readonly at: string | undefined;
}

/**
 * The waits of all owners, and the question which of them can never end.
 *
 * The graph's nodes are owners. It is kept as waits begin and end, which costs O(1); who holds what is read from the primitives
 * themselves when it is asked for. The question costs the owners and lines that can be reached from the new wait: two look-ups when,
 * as nearly always, whoever holds what is waited for is not waiting itself.
 *
 * A set of owners is stuck if it does not reduce (R. C. Holt, "Some Deadlock Properties of Computer Systems", ACM Computing Surveys
 * 4(3), 1972): even if everybody who can go on gives back all that it has, none of them is served. With several permits a cycle alone
 * is no deadlock, as somebody outside of it may give back enough. Whoever has no name, or does not wait, can go on; an owner with
 * several waits can go on with any one of them. So nobody is accused who could still be served.
 */
export class WaitGraph {
  readonly #waits = new Map<string, Set<Wait>>();

  /** How many owners wait. */
  get size(): number {
    return this.#waits.size;
  }

  /** Whether an owner waits for anything. */
  isWaiting(owner: string): boolean {
    return this.#waits.has(owner);
  }

  /** What an owner waits for, first come first. */
  waitsOf(owner: string): Iterable<Wait> {
    return this.#waits.get(owner) ?? [];
  }

  /** A wait has begun. */
  add(wait: Wait): void {
    const { owner } = wait.waiting;
    const waits = this.#waits.get(owner);
    if (waits === undefined) this.#waits.set(owner, new Set([wait]));
    else waits.add(wait);
  }

  /** A wait has ended; one that is not known is left alone. */
  delete(wait: Wait): void {
    const { owner } = wait.waiting;
    const waits = this.#waits.get(owner);
    if (waits?.delete(wait) === true && waits.size === 0) this.#waits.delete(owner);
  }

  /** Owners that can never be served, `owner` among them, because they wait for each other; empty if `owner` can go on. */
  stuckWith(owner: string): ReadonlySet<string> {
    if (!this.#waits.has(owner)) return new Set();
    const stuck = this.#reachable(owner);
    while (stuck.has(owner) && this.#reduce(stuck)) { /* whoever is served may let others go on */ }
    return stuck.has(owner) ? stuck : new Set();
  }

  /** A circle of waits through `owner`'s knot: each waits for something that the next one holds or stands in line for. */
  cycle(owner: string, stuck: ReadonlySet<string>): readonly Wait[] {
    const path: Wait[] = [], places = new Map<string, number>();
    let at = owner;
    while (!places.has(at)) {
      places.set(at, path.length);
      const next = this.#step(at, stuck);
      if (next === undefined) return path; // not in a reduced set: each of its owners waits for another
      path.push(next.wait);
      at = next.owner;
    }
    return path.slice(places.get(at));
  }

  /** All who wait, among those on whom `owner` depends. */
  #reachable(owner: string): Set<string> {
    const found = new Set<string>([owner]);
    for (const at of found) { // grows as it is walked
      for (const wait of this.waitsOf(at)) {
        for (const other of blockers(wait)) if (this.#waits.has(other)) found.add(other);
      }
    }
    return found;
  }

  /** Takes out those who would be served if all outside of the set gave back what they have; answers whether there were any. */
  #reduce(stuck: Set<string>): boolean {
    const before = stuck.size;
    const targets = new Set([...stuck].flatMap((owner) => [...this.waitsOf(owner)].map(({ target }) => target)));
    for (const target of targets) {
      const served = [...target.served((owner) => owner === undefined || !stuck.has(owner))];
      for (const { owner } of served) if (owner !== undefined) stuck.delete(owner);
    }
    return stuck.size < before;
  }

  /** Somebody stuck that `owner` waits for; itself only if there is nobody else. */
  #step(owner: string, stuck: ReadonlySet<string>): { readonly wait: Wait; readonly owner: string } | undefined {
    let itself: Wait | undefined;
    for (const wait of this.waitsOf(owner)) {
      for (const other of blockers(wait)) {
        if (other === owner) itself = wait;
        else if (stuck.has(other)) return { wait, owner: other };
      }
    }
    return itself && { wait: itself, owner };
  }
}

/** Who may have to go on before a wait can end: all that hold what it waits for, or stand ahead of it. */
function* blockers({ waiting, target }: Wait): Generator<string> {
  for (const { owner } of target.holdings()) if (owner !== undefined) yield owner;
  for (const ahead of target.waits()) {
    if (ahead === waiting) return;
    if (ahead.owner !== undefined) yield ahead.owner;
  }
}
