/**
 * The arithmetic of the token bucket, the generic cell rate algorithm and the leaky bucket: one number.
 *
 * @module
 */

import type { Rate } from "./rate_limiter.ts";
import { cellAt, type RateRule, roundUp } from "./rate_rule.ts";

/**
 * Keeps when the next token is due if all that were taken are spread at the rate: the *theoretical arrival time* of
 * ITU-T I.371, and for a bucket the time at which it is full again.
 *
 * `n` tokens may be had if this time, `n` intervals on, is at most the depth ahead. A time is kept multiplied by
 * `limit`, so that an interval is `perMs` and not a fraction: with a clock and a `perMs` of whole milliseconds all sums
 * are exact, however many tokens were taken, as long as the product is below 2 ** 53. Beyond, each sum is off by half a
 * step of the clock's own 53 bits at most: a millionth of a millisecond after a hundred days.
 */
export class ArrivalRule implements RateRule {
  readonly stride = 1;
  readonly queue = Infinity;
  readonly idleMs: number;
  readonly #limit: number;
  readonly #perMs: number;
  readonly #depth: number;

  /** `depth` is in milliseconds times `limit`, at least `most * perMs`. */
  constructor(readonly type: string, { limit, perMs }: Required<Rate>, depth: number, readonly most: number) {
    this.#limit = limit;
    this.#perMs = perMs;
    this.#depth = depth;
    this.idleMs = depth / limit;
  }

  tryTake(cells: Float64Array, at: number, n: number, now: number): boolean {
    const present = now * this.#limit, due = cellAt(cells, at), cost = n * this.#perMs;
    if (due + cost - this.#depth > present) return false;
    cells[at] = (due > present ? due : present) + cost;
    return true;
  }

  readyAt(cells: Float64Array, at: number, n: number, now: number): number {
    const limit = this.#limit, ready = cellAt(cells, at) + n * this.#perMs - this.#depth;
    return ready <= now * limit ? now : roundUp(ready / limit, (time) => ready <= time * limit);
  }

  available(cells: Float64Array, at: number, now: number): number {
    const present = now * this.#limit;
    return Math.floor((present + this.#depth - Math.max(cellAt(cells, at), present)) / this.#perMs);
  }
}
