/**
 * Places of equal kind that owners have and wait for, for whoever looks for deadlocks.
 *
 * @module
 */

import type { Contested, ContestedHolding, ContestedWait, LetsGo } from "./contested.ts";
import { isUniqueOwner } from "./unique_owner.ts";
import { tellGrant } from "./watch.ts";

/** One place in somebody's hands. */
export interface Place {
  /** Who has it, if that was told. */
  readonly owner: string | undefined;
  /** Whether it was given back. */
  readonly released: boolean;
}

/** What has the places. */
export interface PlacesKind {
  /** What a report calls it. */
  readonly noun: string;
  /** What people call it. */
  readonly name: string | undefined;
  /** How many places there are. */
  readonly capacity: number;
}

/** Places are looked through for those that were given back when so many were noted, and whenever they have doubled since. */
const FIRST_SWEEP = 64;

/**
 * Places that are handed over in the order of a line, one to each who waits: those of owners are noted while a detector is on, and nothing
 * is at other times. An owner with a plain name may be several tasks: its own places never keep it from another.
 */
export class PlacesContest implements Contested {
  readonly noun: string;
  readonly name: string | undefined;
  readonly #capacity: number;
  readonly #line: () => Iterable<ContestedWait>;
  #places: (Place & { readonly owner: string })[] = [];
  #sweepAt = FIRST_SWEEP;

  /** `line` answers who waits, in the order of service. */
  constructor({ noun, name, capacity }: PlacesKind, line: () => Iterable<ContestedWait>) {
    this.noun = noun;
    this.name = name;
    this.#capacity = capacity;
    this.#line = line;
  }

  /** Notes a place that has been granted, if it is an owner's; to be called only while somebody looks. */
  granted(place: Place): void {
    if (!isOwned(place)) return;
    if (this.#places.push(place) >= this.#sweepAt) {
      this.#places = this.#places.filter(({ released }) => !released);
      this.#sweepAt = Math.max(FIRST_SWEEP, 2 * this.#places.length);
    }
    tellGrant(place.owner);
  }

  *holdings(): Iterable<ContestedHolding> {
    for (const { owner, released } of this.#places) if (!released) yield { owner, share: 1 };
  }

  waits(): Iterable<ContestedWait> {
    return this.#line();
  }

  *served(letsGo: LetsGo): Iterable<ContestedWait> {
    const kept = new Map<string | undefined, number>();
    let free = this.#capacity;
    const keep = (owner: string | undefined) => {
      if (owner === undefined || letsGo(owner)) return;
      free--;
      if (!isUniqueOwner(owner)) kept.set(owner, (kept.get(owner) ?? 0) + 1);
    };
    for (const { owner } of this.holdings()) keep(owner);
    for (const wait of this.#line()) {
      const { owner } = wait;
      if (free + (kept.get(owner) ?? 0) > 0) {
        yield wait;
        keep(owner);
      } else if (!letsGo(owner)) return;
    }
  }
}

function isOwned(place: Place): place is Place & { readonly owner: string } {
  return place.owner !== undefined;
}
