/**
 * How a request is read and checked.
 *
 * @module
 */

import { demandOf, PoolDemand } from "./demand.ts";
import { KindSet } from "./kind_set.ts";
import type { Nodes } from "./nodes.ts";
import { amountRefusal, capacityRefusal } from "./refusals.ts";
import type { ResourceAmounts } from "./request.ts";

/** One entry of a request that was read, in the order in which the request named it. */
class Entry {
  readonly kind: string;
  readonly amount: number;
  next: Entry | undefined = undefined;

  constructor(kind: string, amount: number) {
    this.kind = kind;
    this.amount = amount;
  }
}

/** A request that was read, and what it needs. */
interface Known<Kinds extends string> {
  readonly entries: Entry | undefined;
  readonly demand: PoolDemand<Kinds>;
}

/**
 * What a request inherits is not asked for. Called on it in a `for`-`in` the compiler knows the answer, and it is free; neither
 * `Object.hasOwn` is, nor this from another module.
 */
const { hasOwnProperty: hasOwn } = Object.prototype;

/** How many requests are remembered; a power of 2. */
const SLOTS = 64;

/**
 * Reads requests, and remembers some: the last one, to see which again costs a walk through the request's entries and nothing
 * else; and of those before as many as there are slots, which costs a walk more. What is new costs about twice that.
 */
export class RequestReader<Kinds extends string> {
  readonly #nodes: Nodes<Kinds>;
  readonly #noKinds: KindSet<Kinds>;
  readonly #nothing: Known<Kinds>;
  #last: Known<Kinds>;
  /** By a hash of the first entry. */
  readonly #known: (Known<Kinds> | undefined)[] = new Array(SLOTS).fill(undefined);
  // The request that is being read; kept, because lists that grow cost more than all the rest:
  readonly #places: number[] = [];
  readonly #units: number[] = [];

  /** Reads for one pool. */
  constructor(nodes: Nodes<Kinds>) {
    this.#nodes = nodes;
    this.#noKinds = new KindSet(nodes.table);
    this.#last = this.#nothing = { entries: undefined, demand: demandOf(this.#noKinds, [], []) };
  }

  /**
   * What a request needs.
   *
   * @throws {TypeError} If it names a kind that the pool does not have, or asks for nothing.
   * @throws {RangeError} If an amount is negative, not finite, or too small to count.
   * @throws {CapacityError} If no node has that much.
   */
  read(request: ResourceAmounts<Kinds>, owner: string | undefined): PoolDemand<Kinds> {
    const last = this.#last;
    let entry = last.entries;
    for (const kind in request) {
      if (entry === undefined || entry.kind !== kind || entry.amount !== request[kind] || !hasOwn.call(request, kind)) {
        return this.#remember(request, owner);
      }
      entry = entry.next;
    }
    return entry === undefined && last.entries !== undefined ? last.demand : this.#remember(request, owner);
  }

  /** Forgets all requests: what the nodes have is no longer what they were checked against. */
  forget(): void {
    this.#last = this.#nothing;
    this.#known.fill(undefined);
  }

  /** What a request needs that is not the last one. */
  #remember(request: ResourceAmounts<Kinds>, owner: string | undefined): PoolDemand<Kinds> {
    const slot = slotOf(request), known = this.#known[slot];
    const found = known !== undefined && isSame(request, known.entries) ? known : this.#readAnew(request, owner);
    this.#known[slot] = this.#last = found;
    return found.demand;
  }

  #readAnew(amounts: ResourceAmounts<Kinds>, owner: string | undefined): Known<Kinds> {
    const request = { ...amounts }; // what it inherits is not asked for; and a getter may ask this reader for something else
    const { nodes, largest, table } = this.#nodes, places = this.#places, units = this.#units;
    let first: Entry | undefined, last: Entry | undefined, length = 0;
    for (const kind in request) {
      const place = table.placeOf(kind, "acquire"), amount = request[kind];
      if (typeof amount !== "number" || !(amount >= 0 && amount <= largest[place]!)) {
        throw amountRefusal(this.#nodes, { place, amount, owner });
      }
      const needed = table.unitsOf(amount, place);
      if (needed === 0 && amount > 0) throw amountRefusal(this.#nodes, { place, amount, owner });
      const entry = new Entry(kind, amount);
      if (last === undefined) first = entry;
      else last.next = entry;
      last = entry;
      if (needed === 0) continue;
      places[length] = place;
      units[length++] = needed;
    }
    if (length === 0) {
      throw new TypeError(
        `Cannot acquire nothing: the request has no amount above 0; ask for some of ${table.list}`,
      );
    }
    const demand = length === 1
      ? new PoolDemand(this.#noKinds.with(places[0]!), [units[0]!])
      : demandOf(this.#noKinds, places.slice(0, length), units.slice(0, length));
    if (nodes > 1 && !this.#nodes.couldEverFit(demand)) throw capacityRefusal(this.#nodes, demand, owner);
    return { entries: first, demand };
  }
}

function isSame<Kinds extends string>(request: ResourceAmounts<Kinds>, entries: Entry | undefined): boolean {
  let entry = entries;
  for (const kind in request) {
    if (entry === undefined || entry.kind !== kind || entry.amount !== request[kind]) return false;
    if (!hasOwn.call(request, kind)) return false;
    entry = entry.next;
  }
  return entry === undefined;
}

/** A hash of a request's first entry: its amount counts, and its kind a little. */
function slotOf<Kinds extends string>(request: ResourceAmounts<Kinds>): number {
  for (const kind in request) {
    const amount = request[kind];
    if (typeof amount !== "number") return 0;
    return Math.imul(amount * 1024 + kind.length, 0x9e37_79b1) >>> 26; // 6 bits, for 64 slots
  }
  return 0;
}
