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
export type { TurnOptions } from "./turn_options.ts";
export type {
  HolderSnapshot,
  PrimitiveOptions,
  PrimitiveSnapshot,
  PrimitiveTotals,
  WaiterSnapshot,
} from "./primitive.ts";
export type { WaitPriority } from "./priority.ts";
export { type WaitOptions, WaitTimeoutError } from "./waiter.ts";
