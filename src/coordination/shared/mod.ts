/**
 * The primitives of coordination for real threads, over `SharedArrayBuffer`: they travel to a Worker as plain data.
 *
 * Forms that await let their thread go on while they wait. But all forms may meet another thread that is changing a primitive's words,
 * which takes some instructions: for that a Worker sleeps in `Atomics.wait`, its event loop too, and a main thread turns in a loop.
 *
 * @module
 */

export { SharedBarrier, type SharedBarrierOptions, type SharedBarrierSnapshot } from "./barrier.ts";
export { SharedChannel } from "./channel.ts";
export type { ChannelFormat, ChannelMessage } from "./channel_codec.ts";
export type { SharedChannelOptions } from "./channel_part.ts";
export type { SharedChannelSnapshot } from "./channel_snapshot.ts";
export { SharedCounter, type SharedCounterSnapshot } from "./counter.ts";
export {
  SharedBarrierBrokenError,
  SharedChannelClosedError,
  SharedReentryError,
  SharedThreadsFullError,
  SharedWaitersFullError,
} from "./errors.ts";
export { SharedEvent, type SharedEventOptions, type SharedEventSnapshot } from "./event.ts";
export type { SharedHandle, SharedPrimitiveOptions, SharedPrimitiveType } from "./handle.ts";
export { SharedLatch, type SharedLatchOptions, type SharedLatchSnapshot } from "./latch.ts";
export { nameThread } from "./membership.ts";
export type { SharedLineOptions } from "./monitor_part.ts";
export { SharedMutex, type SharedMutexGuard, type SharedMutexSnapshot } from "./mutex.ts";
export { SharedRateLimiter, type SharedRateLimiterOptions, type SharedRateLimiterSnapshot } from "./rate_limiter.ts";
export { type SharedReadWriteGuard, SharedReadWriteLock, type SharedReadWriteLockSnapshot } from "./read_write_lock.ts";
export {
  type SharedPermits,
  SharedSemaphore,
  type SharedSemaphoreOptions,
  type SharedSemaphoreSnapshot,
} from "./semaphore.ts";
export type { SharedHolder, SharedSnapshot, SharedWaiterSnapshot } from "./snapshot.ts";
