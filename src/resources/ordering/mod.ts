/**
 * Who of those who wait for resources is served next.
 *
 * @module
 */

export type { Demand } from "../placement/placement.ts";
export { dominantResourceFairness, type DominantResourceFairnessOptions } from "./dominant_resource_fairness.ts";
export { fairShare } from "./fair_share.ts";
export { fifo } from "./fifo.ts";
export type { Candidate, Ordering, OrderingContext, WaitQueue } from "./ordering.ts";
export { priority, type PriorityOptions } from "./priority.ts";
export type { QueueEntry } from "./queue_entry.ts";
export { roundRobin } from "./round_robin.ts";
export type { GuardOptions } from "./turn_guard.ts";
export { weighted, type WeightedOptions } from "./weighted.ts";
export { MAX_WEIGHT, MIN_WEIGHT, type Weights } from "./weights.ts";
