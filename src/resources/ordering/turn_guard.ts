/**
 * A bound on how often somebody can be passed, for strategies that have none of their own.
 *
 * @module
 */

import type { Demand } from "../placement/placement.ts";
import { ArrivalLine } from "./arrival_line.ts";
import type { Candidate, WaitQueue } from "./ordering.ts";
import { entryOf } from "./queue_entry.ts";
import { requireOptions } from "../../coordination/require_options.ts";

/** How often a strategy may pass whoever has waited longest. */
export interface GuardOptions {
  /**
   * How many grants may go to others while somebody is the one who has waited longest; then it goes first, whatever the strategy
   * says. A positive integer; default 1,000. The smaller, the nearer to the order of arrival.
   */
  readonly maxPassed?: number;
}

/**
 * Reads the bound.
 *
 * @throws {RangeError} If it is out of range.
 */
export function readMaxPassed(options: GuardOptions): number {
  const { maxPassed = 1_000 } = requireOptions("order waiters", options);
  if (Number.isSafeInteger(maxPassed) && maxPassed > 0) return maxPassed;
  throw new RangeError(
    `Cannot order waiters with maxPassed ${maxPassed}: expected a positive integer; take a large one to follow the strategy closely`,
  );
}

/**
 * Follows a strategy, except that whoever has waited longest goes first once `maxPassed` grants have gone by since it has become
 * the one.
 *
 * Accounts are kept as ever, so whoever gets such a turn is charged for it and pays it back. Counting the grants while one is the
 * oldest, and not how often each has been passed, keeps one owner's long old line from making everything first come, first served:
 * that line gets one grant in `maxPassed`.
 */
export class TurnGuard<W extends Candidate<W>> implements WaitQueue<W> {
  readonly #strategy: WaitQueue<W>;
  readonly #maxPassed: number;
  readonly #arrivals = new ArrivalLine<W>();
  /** Grants since the oldest has become the oldest. */
  #passed = 0;

  /** Guards an empty queue. */
  constructor(strategy: WaitQueue<W>, maxPassed: number) {
    this.#strategy = strategy;
    this.#maxPassed = maxPassed;
  }

  get size(): number {
    return this.#strategy.size;
  }

  join(waiter: W): void {
    this.#strategy.join(waiter);
    if (this.#arrivals.oldest === undefined) this.#passed = 0;
    this.#arrivals.append(entryOf(waiter));
  }

  leave(waiter: W): void {
    const entry = entryOf(waiter);
    if (entry === this.#arrivals.oldest) this.#passed = 0;
    this.#arrivals.remove(entry);
    this.#strategy.leave(waiter);
  }

  first(): W | undefined {
    return this.#overdue() ?? this.#strategy.first();
  }

  *inOrder(): Generator<W, void, void> {
    const overdue = this.#overdue();
    if (overdue !== undefined) yield overdue;
    for (const waiter of this.#strategy.inOrder()) {
      if (waiter !== overdue) yield waiter;
    }
  }

  granted(owner: string | undefined, demand: Demand, level: number): void {
    this.#passed++;
    this.#strategy.granted?.(owner, demand, level);
  }

  released(owner: string | undefined, demand: Demand): void {
    this.#strategy.released?.(owner, demand);
  }

  #overdue(): W | undefined {
    return this.#passed >= this.#maxPassed ? this.#arrivals.oldest?.waiter : undefined;
  }
}
