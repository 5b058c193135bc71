/**
 * How to fail well: policies around calls, and what is kept of failures.
 *
 * @module
 */

export type { AlternativeOf, ExecuteOptions, Policy, PolicyContext, PolicyFunction } from "./policy.ts";
export { wrap } from "./wrap.ts";
export {
  backoffDelayMs,
  type BackoffOptions,
  decorrelatedDelayMs,
  MAX_DELAY_MS,
  type RetryPolicy,
  retryPolicy,
} from "./retry.ts";
export { retry, type RetryCallOptions, type RetryNotice } from "./retry_calls.ts";
export type { BackoffKind, RetryOptions, RetryRule } from "./retry_plan.ts";
export { RetryBudget, type RetryBudgetOptions } from "./retry_budget.ts";
export { CallTimeoutError, timeout, type TimeoutOptions } from "./timeout.ts";
export {
  CircuitBreaker,
  type CircuitBreakerOptions,
  type CircuitChange,
  type CircuitSnapshot,
  type GrowingDuration,
} from "./circuit_breaker.ts";
export { CircuitOpenError, type CircuitState } from "./circuit_open_error.ts";
export type { ConsecutiveFailures, CountWindow, TimeWindow, TripRule } from "./trip_rule.ts";
export { Bulkhead, type BulkheadOptions, BulkheadPlace, type BulkheadSnapshot } from "./bulkhead.ts";
export { BulkheadFullError } from "./bulkhead_full_error.ts";
export { BulkheadTimeoutError } from "./bulkhead_timeout_error.ts";
export { fallback, type FallbackOptions } from "./fallback.ts";
export { hedge, HedgeLostError, type HedgeOptions } from "./hedge.ts";
export { type CoalesceOptions, Coalescer } from "./coalescer.ts";
export type { DeadLetter } from "./dead_letter.ts";
export {
  DeadLetterError,
  DeadLetterQueue,
  type DeadLetterQueueOptions,
  type FailedWork,
  type LetterFilter,
  type LetterHandler,
  type QueuedLetter,
  type RetryLetterOptions,
  type RetryLettersOptions,
  type RetryLettersResult,
  workOf,
} from "./dead_letter_queue.ts";
export type { SerializedError } from "./serialized_error.ts";
