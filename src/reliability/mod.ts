/**
 * Retries, timeouts and what is kept of failures.
 *
 * @module
 */

export { backoffDelayMs, MAX_DELAY_MS, type RetryOptions, type RetryPolicy, retryPolicy } from "./retry.ts";
export type { DeadLetter } from "./dead_letter.ts";
