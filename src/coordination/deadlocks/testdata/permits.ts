/**
 * Permits, for tests of who waits for whom.
 *
 * @module
 */

import { type Contested, type ContestedHolding, type LetsGo, type OwnedWait, servedInOrder } from "../contested.ts";

/** Permits, without any of the machinery around them. */
export class Permits implements Contested {
  readonly noun = "permits";
  readonly held: (ContestedHolding & { readonly share: number })[] = [];
  readonly line: (OwnedWait & { readonly share: number })[] = [];
  /** How many holdings and places in line were read of all permits. */
  static steps = 0;

  constructor(readonly name: string, readonly capacity: number) {}

  get free(): number {
    return this.capacity - this.held.reduce((sum, { share }) => sum + share, 0);
  }

  /** Holds so many at once if it can, else stands in line: then answers who waits. */
  ask(owner: string, share: number): OwnedWait | undefined {
    if (this.line.length === 0 && share <= this.free) {
      this.held.push({ owner, share });
      return undefined;
    }
    const waiting = { owner, share, isLimited: false, isAwaited: true, giveUp() {} };
    this.line.push(waiting);
    return waiting;
  }

  holdings() {
    return counted(this.held);
  }

  waits() {
    return counted(this.line);
  }

  served(letsGo: LetsGo) {
    return servedInOrder(
      { holdings: this.holdings(), waits: this.waits() },
      { capacity: this.capacity, weigh: Number },
      letsGo,
    );
  }
}

function* counted<Item>(items: readonly Item[]): Generator<Item> {
  for (const item of items) {
    Permits.steps++;
    yield item;
  }
}
