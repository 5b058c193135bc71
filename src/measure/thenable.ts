/**
 * Thenables: whatever has a `then` is awaited, not only native promises.
 *
 * @module
 */

/** Whether a value would be awaited. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return value !== null && (typeof value === "object" || typeof value === "function") && "then" in value &&
    typeof value.then === "function";
}
