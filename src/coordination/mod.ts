/**
 * How runs meet: locks, and what all waiting has in common.
 *
 * @module
 */

export type { AbortListener } from "./abort_listeners.ts";
export {
  type ContestedShare,
  type DeadlockDetector,
  type DeadlockedOwner,
  DeadlockError,
  type DeadlockOptions,
  type DeadlockReport,
  describeCircle,
  detectDeadlocks,
  type Share,
  uniqueOwner,
} from "./deadlocks/mod.ts";
export { KeyedMutex, type KeyedMutexSnapshot, type KeySnapshot } from "./keyed_mutex.ts";
export {
  type LeaseGuard,
  LeaseLock,
  type LeaseLockOptions,
  type LeaseLockSnapshot,
  type LeaseTime,
} from "./lease_lock.ts";
export { LeaseExpiredError } from "./lease_term.ts";
export type { LockGuard, LockOptions, TryOptions } from "./lock_options.ts";
export { Mutex, type MutexGuard } from "./mutex.ts";
export { type ReadGuard, ReadWriteLock, type WriteGuard } from "./read_write_lock.ts";
export { ReentryError } from "./reentry_error.ts";
export { Semaphore, type SemaphoreGuard, type SemaphoreSnapshot } from "./semaphore.ts";
export { Barrier, type BarrierOptions, type BarrierPass, type BarrierSnapshot, MAX_PARTIES } from "./barrier.ts";
export { type BarrierBreak, BrokenBarrierError } from "./broken_barrier_error.ts";
export { Channel, ChannelClosedError, type ChannelSnapshot, MAX_CHANNEL_CAPACITY } from "./channel.ts";
export { type ConditionSnapshot, ConditionVariable } from "./condition_variable.ts";
export {
  type CompositeMembers,
  createPrimitive,
  type PrimitiveEntry,
  type PrimitiveOf,
  type PrimitiveSpec,
  type PrimitiveTable,
  type PrimitiveType,
} from "./create_primitive.ts";
export { Latch, type LatchSnapshot } from "./latch.ts";
export { Quota } from "./quota.ts";
export type { QuotaOptions, QuotaSnapshot } from "./quota_options.ts";
export type { OwnerUsage } from "./owner_accounts.ts";
export type { QuotaShare } from "./quota_share.ts";
export { QuotaExceededError, type QuotaShortage } from "./quota_shortage.ts";
export { ResetEvent, type ResetEventOptions, type ResetEventSnapshot, type ResetMode } from "./reset_event.ts";
export type { TurnOptions } from "./turn_options.ts";
export type {
  HolderSnapshot,
  PrimitiveOptions,
  PrimitiveSnapshot,
  PrimitiveTotals,
  WaiterSnapshot,
} from "./primitive.ts";
export type { WaitPriority } from "./priority.ts";
export { type TimeoutWording, type WaitOptions, WaitTimeoutError } from "./waiter.ts";
export * from "./agent_pool/mod.ts";
export * from "./agents/mod.ts";
export * from "./messages/mod.ts";
export * from "./rate_limits/mod.ts";
export * from "./shared/mod.ts";
export * from "./work/mod.ts";
