/**
 * Fair share: every owner gets as much.
 *
 * @module
 */

import { FairQueue } from "./fair_queue.ts";
import type { Candidate, Ordering, OrderingContext, WaitQueue } from "./ordering.ts";
import { type GuardOptions, readMaxPassed, TurnGuard } from "./turn_guard.ts";
import { equalWeights } from "./weights.ts";

/**
 * Start-time fair queueing by owner: of those who keep asking, each owner is granted as much as any other, however many requests
 * it has and however large they are; those who do not tell their owner are one owner together. Within an owner, the order is that
 * of arrival. An owner that did not wait for a while starts level with the others: nothing is saved up, nothing is owed for long.
 *
 * A request is charged with its dominant share: the largest share of the pool's capacity that it takes of any kind, for that is
 * how much of the pool it keeps from others. What is shared out fairly is what is granted, not how long it is held; where leases
 * of some owners last much longer, see {@linkcode dominantResourceFairness}.
 *
 * **Bound.** While a request is the first of its owner, another owner is granted less before it than the difference of their tags
 * (what each has had so far) and one request more. But new owners without end, who have had nothing yet, could pass one that has
 * had something for ever. So whoever has waited longest goes first after `maxPassed` grants to others: if m wait when a request
 * comes, at most (m + 1) × `maxPassed` later ones are served before it.
 *
 * **Cost.** O(log of the owners who wait) for each step. Owners that do not wait are remembered only while they have had more than
 * those who do, and at most 1,000 more of them than wait.
 *
 * @throws {RangeError} If `maxPassed` is out of range.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { fairShare } from "./fair_share.ts";
 *
 * assertEquals(fairShare().name, "fair-share"); // new ResourcePool({ capacity, ordering: fairShare() })
 * ```
 */
export function fairShare(options: GuardOptions = {}): Ordering {
  const maxPassed = readMaxPassed(options);
  return {
    name: "fair-share",
    open<W extends Candidate<W>>(context: OrderingContext): WaitQueue<W> {
      return new TurnGuard(new FairQueue<W>(context, equalWeights), maxPassed);
    },
  };
}
