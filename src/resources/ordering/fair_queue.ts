/**
 * Start-time fair queueing.
 *
 * @module
 */

import type { Demand } from "../placement/placement.ts";
import { dominantShareOf } from "./dominant_share.ts";
import { Heap } from "./heap.ts";
import { LineQueue } from "./line_queue.ts";
import type { Candidate, OrderingContext } from "./ordering.ts";
import { QueueLine } from "./queue_line.ts";
import type { Cursor } from "./traversal.ts";
import type { WeightOf } from "./weights.ts";

/** An owner: the key is the start tag of whoever is first in its line, or the least that the next one gets. */
class FairLine<W> extends QueueLine<W, string | undefined> {
  weight = 1;
}

/** How many owners that do not wait are remembered beyond as many as do. */
export const MAX_IDLE = 1_000;

/**
 * Start-time fair queueing by owner: P. Goyal, H. Vin and H. Cheng, "Start-time Fair Queueing" (SIGCOMM 1996).
 *
 * Each owner has a tag, which tells how much it has been granted for its weight: a grant moves the tag on by cost / weight, where
 * the cost is the dominant share of what was granted, and whoever has the smallest tag is next. The virtual time follows the
 * smallest tag, as it does in the paper when the requests are served in their order. An owner that begins to wait starts at the
 * virtual time, or where its own tag stands if that is later: time in which it did not wait earns no credit.
 *
 * Tags are kept for owners, not requests: whoever gives up leaves no gap, and what a cancelled request would have cost is nobody's
 * loss. An owner that does not wait is forgotten when the virtual time has passed its tag, and everybody is when nobody waits, for
 * then there is nothing to be fair about. The virtual time stands still while new owners keep coming, who all start there; so that
 * they cannot fill the memory, those who owe least are forgotten first when {@linkcode MAX_IDLE} more are idle than wait. Grants to
 * an owner that is not remembered are not charged: they took what no waiter could use.
 */
export class FairQueue<W extends Candidate<W>> extends LineQueue<W, string | undefined, FairLine<W>> {
  readonly #context: OrderingContext;
  readonly #weightOf: WeightOf;
  /** Owners that do not wait, by tag. */
  readonly #idle = new Heap<FairLine<W>>();
  /** At most the tag of any owner that waits. */
  #virtualTime = 0;

  /** Makes an empty queue. */
  constructor(context: OrderingContext, weightOf: WeightOf) {
    super();
    this.#context = context;
    this.#weightOf = weightOf;
  }

  override join(waiter: W): void {
    this.#forget();
    super.join(waiter);
  }

  /** Charges an owner. */
  granted(owner: string | undefined, demand: Demand): void {
    const line = this.lines.get(owner);
    if (line === undefined) return;
    const least = Math.min(line.key, this.heap.first?.key ?? line.key);
    if (least > this.#virtualTime) this.#virtualTime = least;
    line.key += dominantShareOf(demand, this.#context.capacity) / line.weight;
    if (line.first === undefined) this.#idle.update(line);
    else this.heap.update(line);
    this.#forget();
  }

  protected override nameOf(waiter: W): string | undefined {
    return waiter.owner;
  }

  protected override makeLine(name: string | undefined): FairLine<W> {
    const line = new FairLine<W>(name);
    line.key = this.#virtualTime;
    return line;
  }

  protected override beginWaiting(line: FairLine<W>): void {
    line.weight = this.#weightOf(line.name);
    if (line.place >= 0) this.#idle.remove(line);
  }

  protected override endWaiting(line: FairLine<W>): void {
    this.#idle.push(line);
    if (this.size > 0) return;
    this.lines.clear();
    this.#idle.clear();
    this.#virtualTime = 0;
  }

  protected override keyBehind(cursor: Cursor<W, FairLine<W>>): number {
    const { demand } = cursor.entry.waiter;
    return cursor.key + dominantShareOf(demand, this.#context.capacity) / cursor.line.weight;
  }

  #forget(): void {
    for (let line = this.#idle.first; line !== undefined; line = this.#idle.first) {
      if (line.key > this.#virtualTime && this.#idle.size <= this.heap.size + MAX_IDLE) break;
      this.#idle.remove(line);
      this.lines.delete(line.name);
    }
  }
}
