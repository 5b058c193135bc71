/**
 * What a holder has, until it gives it back.
 *
 * @module
 */

import type { Ledger } from "./ledger.ts";
import type { ResourceAmounts } from "./request.ts";
import type { Stock } from "./stock.ts";

/** What was granted out of a pool, whole; it belongs to its holder until it is released. */
export interface Lease<Kinds extends string> extends Disposable {
  /** What was granted, by kind, to a millionth; a kind of which it holds nothing is not mentioned. */
  readonly amounts: ResourceAmounts<Kinds>;
  /** Who holds it, if told. */
  readonly owner: string | undefined;
  /** Whether it has been given back. */
  readonly released: boolean;
  /** Gives everything back at once, and serves whoever waits for it; a second call changes nothing. */
  release(): void;
}

/** What is taken of one kind, and the portion of the next kind. */
export interface Portion<Kinds extends string> {
  /** The kind it is taken from. */
  readonly stock: Stock<Kinds>;
  /** How much, in the stock's units; above 0. */
  readonly units: number;
  /** What is taken of another kind. */
  next: Portion<Kinds> | undefined;
}

/**
 * A lease from its request on: it is made when the request is read, and holds something only once it began.
 *
 * It is itself the portion of the first kind, so that a request of one kind allocates one object. It has no base class: a
 * derived constructor would double the cost of a grant.
 */
export class PoolLease<Kinds extends string> implements Lease<Kinds>, Portion<Kinds> {
  readonly stock: Stock<Kinds>;
  readonly units: number;
  next: Portion<Kinds> | undefined = undefined;
  readonly owner: string | undefined;
  /** Where to give back; undefined before the grant and after the release. */
  #ledger: Ledger<Kinds> | undefined = undefined;

  /** Describes what it will hold. */
  constructor(stock: Stock<Kinds>, units: number, owner: string | undefined) {
    this.stock = stock;
    this.units = units;
    this.owner = owner;
  }

  /** Called by the ledger when it has set everything aside. */
  begin(ledger: Ledger<Kinds>): void {
    this.#ledger = ledger;
  }

  get amounts(): ResourceAmounts<Kinds> {
    return Object.freeze(amountsOf(this));
  }

  get released(): boolean {
    return this.#ledger === undefined;
  }

  release(): void {
    const ledger = this.#ledger;
    if (ledger === undefined) return;
    this.#ledger = undefined;
    ledger.giveBack(this);
  }

  [Symbol.dispose](): void {
    this.release();
  }
}

function amountsOf<Kinds extends string>(portions: Portion<Kinds>): ResourceAmounts<Kinds> {
  const amounts: { [Kind in Kinds]?: number } = {};
  for (let at: Portion<Kinds> | undefined = portions; at !== undefined; at = at.next) {
    amounts[at.stock.kind] = at.units / at.stock.perWhole;
  }
  return amounts;
}
