/**
 * The primitives of coordination for real threads, over `SharedArrayBuffer`: they travel to a Worker as plain data.
 *
 * @module
 */

export { SharedBarrier, type SharedBarrierOptions } from "./barrier.ts";
export { SharedChannel, type SharedChannelOptions } from "./channel.ts";
export type { ChannelFormat, ChannelMessage } from "./channel_codec.ts";
export { SharedCounter } from "./counter.ts";
export {
  SharedBarrierBrokenError,
  SharedChannelClosedError,
  SharedReentryError,
  SharedThreadsFullError,
  SharedWaitersFullError,
} from "./errors.ts";
export { SharedEvent, type SharedEventOptions } from "./event.ts";
export type { SharedHandle, SharedPrimitiveOptions, SharedPrimitiveType } from "./handle.ts";
export { SharedLatch, type SharedLatchOptions } from "./latch.ts";
export { nameThread } from "./membership.ts";
export type { SharedHolder } from "./monitor.ts";
export type { SharedWaiterSnapshot } from "./monitor_wait.ts";
export { SharedMutex, type SharedMutexGuard, type SharedMutexSnapshot } from "./mutex.ts";
export { SharedRateLimiter, type SharedRateLimiterOptions } from "./rate_limiter.ts";
export {
  type SharedReadWriteGuard,
  SharedReadWriteLock,
  type SharedReadWriteLockOptions,
  type SharedReadWriteLockSnapshot,
} from "./read_write_lock.ts";
export {
  type SharedPermits,
  SharedSemaphore,
  type SharedSemaphoreOptions,
  type SharedSemaphoreSnapshot,
} from "./semaphore.ts";
