/**
 * Whether a thread may be put to sleep.
 *
 * @module
 */

/**
 * Whether a thread that finds a lock taken which is held for some instructions only may sleep until it is free: a Worker may, a main
 * thread never does, whatever its host allows, as its events wait meanwhile; it turns in a loop for that moment.
 */
export const MAY_NAP: boolean = "WorkerGlobalScope" in globalThis;

let isAllowed: boolean | undefined;

/** @throws {TypeError} If this thread may not sleep, as in the main thread of a browser; `what` would be waited for. */
export function mayBlock(what: string): void {
  isAllowed ??= canPark();
  if (isAllowed) return;
  throw new TypeError(
    `Cannot block this thread to wait for ${what}: its host forbids it; use the asynchronous form, or a Worker`,
  );
}

/** Whether this thread may be put to sleep; a browser's main thread may not. */
export function canPark(): boolean {
  try {
    return Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1) === "not-equal";
  } catch {
    return false;
  }
}
