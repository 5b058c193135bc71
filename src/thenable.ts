/**
 * Thenables: whatever has a `then` is awaited, not only native promises.
 *
 * @module
 */

/** Whether a value is to be awaited; a `then` that throws when it is read makes this throw too. */
export function isThenable<Value>(value: Value | PromiseLike<Value>): value is PromiseLike<Value> {
  return (typeof value === "object" && value !== null || typeof value === "function") &&
    typeof (value as { then?: unknown }).then === "function"; // no look for "then" first: the agent asks it of every step
}
