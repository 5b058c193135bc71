/**
 * How runs meet: a mutex, and what all waiting has in common.
 *
 * @module
 */

export type { AbortListener } from "./abort_listeners.ts";
export { Mutex, type MutexGuard } from "./mutex.ts";
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
export * from "./agent_pool/mod.ts";
export * from "./agents/mod.ts";
export * from "./messages/mod.ts";
export * from "./work/mod.ts";
