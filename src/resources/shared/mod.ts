/**
 * A pool of resources for real threads, over a `SharedArrayBuffer`.
 *
 * @module
 */

export { SharedPoolDetachedError, SharedPoolFullError, type SharedPoolTable } from "./errors.ts";
export type { SharedPoolHandle } from "./handle.ts";
export type { SharedLease } from "./lease.ts";
export { SharedResourcePool, type SharedResourcePoolOptions, type SharedResourcePoolSnapshot } from "./pool.ts";
