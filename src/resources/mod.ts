/**
 * What states need and who gets it: a pool of named amounts, lent out whole and in a fair order.
 *
 * @module
 */

export { CapacityError, type Shortfall } from "./errors.ts";
export type { Lease } from "./lease.ts";
export { ResourcePool, type ResourcePoolOptions, type ResourcePoolSnapshot } from "./pool.ts";
export type { ResourcePriority } from "./priority.ts";
export type { AcquireOptions, ResourceAmounts } from "./request.ts";
