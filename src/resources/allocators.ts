/**
 * The usual pairs of placement and ordering, by the names that they go by.
 *
 * @module
 */

import { dominantResourceFairness, fairShare, fifo, type Ordering, priority, roundRobin } from "./ordering/mod.ts";
import { bestFit, firstFit, type Placement, worstFit } from "./placement/mod.ts";

/** Which node is taken, and who of those who wait is next: two settings of a pool. */
export interface Allocator {
  /** Which node is taken. */
  readonly placement: Placement;
  /** Who of those who wait is next. */
  readonly ordering: Ordering;
}

/**
 * Presets of a pool's two choices: what other schedulers call FirstFitAllocator, PriorityAllocator, and so on. Any placement goes
 * with any ordering; these are the pairs that have names.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { allocators } from "./allocators.ts";
 * import { ResourcePool } from "./pool.ts";
 *
 * const pool = new ResourcePool({ capacity: { cpu: 8 }, nodes: 3, ...allocators.WorstFit });
 * assertEquals([pool.tryAcquire({ cpu: 1 })?.node, pool.tryAcquire({ cpu: 1 })?.node], [0, 1]);
 * ```
 */
export const allocators: {
  /** The first node that has room; first come, first served. */
  readonly FirstFit: Allocator;
  /** The node on which least is left; first come, first served. */
  readonly BestFit: Allocator;
  /** The node on which most is left; first come, first served. */
  readonly WorstFit: Allocator;
  /** The first node that has room; the higher priority first, with aging. The default of a pool. */
  readonly Priority: Allocator;
  /** The first node that has room; as much for each owner. */
  readonly FairShare: Allocator;
  /** The first node that has room; owners take turns. */
  readonly RoundRobin: Allocator;
  /** The first node that has room; each owner as much of what it needs most. */
  readonly DominantResourceFairness: Allocator;
} = Object.freeze({
  FirstFit: Object.freeze({ placement: firstFit(), ordering: fifo() }),
  BestFit: Object.freeze({ placement: bestFit(), ordering: fifo() }),
  WorstFit: Object.freeze({ placement: worstFit(), ordering: fifo() }),
  Priority: Object.freeze({ placement: firstFit(), ordering: priority() }),
  FairShare: Object.freeze({ placement: firstFit(), ordering: fairShare() }),
  RoundRobin: Object.freeze({ placement: firstFit(), ordering: roundRobin() }),
  DominantResourceFairness: Object.freeze({ placement: firstFit(), ordering: dominantResourceFairness() }),
});
