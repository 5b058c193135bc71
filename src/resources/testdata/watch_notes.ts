/**
 * What pools tell of who holds and who waits.
 *
 * @module
 */

import { assert } from "@std/assert";
import type { Contested, LetsGo } from "../../coordination/deadlocks/contested.ts";
import { waitWatch } from "../../coordination/deadlocks/watch.ts";

/** Notes what pools tell whoever looks for deadlocks, while it is in use. */
export class WatchNotes implements Disposable {
  readonly told: string[] = [];
  #contested: Contested | undefined = undefined;

  /** Begins to listen. */
  constructor() {
    waitWatch.current = {
      begins: ({ owner, share }, contested) => {
        this.#contested = contested;
        this.told.push(`${owner} waits for ${share}`);
      },
      ends: ({ owner }) => void this.told.push(`${owner} waits no more`),
      holds: (owner) => void this.told.push(`${owner} holds`),
      narrows: () => void this.told.push("less"),
    };
  }

  /** The pool in which somebody waited last. */
  get contested(): Contested {
    assert(this.#contested !== undefined);
    return this.#contested;
  }

  /** Who holds how much of it. */
  get holders(): string[] {
    return [...this.contested.holdings()].map(({ owner, share }) => `${owner}: ${share}`);
  }

  /** Who would be served in the end. */
  served(letsGo: LetsGo): (string | undefined)[] {
    return [...this.contested.served(letsGo)].map(({ owner }) => owner);
  }

  [Symbol.dispose](): void {
    waitWatch.current = undefined;
  }
}
