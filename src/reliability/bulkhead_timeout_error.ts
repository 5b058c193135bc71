/**
 * What a bulkhead rejects with when no place came in time.
 *
 * @module
 */

import { nameOf } from "../coordination/primitive.ts";
import { WaitTimeoutError } from "../coordination/waiter.ts";

/** Thrown when a call was not made, because it had to wait for a place for longer than its `timeoutMs`. */
export class BulkheadTimeoutError extends WaitTimeoutError {
  /** Words the message. */
  constructor(readonly bulkhead: string | undefined, timeoutMs: number, running: number) {
    super(nameOf("bulkhead", bulkhead), timeoutMs, `${running} calls are under way`);
  }
}
