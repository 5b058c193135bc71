/**
 * The arithmetic of the fixed window: which window it is, and what was taken in it.
 *
 * @module
 */

import type { Rate } from "./rate_limiter.ts";
import { cellAt, type RateRule, roundUp } from "./rate_rule.ts";

/** A cell is `[window, taken]`; windows are counted from time 0. */
export class FixedWindowRule implements RateRule {
  readonly type = "fixed_window";
  readonly stride = 2;
  readonly queue = Infinity;
  readonly most: number;
  readonly idleMs: number;

  /** The rate has been checked. */
  constructor({ limit, perMs }: Required<Rate>) {
    this.most = limit;
    this.idleMs = perMs;
  }

  tryTake(cells: Float64Array, at: number, n: number, now: number): boolean {
    const window = Math.floor(now / this.idleMs);
    const taken = cellAt(cells, at) === window ? cellAt(cells, at + 1) : 0;
    if (taken + n > this.most) return false;
    cells[at] = window;
    cells[at + 1] = taken + n;
    return true;
  }

  readyAt(cells: Float64Array, at: number, n: number, now: number): number {
    if (n <= this.available(cells, at, now)) return now;
    const next = cellAt(cells, at) + 1;
    return roundUp(next * this.idleMs, (time) => Math.floor(time / this.idleMs) >= next);
  }

  available(cells: Float64Array, at: number, now: number): number {
    return this.most - (cellAt(cells, at) === Math.floor(now / this.idleMs) ? cellAt(cells, at + 1) : 0);
  }
}
