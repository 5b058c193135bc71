/**
 * The arithmetic of the sliding log: when each of the last tokens comes back.
 *
 * @module
 */

import type { Rate } from "./rate_limiter.ts";
import { cellAt, type RateRule } from "./rate_rule.ts";

/**
 * A cell is a ring of `limit` times, each of which says when a token that was taken counts no longer, and before it the
 * place of the oldest. Older tokens need not be remembered, and nothing is ever swept: the `n`th oldest decides whether
 * `n` can be had.
 */
export class SlidingLogRule implements RateRule {
  readonly type = "sliding_log";
  readonly stride: number;
  readonly queue = Infinity;
  readonly most: number;
  readonly idleMs: number;

  /** The rate has been checked. */
  constructor({ limit, perMs }: Required<Rate>) {
    this.most = limit;
    this.idleMs = perMs;
    this.stride = limit + 1;
  }

  tryTake(cells: Float64Array, at: number, n: number, now: number): boolean {
    if (this.#freeAt(cells, at, n) > now) return false;
    const { most } = this, end = now + this.idleMs;
    let oldest = cellAt(cells, at);
    for (let taken = 0; taken < n; taken++) {
      cells[at + 1 + oldest] = end;
      oldest = oldest + 1 === most ? 0 : oldest + 1;
    }
    cells[at] = oldest;
    return true;
  }

  readyAt(cells: Float64Array, at: number, n: number, now: number): number {
    return Math.max(now, this.#freeAt(cells, at, n));
  }

  available(cells: Float64Array, at: number, now: number): number {
    let [from, to] = [0, this.most]; // the ring is in order of time: the first `from` are free, those behind `to` are not
    while (from < to) {
      const middle = Math.floor((from + to) / 2) + 1;
      if (this.#freeAt(cells, at, middle) <= now) from = middle;
      else to = middle - 1;
    }
    return from;
  }

  /** When the `n`th oldest token counts no longer. */
  #freeAt(cells: Float64Array, at: number, n: number): number {
    const place = cellAt(cells, at) + n - 1;
    return cellAt(cells, at + 1 + (place < this.most ? place : place - this.most));
  }
}
