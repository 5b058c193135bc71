/**
 * Weighted fair share: every owner gets as much as its weight says.
 *
 * @module
 */

import { FairQueue } from "./fair_queue.ts";
import type { Candidate, Ordering, OrderingContext, WaitQueue } from "./ordering.ts";
import { type GuardOptions, readMaxPassed, TurnGuard } from "./turn_guard.ts";
import { readWeights, type Weights } from "./weights.ts";
import { requireOptions } from "../../coordination/require_options.ts";

/** Who is entitled to how much. */
export interface WeightedOptions extends GuardOptions {
  /** Weights by owner; whoever is not named has weight 1. */
  readonly weights: Weights;
}

/**
 * As {@linkcode fairShare}, with weights: of those who keep asking, an owner of weight 2 is granted twice as much as one of
 * weight 1.
 *
 * **Bound.** As for fair share: at most (m + 1) × `maxPassed` later requests are served before one that m wait before. So weights
 * that differ by more than `maxPassed` are not honoured to the last.
 *
 * **Cost.** As for fair share. A weight function is asked each time an owner begins to wait.
 *
 * @throws {RangeError} If a weight or `maxPassed` is out of range; if a function's weight is, so does whoever waits for that owner.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { weighted } from "./weighted.ts";
 *
 * assertEquals(weighted({ weights: { interactive: 4, batch: 1 } }).name, "weighted");
 * assertThrows(() => weighted({ weights: { batch: 0 } }), RangeError, 'Cannot give owner "batch" the weight 0');
 * ```
 */
export function weighted(options: WeightedOptions): Ordering {
  const weightOf = readWeights(requireOptions("order by weight", options).weights), maxPassed = readMaxPassed(options);
  return {
    name: "weighted",
    open<W extends Candidate<W>>(context: OrderingContext): WaitQueue<W> {
      return new TurnGuard(new FairQueue<W>(context, weightOf), maxPassed);
    },
  };
}
