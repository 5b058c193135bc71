/**
 * Whether a thread may be put to sleep.
 *
 * @module
 */

let isAllowed: boolean | undefined;

/** @throws {TypeError} If this thread may not sleep, as in the main thread of a browser; `what` would be waited for. */
export function mayBlock(what: string): void {
  isAllowed ??= canPark();
  if (isAllowed) return;
  throw new TypeError(
    `Cannot block this thread to wait for ${what}: its host forbids it; use the asynchronous form, or a Worker`,
  );
}

function canPark(): boolean {
  try {
    return Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1) === "not-equal";
  } catch {
    return false;
  }
}
