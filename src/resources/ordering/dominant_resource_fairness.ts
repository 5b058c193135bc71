/**
 * Dominant-resource fairness: every owner holds as much of what it needs most.
 *
 * @module
 */

import type { Candidate, Ordering, OrderingContext, WaitQueue } from "./ordering.ts";
import { ShareQueue } from "./share_queue.ts";
import { type GuardOptions, readMaxPassed, TurnGuard } from "./turn_guard.ts";
import { equalWeights, readWeights, type Weights } from "./weights.ts";
import { requireOptions } from "../../coordination/require_options.ts";

/** Who is entitled to how much. */
export interface DominantResourceFairnessOptions extends GuardOptions {
  /** Weights by owner; whoever is not named has weight 1. Default: all are equal. */
  readonly weights?: Weights;
}

/**
 * Dominant-resource fairness (Ghodsi and others, NSDI 2011): the owner whose leases hold the smallest dominant share for its
 * weight is next, and so the shares of those who keep asking become equal, whichever kinds each needs. The dominant share is the
 * largest share of any kind's capacity that an owner holds now; those who do not tell their owner are one owner together. Within
 * an owner, the order is that of arrival.
 *
 * **Bound.** Each grant raises its owner's share, so as long as the owners are the same and nothing is given back, a waiter is
 * passed only until theirs have reached the one of its owner. But an owner that gives back at once, or new owners without end,
 * could pass one that holds much for ever. So whoever has waited longest goes first after `maxPassed` grants to others: if m wait
 * when a request comes, at most (m + 1) × `maxPassed` later ones are served before it.
 *
 * **Cost.** O(log of the owners who wait, and the number of kinds) for each step; a resize costs all owners who wait. Owners that
 * neither wait nor hold anything are not remembered.
 *
 * @throws {RangeError} If a weight or `maxPassed` is out of range; if a function's weight is, so does whoever waits for that owner.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { dominantResourceFairness } from "./dominant_resource_fairness.ts";
 *
 * assertEquals(dominantResourceFairness({ weights: { research: 2 } }).name, "dominant-resource-fairness");
 * ```
 */
export function dominantResourceFairness(options: DominantResourceFairnessOptions = {}): Ordering {
  requireOptions("order by dominant resource", options);
  const weightOf = options.weights === undefined ? equalWeights : readWeights(options.weights);
  const maxPassed = readMaxPassed(options);
  return {
    name: "dominant-resource-fairness",
    open<W extends Candidate<W>>(context: OrderingContext): WaitQueue<W> {
      return new TurnGuard(new ShareQueue<W>(context, weightOf), maxPassed);
    },
  };
}
