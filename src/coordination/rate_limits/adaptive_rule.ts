/**
 * The arithmetic of a token bucket whose rate changes.
 *
 * @module
 */

import { cellAt, type RateRule, roundUp } from "./rate_rule.ts";

/**
 * A cell is `[tokens missing, since when]`. `tryTake` of no token brings it up to the present, which must be done
 * before `limit` changes.
 */
export class AdaptiveRule implements RateRule {
  readonly type = "adaptive";
  readonly stride = 2;
  readonly queue = Infinity;

  /** All has been checked; `limit` may change. */
  constructor(public limit: number, readonly perMs: number, readonly most: number) {}

  /** At the present rate. */
  get idleMs(): number {
    return this.most * this.perMs / this.limit;
  }

  tryTake(cells: Float64Array, at: number, n: number, now: number): boolean {
    const missing = this.#missing(cells, at, now) + n;
    if (missing > this.most) return false;
    cells[at] = missing;
    cells[at + 1] = now;
    return true;
  }

  readyAt(cells: Float64Array, at: number, n: number, now: number): number {
    const surplus = this.#missing(cells, at, now) + n - this.most;
    if (surplus <= 0) return now;
    return roundUp(
      now + surplus * this.perMs / this.limit,
      (time) => this.#missing(cells, at, time) + n <= this.most,
    );
  }

  available(cells: Float64Array, at: number, now: number): number {
    return Math.floor(this.most - this.#missing(cells, at, now));
  }

  #missing(cells: Float64Array, at: number, now: number): number {
    return Math.max(0, cellAt(cells, at) - (now - cellAt(cells, at + 1)) * this.limit / this.perMs);
  }
}
