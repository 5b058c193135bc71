/**
 * Errors that say nothing about what was to be called.
 *
 * @module
 */

import { BulkheadFullError } from "./bulkhead_full_error.ts";
import { BulkheadTimeoutError } from "./bulkhead_timeout_error.ts";
import { CircuitOpenError } from "./circuit_open_error.ts";

/** Whether a policy refused to call: what it guards has had no part in it. */
export function isRefusal(error: unknown): boolean {
  try {
    return error instanceof CircuitOpenError || error instanceof BulkheadFullError ||
      error instanceof BulkheadTimeoutError;
  } catch {
    return false; // a proxy that throws when it is looked at
  }
}
