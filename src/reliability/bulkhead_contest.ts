/**
 * Who has and who waits for a place in a bulkhead, for whoever looks for deadlocks.
 *
 * @module
 */

import type { Contested, ContestedHolding, ContestedWait, LetsGo } from "../coordination/deadlocks/contested.ts";
import { isUniqueOwner } from "../coordination/deadlocks/unique_owner.ts";
import { waitWatch } from "../coordination/deadlocks/watch.ts";
import type { Bulkhead } from "./bulkhead.ts";

/**
 * The places that owners have, noted while a detector is on; nothing at other times. An owner with a plain name may make several calls at
 * once: its own places never keep it from another.
 */
export class BulkheadContest implements Contested {
  readonly noun = "bulkhead";
  readonly #bulkhead: Bulkhead;
  readonly #line: () => Iterable<ContestedWait>;
  readonly #places = new Set<ContestedHolding>();

  /** `line` answers who waits. */
  constructor(bulkhead: Bulkhead, line: () => Iterable<ContestedWait>) {
    this.#bulkhead = bulkhead;
    this.#line = line;
  }

  get name(): string | undefined {
    return this.#bulkhead.name;
  }

  /** An owner's call begins; answers what it has until {@linkcode left}, `undefined` if nobody is to know. */
  entered(owner: string | undefined): ContestedHolding | undefined {
    if (owner === undefined || waitWatch.current === undefined) return undefined;
    const place = { owner, share: 1 };
    this.#places.add(place);
    return place;
  }

  /** A call has ended. */
  left(place: ContestedHolding): void {
    this.#places.delete(place);
  }

  holdings(): Iterable<ContestedHolding> {
    return this.#places;
  }

  waits(): Iterable<ContestedWait> {
    return this.#line();
  }

  *served(letsGo: LetsGo): Iterable<ContestedWait> {
    const kept = new Map<string, number>();
    let free = this.#bulkhead.maxConcurrent;
    const take = (owner: string | undefined) => {
      if (owner === undefined || letsGo(owner)) return;
      free--;
      if (!isUniqueOwner(owner)) kept.set(owner, (kept.get(owner) ?? 0) + 1);
    };
    for (const { owner } of this.#places) take(owner);
    for (const wait of this.#line()) {
      const { owner } = wait, own = owner === undefined ? 0 : kept.get(owner) ?? 0;
      if (free + own > 0) {
        yield wait;
        take(owner);
      } else if (!letsGo(owner)) return;
    }
  }
}
