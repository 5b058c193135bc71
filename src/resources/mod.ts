/**
 * What states need and who gets it: a pool of named amounts, lent out whole and in a fair order.
 *
 * @module
 */

export { type Allocator, allocators } from "./allocators.ts";
export { CapacityError, type Shortfall } from "./errors.ts";
export type { EventOverflow, EventStream, EventStreamOptions } from "./event_stream.ts";
export type { FreeAmount, PoolExplanation } from "./explanation.ts";
export { type HostKind, type HostResources, readHost } from "./host/host.ts";
export type { HostFiles } from "./host/host_files.ts";
export * from "./leaks/mod.ts";
export type { Lease } from "./lease.ts";
export type { EqualNodes, ListedNodes, NodeList, NodeOptions } from "./node_list.ts";
export * from "./objects/mod.ts";
export * from "./ordering/mod.ts";
export * from "./placement/mod.ts";
export * from "./preemption/mod.ts";
export { ResourcePool } from "./pool.ts";
export type {
  EventBase as PoolEventBase,
  GaveUpEvent,
  GrantedEvent,
  LeakedEvent,
  PoolEvent,
  PreemptedEvent,
  QueuedEvent,
  ReclaimedEvent,
  RefusedEvent,
  ReleasedEvent,
  ResizedEvent,
} from "./pool_event.ts";
export type { HostPoolOptions, PoolSettings, ResourcePoolOptions } from "./pool_options.ts";
export * from "./quotas/mod.ts";
export type { AcquireOptions, HolderOptions, ResourceAmounts } from "./request.ts";
export type { NodeSnapshot, ResourcePoolSnapshot } from "./snapshot.ts";
export * from "./shared/mod.ts";
