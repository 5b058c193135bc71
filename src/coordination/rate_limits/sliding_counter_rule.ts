/**
 * The arithmetic of the sliding counter: what was taken in this window and in the one before.
 *
 * @module
 */

import type { Rate } from "./rate_limiter.ts";
import { cellAt, type RateRule, roundUp } from "./rate_rule.ts";

/** A cell is `[window, taken in it, taken in the one before]`; windows are counted from time 0. */
export class SlidingCounterRule implements RateRule {
  readonly type = "sliding_counter";
  readonly stride = 3;
  readonly queue = Infinity;
  readonly most: number;
  readonly idleMs: number;
  readonly #perMs: number;

  /** The rate has been checked. */
  constructor({ limit, perMs }: Required<Rate>) {
    this.most = limit;
    this.idleMs = 2 * perMs;
    this.#perMs = perMs;
  }

  tryTake(cells: Float64Array, at: number, n: number, now: number): boolean {
    const window = Math.floor(now / this.#perMs), age = window - cellAt(cells, at);
    const taken = age === 0 ? cellAt(cells, at + 1) : 0;
    const before = age === 0 ? cellAt(cells, at + 2) : age === 1 ? cellAt(cells, at + 1) : 0;
    if (!this.#fits(before, taken + n, now - window * this.#perMs)) return false;
    cells[at] = window;
    cells[at + 1] = taken + n;
    cells[at + 2] = before;
    return true;
  }

  readyAt(cells: Float64Array, at: number, n: number, now: number): number {
    const perMs = this.#perMs, window = Math.floor(now / perMs), age = window - cellAt(cells, at);
    const taken = age === 0 ? cellAt(cells, at + 1) : 0;
    const before = age === 0 ? cellAt(cells, at + 2) : age === 1 ? cellAt(cells, at + 1) : 0;
    if (this.#fits(before, taken + n, now - window * perMs)) return now;
    // In this window, if it alone leaves room; else in the next, of which this one is then the one before.
    const [start, weight, counted] = taken + n <= this.most
      ? [window * perMs, before, taken + n]
      : [(window + 1) * perMs, taken, n];
    const elapsedMs = Math.max(0, perMs - (this.most - counted) * perMs / weight);
    return roundUp(start + elapsedMs, (time) => this.#fits(weight, counted, Math.min(perMs, time - start)));
  }

  available(cells: Float64Array, at: number, now: number): number {
    let [from, to] = [0, this.most];
    while (from < to) {
      const middle = Math.floor((from + to) / 2) + 1;
      if (this.readyAt(cells, at, middle, now) <= now) from = middle;
      else to = middle - 1;
    }
    return from;
  }

  /**
   * Whether `taken` in this window fits, with what the one before still counts for; multiplied by `perMs`, so that it
   * is exact.
   */
  #fits(before: number, taken: number, elapsedMs: number): boolean {
    return before * (this.#perMs - elapsedMs) + taken * this.#perMs <= this.most * this.#perMs;
  }
}
