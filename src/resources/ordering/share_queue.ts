/**
 * Dominant-resource fairness.
 *
 * @module
 */

import type { Demand } from "../placement/placement.ts";
import { LineQueue } from "./line_queue.ts";
import type { Candidate, OrderingContext } from "./ordering.ts";
import { QueueLine } from "./queue_line.ts";
import type { Cursor } from "./traversal.ts";
import type { WeightOf } from "./weights.ts";

/** An owner: the key is its dominant share for its weight. */
class ShareLine<W> extends QueueLine<W, string | undefined> {
  weight = 1;
  /** What its leases hold, in units by kind's place. A plain list: a typed one costs far more to make. */
  readonly held: number[];

  /** Makes the line of an owner that holds nothing. */
  constructor(name: string | undefined, kinds: number) {
    super(name);
    this.held = new Array<number>(kinds).fill(0);
  }
}

/**
 * Dominant-resource fairness by progressive filling: A. Ghodsi, M. Zaharia, B. Hindman, A. Konwinski, S. Shenker and I. Stoica,
 * "Dominant Resource Fairness: Fair Allocation of Multiple Resource Types" (NSDI 2011), Algorithm 1.
 *
 * An owner's dominant share is the largest share of any kind's capacity that its leases hold; whoever has the smallest for its
 * weight is next, and of equals the one whose first request is older. An owner is remembered while it waits or holds something.
 */
export class ShareQueue<W extends Candidate<W>> extends LineQueue<W, string | undefined, ShareLine<W>> {
  readonly #context: OrderingContext;
  readonly #weightOf: WeightOf;
  /** The capacity that the keys were counted with. */
  #capacity: Float64Array;

  /** Makes an empty queue. */
  constructor(context: OrderingContext, weightOf: WeightOf) {
    super();
    this.#context = context;
    this.#weightOf = weightOf;
    this.#capacity = context.capacity.slice();
  }

  override first(): W | undefined {
    this.#readCapacity();
    return super.first();
  }

  override inOrder(): Generator<W, void, void> {
    this.#readCapacity();
    return super.inOrder();
  }

  /** Adds to what an owner holds. */
  granted(owner: string | undefined, demand: Demand): void {
    let line = this.lines.get(owner);
    if (line === undefined) this.lines.set(owner, line = this.makeLine(owner));
    add(line.held, demand, 1);
    this.#count(line);
  }

  /** Takes from what an owner holds. */
  released(owner: string | undefined, demand: Demand): void {
    const line = this.lines.get(owner);
    if (line === undefined) return;
    add(line.held, demand, -1);
    this.#count(line);
  }

  protected override nameOf(waiter: W): string | undefined {
    return waiter.owner;
  }

  protected override makeLine(name: string | undefined): ShareLine<W> {
    return new ShareLine(name, this.#capacity.length);
  }

  protected override beginWaiting(line: ShareLine<W>): void {
    line.weight = this.#weightOf(line.name);
    line.key = this.#shareOf(line.held) / line.weight;
  }

  protected override endWaiting(line: ShareLine<W>): void {
    if (holdsNothing(line.held)) this.lines.delete(line.name);
  }

  protected override keyBehind(cursor: Cursor<W, ShareLine<W>>): number {
    const held = cursor.held ??= [...cursor.line.held];
    add(held, cursor.entry.waiter.demand, 1);
    return this.#shareOf(held) / cursor.line.weight;
  }

  /** Counts anew after an owner's leases have changed. */
  #count(line: ShareLine<W>): void {
    if (line.first !== undefined) {
      line.key = this.#shareOf(line.held) / line.weight;
      this.heap.update(line);
    } else if (holdsNothing(line.held)) {
      this.lines.delete(line.name);
    }
  }

  /** Counts all anew if the pool has been resized. */
  #readCapacity(): void {
    const { capacity } = this.#context;
    if (isEqual(capacity, this.#capacity)) return;
    this.#capacity = capacity.slice();
    for (const line of this.heap.items()) line.key = this.#shareOf(line.held) / line.weight;
    this.heap.rebuild();
  }

  /** The largest share of any kind; infinite if the pool has none left of a kind that is held. */
  #shareOf(held: readonly number[]): number {
    let largest = 0;
    for (let place = 0; place < held.length; place++) {
      const units = held[place] ?? 0;
      if (units > 0) largest = Math.max(largest, units / (this.#capacity[place] ?? 0));
    }
    return largest;
  }
}

function add(held: number[], demand: Demand, sign: 1 | -1): void {
  for (let at = 0; at < demand.length; at++) {
    const place = demand.places[at] ?? 0;
    held[place] = (held[place] ?? 0) + sign * (demand.units[at] ?? 0);
  }
}

function holdsNothing(held: readonly number[]): boolean {
  for (let place = 0; place < held.length; place++) {
    if (held[place] !== 0) return false;
  }
  return true;
}

function isEqual(a: Float64Array, b: Float64Array): boolean {
  for (let place = 0; place < a.length; place++) {
    if (a[place] !== b[place]) return false;
  }
  return true;
}
