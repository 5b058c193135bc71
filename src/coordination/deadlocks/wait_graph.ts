/**
 * Who waits for whom.
 *
 * @module
 */

import type { Contested, ContestedWait, OwnedWait } from "./contested.ts";
import { isUniqueOwner } from "./unique_owner.ts";

/**
 * What is assumed of owners: `"tasks"`, that each is one task, for which it is all the same whether a wait ends by its time limit or as
 * a deadlock; or `"nothing"`.
 */
export type Assumption = "tasks" | "nothing";

/** A wait that has begun and not ended. */
export interface Wait {
  /** Whoever waits, with a name. */
  readonly waiting: OwnedWait;
  /** What it waits for. */
  readonly target: Contested;
  /** Where that was asked for, if that is recorded. */
  readonly at: string | undefined;
  /** Whether its owner has done something since it began: then it is not what the owner waits for, or not by its only task. */
  isLoose: boolean;
}

/**
 * The waits of all owners, and the question which of them can never end.
 *
 * The graph's nodes are owners. It is kept as waits begin and end, which costs O(1); who holds what is read from the primitives
 * themselves when it is asked for. The question costs a few steps for each owner, holding and place in line that can be reached from
 * those in question; a line is read again only when somebody who holds a share of it was found to go on.
 * So a chain of n waits that was built from its end has cost steps in the square of n: each newcomer as many as there are ahead of it. To
 * look the other way, for who waits on the newcomer, would take a record of every grant to an owner, even while nobody waits.
 *
 * A set of owners is stuck if it does not reduce (R. C. Holt, "Some Deadlock Properties of Computer Systems", ACM Computing Surveys
 * 4(3), 1972): even if everybody who can go on gives back all that it has, none of them is served. With several permits a cycle alone
 * is no deadlock, as somebody outside of it may give back enough. Whoever has no name, or does not wait, can go on; an owner with
 * several waits can go on with any one of them.
 *
 * That is so if each owner does nothing but wait. What is sure is less: there only an owner counts as stuck who waits for one thing and
 * for nothing else; and if nothing is assumed, only if its name is of one task, and there is no time limit. All others are taken to go on
 * some time, and to call off whatever they wait for. As more go on, more are served: whoever is surely stuck is stuck.
 */
export class WaitGraph {
  readonly #waits = new Map<string, Set<Wait>>();
  readonly #assume: Assumption;

  /** Nobody waits yet. */
  constructor(assume: Assumption) {
    this.#assume = assume;
  }

  /** How many owners wait. */
  get size(): number {
    return this.#waits.size;
  }

  /** Whether an owner waits for anything. */
  isWaiting(owner: string): boolean {
    return this.#waits.has(owner);
  }

  /** Whether an owner does nothing, for sure, before it is served. */
  isHeldUp(owner: string): boolean {
    const [wait, another] = this.waitsOf(owner);
    if (wait === undefined || another !== undefined || wait.isLoose || !wait.waiting.isAwaited) return false;
    return this.#assume === "tasks" || (isUniqueOwner(owner) && !wait.waiting.isLimited);
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
    if (waits?.delete(wait) !== true) return;
    if (waits.size === 0) this.#waits.delete(owner);
    else this.loosen(owner); // it has been told how that wait ended
  }

  /** An owner has done something although it waits. */
  loosen(owner: string): void {
    for (const wait of this.waitsOf(owner)) wait.isLoose = true;
  }

  /** Owners that can never be served, because they wait for each other: of `owners` and all on whom these depend. */
  stuckWith(owners: Iterable<string>): ReadonlySet<string> {
    const reach = new Reach(this, owners);
    return this.#reduce(reach, new Set(reach.owners));
  }

  /** Those of {@linkcode stuckWith} for whom that is sure. */
  surelyStuckWith(owners: Iterable<string>): ReadonlySet<string> {
    const reach = new Reach(this, owners);
    return this.#reduce(reach, new Set([...reach.owners].filter((owner) => this.isHeldUp(owner))));
  }

  /** Takes out of `stuck` whoever is served once all others give back what they have, and so on. */
  #reduce(reach: Reach, stuck: Set<string>): ReadonlySet<string> {
    const goesOn = (owner: string | undefined) => owner === undefined || !stuck.has(owner);
    const unread = new Set(reach.targets);
    for (const target of unread) { // grows as it is walked
      unread.delete(target);
      for (const { owner } of target.served(goesOn)) {
        if (owner === undefined || !stuck.delete(owner)) continue;
        for (const held of reach.heldBy(owner)) unread.add(held);
        for (const { target: left } of this.waitsOf(owner)) if (left !== target) unread.add(left);
      }
    }
    return stuck;
  }

  /** All who wait, of `owners` and those on whom they depend. */
  dependedOnBy(owners: Iterable<string>): string[] {
    return [...new Reach(this, owners).owners];
  }

  /**
   * A circle of waits in the knot that holds `owner` up: each waits for something that the next one holds or stands in line for. Empty if
   * there is none, or if it goes through an owner in `walked`, where all that it comes by are noted.
   */
  cycle(owner: string, stuck: ReadonlySet<string>, walked = new Set<string>()): readonly Wait[] {
    const path: Wait[] = [], places = new Map<string, number>();
    let at = owner;
    while (!places.has(at)) {
      if (walked.has(at)) return [];
      walked.add(at);
      places.set(at, path.length);
      const next = this.#step(at, stuck);
      if (next === undefined) return []; // not in a reduced set: each of its owners waits for another
      path.push(next.wait);
      at = next.owner;
    }
    return path.slice(places.get(at));
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

/** All who wait, of some owners and those on whom they depend, and what they wait for. Reads each thing and its line once. */
class Reach {
  readonly owners = new Set<string>();
  readonly #graph: WaitGraph;
  readonly #ahead = new Map<Contested, Ahead>();
  readonly #heldBy = new Map<string, Contested[]>();

  constructor(graph: WaitGraph, owners: Iterable<string>) {
    this.#graph = graph;
    for (const owner of owners) this.#find(owner);
    for (const owner of this.owners) { // grows as it is walked
      for (const wait of graph.waitsOf(owner)) this.#follow(wait);
    }
  }

  /** What they wait for. */
  get targets(): Iterable<Contested> {
    return this.#ahead.keys();
  }

  /** Of what they wait for: what an owner holds a share of. */
  heldBy(owner: string): Iterable<Contested> {
    return this.#heldBy.get(owner) ?? [];
  }

  #find(owner: string | undefined): void {
    if (owner !== undefined && this.#graph.isWaiting(owner)) this.owners.add(owner);
  }

  #follow({ waiting, target }: Wait): void {
    let ahead = this.#ahead.get(target);
    if (ahead === undefined) {
      this.#ahead.set(target, ahead = new Ahead(target));
      for (const { owner } of target.holdings()) this.#findHolder(owner, target);
    }
    for (const { owner } of ahead.until(waiting)) this.#find(owner);
  }

  #findHolder(owner: string | undefined, target: Contested): void {
    if (owner === undefined) return;
    this.#find(owner);
    const held = this.#heldBy.get(owner);
    if (held === undefined) this.#heldBy.set(owner, [target]);
    else held.push(target);
  }
}

/** A line that is read once, from the front, as far as anybody asks. */
class Ahead {
  readonly #rest: Iterator<ContestedWait>;
  readonly #read = new Set<ContestedWait>();

  constructor(target: Contested) {
    this.#rest = target.waits()[Symbol.iterator]();
  }

  /** Those up to `waiting` who were not read before. */
  *until(waiting: ContestedWait): Generator<ContestedWait> {
    while (!this.#read.has(waiting)) {
      const next = this.#rest.next();
      if (next.done === true) return;
      this.#read.add(next.value);
      yield next.value;
    }
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
